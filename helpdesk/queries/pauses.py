"""Pauses: while a device is disconnected its messages wait, and only now and then one is tried."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch


class Late(Struct, frozen=True):
    """A message that has waited too long on a paused device."""

    account_id: UUID
    message_id: UUID
    conversation_id: UUID | None
    error: str


async def pause_device(
    session: AsyncSession, account_id: UUID, device_id: UUID, *, wait: timedelta
) -> None:
    """Let nothing of a device be claimed for a while; a pause that has begun is not made longer.

    The while is as long as the device has been away, from `wait` up to a minute, and so doubles.
    """
    await execute(
        session,
        """
        update device set paused_at = coalesce(paused_at, clock_timestamp()),
          paused_until = clock_timestamp() + greatest($3::interval, least(
            clock_timestamp() - paused_at, interval '1 minute'))
        where account_id = $1 and id = $2
          and (paused_until is null or paused_until < clock_timestamp())
        """,
        account_id,
        device_id,
        wait,
    )


async def end_pause(session: AsyncSession, account_id: UUID, device_id: UUID) -> None:
    """Let a device's messages be claimed again."""
    await execute(
        session,
        """
        update device set paused_at = null, paused_until = null
        where account_id = $1 and id = $2 and paused_at is not null
        """,
        account_id,
        device_id,
    )


async def find_late(session: AsyncSession, before: datetime, *, limit: int) -> list[Late]:
    """Find what was to go out before a moment and waits on paused devices."""
    rows = await fetch(
        session,
        """
        select o.account_id, o.message_id, m.conversation_id, coalesce(o.last_error, '')
        from outbox o
        join device d on d.account_id = o.account_id and d.id = o.device_id
        join message m on m.account_id = o.account_id and m.id = o.message_id
        where o.state = 'queued' and o.due_at <= statement_timestamp() and o.created_at < $1
          and d.paused_at is not null
        order by o.account_id, o.message_id limit $2
        """,
        before,
        limit,
    )
    return [Late(*row) for row in rows]


async def lock_late(
    session: AsyncSession, keys: Iterable[tuple[UUID, UUID]]
) -> set[tuple[UUID, UUID]]:
    """Lock items, given as (account, message), and return those that still wait."""
    pairs = list(keys)
    rows = await fetch(
        session,
        """
        select account_id, message_id from outbox
        where (account_id, message_id) in (select * from unnest($1::uuid[], $2::uuid[]))
          and state = 'queued'
        order by account_id, message_id for update
        """,
        [account_id for account_id, _ in pairs],
        [message_id for _, message_id in pairs],
    )
    return {(row[0], row[1]) for row in rows}
