"""How far broadcasts have come: counted from their messages, told when that changed.

What waits of a cancelled one is taken back on the way, some hundred at a time.
"""

from datetime import datetime, timedelta

from helpdesk.actions.queued import CANCELLED
from helpdesk.actions.receipts import announce_messages
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.events import BroadcastUpdated
from helpdesk.queries.broadcast_items import list_waiting, park, take_back
from helpdesk.queries.broadcasts import (
    Counted,
    count_progress,
    keep_progress,
    lock_counted,
    move_end,
)
from helpdesk.queries.conversations import lock_conversations, recount_waiting
from helpdesk.shapes.broadcasts import BroadcastBrief, BroadcastState, Progress

BATCH = 500
BETWEEN = timedelta(seconds=1)
"""Between two countings of one, and so at least between two events of its progress."""
LONGEST_WAIT = timedelta(minutes=1)
KEPT_UP = timedelta(days=7)
"""For so long after the last news more is expected."""


async def count_due_broadcast(work: UnitOfWork, *, now: datetime) -> bool:
    """Count one broadcast whose time it is, and tell what changed; False when there was none."""
    counted = await lock_counted(work.session)
    if counted is None:
        return False
    key = (counted.account_id, counted.id)
    if counted.state == "cancelled" and await _take_back(work, counted, now):
        return True
    if counted.state == "paused":
        await park(work.session, *key)
    progress = await count_progress(work.session, *key, cancelled=CANCELLED)
    ends_at = await move_end(work.session, *key)
    state = _state(counted.state, progress)
    known = (counted.state, counted.progress, counted.ends_at)
    is_news = (state, progress, ends_at) != known
    again_in = _wait(counted, state, is_news=is_news)
    await keep_progress(work.session, counted, state, progress, again_in=again_in)
    if is_news:
        told = BroadcastBrief(
            id=counted.id,
            device_id=counted.device_id,
            state=state,
            progress=progress,
            ends_at=ends_at,
        )
        work.collect(
            BroadcastUpdated(at=now, broadcast=told),
            Audience.SUPERVISORS,
            account_id=counted.account_id,
        )
    return True


def _state(state: BroadcastState, progress: Progress) -> BroadcastState:
    """A broadcast is done when nothing waits, until something of it is sent again."""
    if state in {"paused", "cancelled"}:
        return state
    return "running" if progress.queued else "done"


def _wait(counted: Counted, state: BroadcastState, *, is_news: bool) -> timedelta | None:
    """Return after how long to count again, None for never.

    What does not send is counted the more seldom the longer nothing has changed.
    """
    if state == "running":
        return min(max(BETWEEN, counted.starts_in), LONGEST_WAIT)
    quiet = timedelta(0) if is_news else counted.quiet
    return min(max(BETWEEN, quiet), LONGEST_WAIT) if quiet < KEPT_UP else None


async def _take_back(work: UnitOfWork, counted: Counted, now: datetime) -> bool:
    """Take back some of what waits; True when there may be more."""
    account_id = counted.account_id
    waiting = await list_waiting(work.session, account_id, counted.id, limit=BATCH)
    conversations = [(account_id, each) for _, each in waiting if each]
    await lock_conversations(work.session, conversations)
    ids = [message_id for message_id, _ in waiting]
    taken = await take_back(work.session, account_id, ids, failure=CANCELLED)
    await recount_waiting(work.session, conversations)
    await announce_messages(work, [(account_id, id_) for id_ in taken], now=now)
    if taken:
        work.wake("outbox")
    return len(waiting) == BATCH
