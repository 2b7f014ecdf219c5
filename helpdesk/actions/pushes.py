"""Pushes: noted for the browsers of owners, claimed, and settled by what the push service said.

Between claim and settling no transaction is open. A push that was sent while the server died goes
out again; the browser shows one for each conversation anyway.
"""

from collections.abc import Mapping
from datetime import timedelta

from helpdesk.actions.presence import tell_presence
from helpdesk.database import UnitOfWork
from helpdesk.queries.push_subscriptions import remove_subscriptions
from helpdesk.queries.pushes import (
    DuePush,
    claim_pushes,
    note_pushes,
    put_off_push,
    remove_push,
)

LEASE = timedelta(seconds=30)
NEWEST = timedelta(minutes=10)
"""What happened longer ago, while no server ran, is told by push no more."""
WAITS = (5, 30, 120)
"""Seconds until the next try; after the last one it is given up."""
LONGEST_WAIT = 600


async def note_news(work: UnitOfWork) -> None:
    """Note which browsers are to be told of what happened since the last time."""
    await note_pushes(work.session, newest=NEWEST)


async def claim_due_pushes(work: UnitOfWork, *, most: int) -> list[DuePush]:
    """Claim pushes to send now; the lease is 30 s by the database's clock."""
    return await claim_pushes(work.session, most=most, lease=LEASE)


async def settle_sent(work: UnitOfWork, due: DuePush) -> None:
    """Forget a push that was taken, or that never will be."""
    await remove_push(work.session, due)


async def settle_missed(work: UnitOfWork, due: DuePush, facts: Mapping[str, object]) -> None:
    """Try again later, as the push service says or after 5, 30 and 120 s, or give it up."""
    if due.attempt > len(WAITS):
        await remove_push(work.session, due)
        return
    asked = facts.get("retry_after")
    seconds = max(WAITS[due.attempt - 1], asked if isinstance(asked, int) else 0)
    await put_off_push(work.session, due, wait=timedelta(seconds=min(seconds, LONGEST_WAIT)))


async def settle_gone(work: UnitOfWork, due: DuePush) -> None:
    """Remove the subscription, unless the browser gave another one meanwhile."""
    key = (due.account_id, due.session_id)
    gone = await remove_subscriptions(work.session, [key], endpoint=due.endpoint)
    await remove_push(work.session, due)
    await tell_presence(work, gone)
