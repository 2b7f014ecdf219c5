"""Webhook deliveries: claimed, and settled by how they were answered.

Between claim and settling no transaction is open. What was sent while the server died goes out
again under the same id.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from helpdesk.database import UnitOfWork
from helpdesk.queries.webhook_deliveries import (
    DueDelivery,
    claim_deliveries,
    put_back,
    set_delivered,
    set_missed,
)

LEASE = timedelta(seconds=30)
FILE_WAIT = timedelta(seconds=2)
LONGEST_FILE_WAIT = timedelta(minutes=1)


async def claim_due(
    work: UnitOfWork, *, busy: Sequence[UUID], per_webhook: int, most: int
) -> list[DueDelivery]:
    """Claim deliveries to send now; the lease is 30 s by the database's clock."""
    return await claim_deliveries(
        work.session, busy=busy, per_webhook=per_webhook, most=most, lease=LEASE
    )


def is_waiting_for_file(due: DueDelivery, *, now: datetime) -> bool:
    """Whether a device's webhook had better wait: the message's file is still being fetched."""
    return due.file_state == "due" and now - due.at < LONGEST_FILE_WAIT


async def settle_waiting(work: UnitOfWork, due: DueDelivery) -> None:
    """Look again in 2 s; that was no attempt."""
    await put_back(work.session, due, wait=FILE_WAIT)


async def settle_taken(work: UnitOfWork, due: DueDelivery, *, status: int) -> None:
    """Store that it was taken."""
    await set_delivered(work.session, due, status=status)


async def settle_missed(
    work: UnitOfWork, due: DueDelivery, *, status: int | None, error: str, wait: timedelta
) -> None:
    """Try again after the wait, or give it up after the last retry."""
    await set_missed(work.session, due, status=status, error=error, wait=wait)
