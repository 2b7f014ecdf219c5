"""What waits of a broadcast in the outbox: set apart, let go on, taken back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch

_WAITING = """
account_id = $1 and broadcast_id = $2 and state in ('queued', 'paused') and expired_leases = 0
"""
"""What no gateway has or may have."""


async def park(session: AsyncSession, account_id: UUID, id_: UUID) -> None:
    """Keep what waits of a paused broadcast apart from what is due."""
    await _lock_first(session, account_id, id_)
    await execute(
        session,
        f"update outbox set state = 'paused' where {_WAITING} and state = 'queued'",
        account_id,
        id_,
    )


async def unpark(session: AsyncSession, account_id: UUID, id_: UUID) -> None:
    """Let what waits go out again, with the times between as they were.

    What is not due yet keeps its time; otherwise the first goes out now.
    """
    first = await _lock_first(session, account_id, id_)
    await execute(
        session,
        f"""
        update outbox set state = 'queued', attempt = 0,
          due_at = created_at + greatest(statement_timestamp() - $3, interval '0'),
          created_at = created_at + greatest(statement_timestamp() - $3, interval '0')
        where {_WAITING}
        """,
        account_id,
        id_,
        first,
    )


async def find_first(session: AsyncSession, account_id: UUID, id_: UUID) -> datetime | None:
    """Return when the first that waits of a broadcast was to go out, None where nothing waits."""
    rows = await fetch(
        session, f"select min(created_at) from outbox where {_WAITING}", account_id, id_
    )
    first: datetime | None = rows[0][0]
    return first


async def _lock_first(session: AsyncSession, account_id: UUID, id_: UUID) -> datetime | None:
    """Lock what waits, in one order, and return when the first of it was to go out.

    What was put to a time before the broadcast begins does not count: the rest keeps its own.
    """
    rows = await fetch(
        session,
        f"""
        select min(w.created_at) from (
          select created_at from outbox where {_WAITING} order by message_id for update) w
        join broadcast b on b.account_id = $1 and b.id = $2 and w.created_at >= b.starts_at
        """,
        account_id,
        id_,
    )
    first: datetime | None = rows[0][0]
    return first


async def list_waiting(
    session: AsyncSession, account_id: UUID, id_: UUID, *, limit: int
) -> list[tuple[UUID, UUID | None]]:
    """Return messages that wait, as (message, conversation)."""
    rows = await fetch(
        session,
        f"""
        select w.message_id, m.conversation_id
        from (select * from outbox where {_WAITING} order by message_id limit $3) w
        join message m on m.account_id = w.account_id and m.id = w.message_id
        """,
        account_id,
        id_,
        limit,
    )
    return [(row[0], row[1]) for row in rows]


async def take_back(
    session: AsyncSession, account_id: UUID, message_ids: Sequence[UUID], *, failure: str
) -> list[UUID]:
    """Remove those from the outbox that still wait, let them fail, and return them."""
    rows = await fetch(
        session,
        """
        with waiting as (
          select message_id from outbox
          where account_id = $1 and message_id = any($2::uuid[])
            and state in ('queued', 'paused') and expired_leases = 0
          order by message_id for update),
        removed as (
          delete from outbox o using waiting w
          where o.account_id = $1 and o.message_id = w.message_id returning o.message_id)
        update message m set status = 'failed', failure = $3 from removed r
        where m.account_id = $1 and m.id = r.message_id returning m.id
        """,
        account_id,
        list(message_ids),
        failure,
    )
    return [row[0] for row in rows]
