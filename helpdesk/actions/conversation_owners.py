"""Conversations whose owner leaves: back to the head of their queue, with their original times."""

from datetime import datetime
from uuid import UUID

from helpdesk.actors import SYSTEM
from helpdesk.database import UnitOfWork
from helpdesk.events import Audience, ConversationReleased
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import list_owned, lock_conversations, store_conversations


async def return_to_queue(work: UnitOfWork, agent_id: UUID, *, now: datetime) -> int:
    """Return an agent's open conversations to where they came from; returns how many."""
    owned = await list_owned(work.session, work.account_id, agent_id)
    rows = await lock_conversations(work.session, [(work.account_id, id_) for id_ in owned])
    mine = [
        row for row in rows.values() if row.assignee_id == agent_id and row.status != "resolved"
    ]
    befores = [row.out() for row in mine]
    for row in mine:
        let_wait(row, now)
    await store_conversations(work.session, mine)
    for row, before in zip(mine, befores, strict=True):
        after = row.out()
        work.collect(
            ConversationReleased(at=now, conversation_id=row.id, conversation=after, by=SYSTEM),
            Audience.of(after, before),
        )
    return len(mine)


def let_wait(row: ConversationRow, now: datetime) -> None:
    """Put a conversation into its division's queue, at the place its waiting time gives it."""
    row.assignee_id, row.preferred_id = None, None
    row.status = "waiting" if row.division_id else "unrouted"
    row.route_due_at = None if row.division_id else now
    row.waiting_since = row.waiting_since or now
    row.end_menu()
