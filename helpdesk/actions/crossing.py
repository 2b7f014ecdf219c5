"""Crossing: an answer is not sent over a line that its writer has not seen."""

from uuid import UUID

from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.messages import find_messages, list_crossing

MOST_CROSSING = 20


async def require_uncrossed(
    work: UnitOfWork, actor: Actor, row: ConversationRow, expected_last: UUID
) -> None:
    """Raise Conflict when the contact or a colleague wrote after the line that came last.

    `row` is locked, so that nothing comes in between. Raises InputError for a line of elsewhere.
    """
    found = (await find_messages(work.session, [(row.account_id, expected_last)])).get(
        expected_last
    )
    if found is None or found.conversation_id != row.id:
        raise InputError(
            "The last message is not in the conversation.",
            errors={"expected_last_message_id": "Give the id of a message of this conversation."},
        )
    crossing = await list_crossing(
        work.session,
        row.account_id,
        row.id,
        after=found.number,
        writer_id=actor.id,
        limit=MOST_CROSSING,
    )
    if crossing:
        raise Conflict(
            "Somebody wrote meanwhile. Read it, then send again without"
            " `expected_last_message_id`, or with the newest.",
            reason="crossed",
            messages=crossing,
            conversation=row.out(),
        )
