"""Throttles: failures counted over all nodes, by the database's clock."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch


async def find_block(session: AsyncSession, kind: str, key: str) -> datetime | None:
    """Return until when the key has to wait, or None."""
    rows = await fetch(
        session,
        """
        select blocked_until from throttle
        where kind = $1 and key = $2 and blocked_until > clock_timestamp()
        """,
        kind,
        key,
    )
    return rows[0][0] if rows else None


async def count_failure(
    session: AsyncSession, kind: str, key: str, *, free: int, window: timedelta
) -> None:
    """Count a failure. Past `free` in a window each one costs a wait of 1, 2, 4 … 60 s."""
    await execute(
        session,
        """
        insert into throttle as t (kind, key, failures, window_started_at)
        values ($1, $2, 1, clock_timestamp())
        on conflict (kind, key) do update set
          failures = case when t.window_started_at < clock_timestamp() - $4::interval
                     then 1 else t.failures + 1 end,
          window_started_at = case when t.window_started_at < clock_timestamp() - $4::interval
                     then clock_timestamp() else t.window_started_at end,
          blocked_until = case
            when t.window_started_at < clock_timestamp() - $4::interval or t.failures + 1 < $3
            then null
            else clock_timestamp()
              + make_interval(secs => least(60, power(2, least(t.failures + 1 - $3, 10)))) end
        """,
        kind,
        key,
        free,
        window,
    )


async def clear_failures(session: AsyncSession, kind: str, key: str) -> None:
    """Forget the failures of a key."""
    await execute(session, "delete from throttle where kind = $1 and key = $2", kind, key)
