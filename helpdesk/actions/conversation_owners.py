"""Conversations that go back: to their queue with their original times, or to their owner."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from helpdesk.actors import SYSTEM
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.events import ConversationReleased
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import lock_conversations, store_conversations
from helpdesk.queries.owned import list_owned
from helpdesk.queries.unanswered import lock_unanswered
from helpdesk.shapes.conversations import ConversationOut


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
    await _store_released(work, mine, befores, now)
    return len(mine)


async def requeue_unanswered(work: UnitOfWork, *, now: datetime, most: int = 200) -> bool:
    """Let conversations wait again that their owners did not answer; True when there may be more.

    Each takes another turn, from which its last owner is left out where somebody else is free.
    """
    rows = await lock_unanswered(work.session, now=now, limit=most)
    befores = [row.out() for row in rows]
    for row in rows:
        let_wait(row, now, avoided_id=row.assignee_id)
    await _store_released(work, rows, befores, now)
    if rows:
        work.wake("waiting")
    return len(rows) == most


async def _store_released(
    work: UnitOfWork,
    rows: Sequence[ConversationRow],
    befores: Sequence[ConversationOut],
    now: datetime,
) -> None:
    await store_conversations(work.session, rows)
    for row, before in zip(rows, befores, strict=True):
        after = row.out()
        work.collect(
            ConversationReleased(at=now, conversation_id=row.id, conversation=after, by=SYSTEM),
            Audience.of(after, before),
            account_id=row.account_id,
        )


def let_wait(row: ConversationRow, now: datetime, *, avoided_id: UUID | None = None) -> None:
    """Put a conversation into its division's queue, at the place its waiting time gives it.

    `avoided_id` is left out of the next pick, where somebody else is eligible.
    """
    row.assignee_id, row.preferred_id, row.avoided_id = None, None, avoided_id
    row.is_busy_due = bool(row.division_id and row.waiting_since)
    row.status = "waiting" if row.division_id else "unrouted"
    row.snoozed_until = None
    row.route_due_at = None if row.division_id else now
    row.waiting_since = row.waiting_since or now
    row.end_menu()


def wake_up(row: ConversationRow, now: datetime) -> None:
    """End the snooze: back to its owner without a turn, if he works here; else into its queue."""
    row.snoozed_until = None
    if row.assignee_id and row.has_working_owner:
        row.status = "assigned"
    else:
        let_wait(row, now)
