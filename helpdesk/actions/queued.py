"""What waits to be sent, taken back, put to another time, or sent again by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random, SystemRandom
from uuid import UUID

from helpdesk.actions.disposal import lock_seen, owned, require_unblocked
from helpdesk.actions.outgoing import PLAIN, Manner, Queued, outbox_row
from helpdesk.actions.receipts import announce_messages
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, Forbidden
from helpdesk.queries.broadcast_items import find_first
from helpdesk.queries.broadcasts import count_soon, get_broadcast
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import recount_waiting
from helpdesk.queries.messages import find_messages, set_delivery
from helpdesk.queries.outbox import insert_outbox, remove_item
from helpdesk.queries.queued import list_scheduled, lock_queued, set_due
from helpdesk.queries.receipts import lock_fates
from helpdesk.queries.visible import get_visible_message
from helpdesk.shapes.messages import MessageOut, QueuedOut

CANCELLED = "cancelled"
"""The failure of what was taken back."""
SYSTEM_RANDOM = SystemRandom()


async def cancel_message(
    work: UnitOfWork, actor: Actor, message_id: UUID, *, now: datetime
) -> MessageOut:
    """Take a message back that waits to be sent; it fails as `cancelled`.

    Raises NotFound, and Conflict when it is being sent or no longer waits (`sending`,
    `not_queued`), or belongs to another agent (`not_owner`).
    """
    message, _ = await _lock(work, actor, message_id)
    await _lock_waiting(work, [message.id])
    await remove_item(work.session, work.account_id, message.id)
    await set_delivery(
        work.session, work.account_id, message.id, status="failed", failure=CANCELLED
    )
    return await _tell(work, message, now)


async def reschedule_messages(
    work: UnitOfWork,
    actor: Actor,
    message_id: UUID,
    due_at: datetime,
    *,
    delay: tuple[int, int] = (0, 0),
    is_whole_schedule: bool = False,
    random: Random = SYSTEM_RANDOM,
) -> list[QueuedOut]:
    """Put a message that waits to another time, or everything its device sends by its schedule.

    Each waits `delay`, seconds drawn from the least to the most, after the one before it, the first
    after `due_at`. Raises as `cancel_message`, and Forbidden when an agent asks for a whole
    schedule.
    """
    message, _ = await _lock(work, actor, message_id)
    if is_whole_schedule and actor.role == "agent":
        raise Forbidden("A whole schedule is for supervisors.", role=actor.role)
    [first] = await _lock_waiting(work, [message.id])
    items = [first]
    if is_whole_schedule and first.scheduled_at:
        ids = await list_scheduled(
            work.session, work.account_id, message.device_id, first.scheduled_at
        )
        locked = await lock_queued(work.session, work.account_id, ids)
        items = [locked[id_] for id_ in ids if id_ in locked and locked[id_].is_changeable]
    times, moment = [], due_at
    for item in items:
        moment += timedelta(seconds=random.randint(*delay))
        times.append((item.message_id, moment))
    await set_due(work.session, work.account_id, times, scheduled_at=due_at)
    ids = [id_ for id_, _ in times]
    await _count_soon(work, ids)
    work.wake("outbox")
    after = await lock_queued(work.session, work.account_id, ids)
    return [after[id_] for id_ in ids]


async def resend_message(
    work: UnitOfWork,
    actor: Actor,
    message_id: UUID,
    *,
    now: datetime,
    due_at: datetime | None = None,
) -> MessageOut:
    """Send again, now or at a time, what failed, was cancelled or expired; nothing is charged.

    That of a paused broadcast waits, and goes out with the next of it; of a cancelled one nothing
    waits, so it goes out by itself. Raises NotFound, and Conflict when it did not fail
    (`not_failed`), its contact is blocked or its conversation belongs to another agent.
    """
    message, row = await _lock(work, actor, message_id)
    if row:
        require_unblocked(row)
    fates = await lock_fates(work.session, [(work.account_id, message.id)])
    status, _, _ = fates[message.id]
    if message.direction != "out" or status != "failed":
        raise Conflict(
            "Only what failed can be sent again.", reason="not_failed", status=status or ""
        )
    queued = await _queue_again(work, message, row, due_at=due_at, now=now)
    await insert_outbox(work.session, [outbox_row(work.account_id, queued)])
    await set_delivery(work.session, work.account_id, message.id, status="queued")
    return await _tell(work, message, now)


async def _queue_again(
    work: UnitOfWork,
    message: MessageOut,
    row: ConversationRow | None,
    *,
    due_at: datetime | None,
    now: datetime,
) -> Queued:
    if message.broadcast_id is None:
        return Queued(message, row, due_at or now)
    broadcast = await get_broadcast(work.session, work.account_id, message.broadcast_id)
    if broadcast.state == "paused" and due_at is None:
        due_at = await find_first(work.session, work.account_id, broadcast.id)
    is_over = broadcast.state == "cancelled"
    manner = PLAIN if is_over else Manner(broadcast_id=broadcast.id)
    return Queued(message, row, due_at or now, manner)


async def _count_soon(work: UnitOfWork, message_ids: Sequence[UUID]) -> None:
    await count_soon(work.session, work.account_id, message_ids)
    work.wake("broadcasts")


async def _lock(
    work: UnitOfWork, actor: Actor, message_id: UUID
) -> tuple[MessageOut, ConversationRow | None]:
    """Return a message that the actor may dispose of, and its conversation, locked."""
    message = await get_visible_message(work.session, actor, message_id)
    if message.conversation_id is None:
        return message, None
    row, _ = await lock_seen(work, actor, message.conversation_id)
    is_own = message.sender.id == actor.id or row.assignee_id == actor.agent_id
    if actor.role == "agent" and not is_own:
        raise await owned(work, row)
    return message, row


async def _lock_waiting(work: UnitOfWork, ids: Sequence[UUID]) -> list[QueuedOut]:
    """Lock items that no gateway has. Raises Conflict."""
    items = await lock_queued(work.session, work.account_id, ids)
    if len(items) < len(ids):
        raise Conflict("The message does not wait to be sent any more.", reason="not_queued")
    for item in items.values():
        if not item.is_changeable:
            raise Conflict(
                "The message is being sent. Wait for what becomes of it.", reason="sending"
            )
    return [items[id_] for id_ in ids]


async def _tell(work: UnitOfWork, message: MessageOut, now: datetime) -> MessageOut:
    """Tell the message's new status, and let the contact wait for an answer or not accordingly."""
    key = (work.account_id, message.id)
    if message.conversation_id:
        await recount_waiting(work.session, [(work.account_id, message.conversation_id)])
    work.wake("outbox")
    await _count_soon(work, [message.id])
    await announce_messages(work, [key], now=now)
    return (await find_messages(work.session, [key]))[message.id]
