"""What waits in the outbox: read, locked and put to another time, or put back by hand."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.shapes.messages import QueuedOut

_SELECT = """
select message_id, state, due_at, scheduled_at, attempt as attempts,
       coalesce(last_error, '') as last_error,
       state in ('queued', 'paused') and expired_leases = 0 as is_changeable
from outbox
"""


async def find_queued(
    session: AsyncSession, account_id: UUID, message_id: UUID
) -> QueuedOut | None:
    """Return what is known of a message in the outbox, None when it is not there any more."""
    rows = await fetch(
        session, f"{_SELECT} where account_id = $1 and message_id = $2", account_id, message_id
    )
    return _out(rows[0]) if rows else None


async def lock_queued(
    session: AsyncSession, account_id: UUID, message_ids: Sequence[UUID]
) -> dict[UUID, QueuedOut]:
    """Lock items, in one order, and return those that are there, by message."""
    rows = await fetch(
        session,
        f"""
        {_SELECT} where account_id = $1 and message_id = any($2::uuid[])
        order by message_id for update
        """,
        account_id,
        list(message_ids),
    )
    return {row["message_id"]: _out(row) for row in rows}


async def list_scheduled(
    session: AsyncSession, account_id: UUID, device_id: UUID, scheduled_at: datetime
) -> list[UUID]:
    """Return what a device is to send by one schedule and can still be changed, in its order."""
    rows = await fetch(
        session,
        """
        select message_id from outbox
        where account_id = $1 and device_id = $2 and scheduled_at = $3
          and state in ('queued', 'paused') and expired_leases = 0
        order by number
        """,
        account_id,
        device_id,
        scheduled_at,
    )
    return [row[0] for row in rows]


async def set_due(
    session: AsyncSession,
    account_id: UUID,
    times: Sequence[tuple[UUID, datetime]],
    *,
    scheduled_at: datetime,
) -> None:
    """Put locked items, given with their new times, to those; they leave their sequence.

    What was tried counts as untried, so that it holds nothing back until then: whoever tried it
    has settled it.
    """
    await execute(
        session,
        """
        update outbox o set due_at = v.due_at, scheduled_at = $4, attempt = 0, sequence = null,
          created_at = greatest(v.due_at, statement_timestamp())
        from unnest($2::uuid[], $3::timestamptz[]) v(message_id, due_at)
        where o.account_id = $1 and o.message_id = v.message_id
        """,
        account_id,
        [id_ for id_, _ in times],
        [due_at for _, due_at in times],
        scheduled_at,
    )


async def find_sent_by(
    session: AsyncSession, account_id: UUID, device_id: UUID, number: int
) -> UUID | None:
    """Return the message that a device was to send, by its number."""
    rows = await fetch(
        session,
        """
        select id from message
        where number = $3 and account_id = $1 and device_id = $2 and direction = 'out'
        """,
        account_id,
        device_id,
        number,
    )
    return rows[0][0] if rows else None


def _out(row: asyncpg.Record) -> QueuedOut:
    return QueuedOut(**dict(row))
