"""Conversations that go back: to their queue with their original times, or to their owner."""

from datetime import datetime
from uuid import UUID

from helpdesk.actors import SYSTEM
from helpdesk.database import UnitOfWork
from helpdesk.events import Audience, ConversationReleased
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import lock_conversations, store_conversations
from helpdesk.queries.owned import list_owned


async def return_to_queue(work: UnitOfWork, agent_id: UUID, *, now: datetime) -> int:
    """Return an agent's conversations to where they came from; returns how many.

    Those that are snoozed stay so: they see who works here when they wake. They are locked with the
    others, so that none wakes for him meanwhile.
    """
    owned = await list_owned(work.session, work.account_id, agent_id, with_snoozed=True)
    rows = await lock_conversations(work.session, [(work.account_id, id_) for id_ in owned])
    mine = [
        row for row in rows.values() if row.assignee_id == agent_id and row.status == "assigned"
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
    row.snoozed_until = None
    row.route_due_at = None if row.division_id else now
    row.waiting_since = row.waiting_since or now


def wake_up(row: ConversationRow, now: datetime) -> None:
    """End the snooze: back to its owner without a turn, if he works here; else into its queue."""
    row.snoozed_until = None
    if row.assignee_id and row.has_working_owner:
        row.status = "assigned"
    else:
        let_wait(row, now)
