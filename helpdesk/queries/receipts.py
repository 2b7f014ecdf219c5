"""Receipts: matched to what was sent, or kept until that is known."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch


class SentMessage(Struct, frozen=True):
    """A message we sent, found for the receipt at `place` (from 1)."""

    place: int
    account_id: UUID
    id: UUID
    conversation_id: UUID | None


async def find_sent(
    session: AsyncSession, keys: Sequence[tuple[UUID, UUID, str | None, str | None]]
) -> list[SentMessage]:
    """Find messages by (account, device, provider id, state id).

    Only messages of the very device are found, whatever ids a gateway names.
    """
    rows = await fetch(
        session,
        """
        with wanted as (
          select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
            with ordinality v(account_id, device_id, provider_id, state_id, place)),
        found as (
          select w.place, m.account_id, m.id, m.conversation_id
          from wanted w join message m on m.account_id = w.account_id
            and m.device_id = w.device_id and m.provider_id = w.provider_id
          where m.direction = 'out'
          union
          select w.place, m.account_id, m.id, m.conversation_id
          from wanted w join message m on m.account_id = w.account_id
            and m.device_id = w.device_id and m.state_id = w.state_id
          where m.direction = 'out')
        select * from found order by place
        """,
        *(list(column) for column in zip(*keys, strict=True)),
    )
    return [SentMessage(*row) for row in rows]


async def lock_fates(
    session: AsyncSession, keys: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, tuple[str, str, str | None]]:
    """Lock messages, given as (account, id), and return their status, failure and state id."""
    pairs = sorted(set(keys))
    rows = await fetch(
        session,
        """
        select id, status, failure, state_id from message
        where (account_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
        order by account_id, id for no key update
        """,
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


async def insert_early(
    session: AsyncSession,
    rows: Sequence[tuple[UUID, UUID, str, str, str]],
    *,
    now: datetime,
) -> None:
    """Keep receipts, as (account, device, provider id, status, reason), until the id is known."""
    if not rows:
        return
    await execute(
        session,
        """
        insert into early_receipt (account_id, device_id, provider_id, status, reason, received_at)
        select v.*, $6::timestamptz
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) v
        order by 1, 2, 3, 4
        on conflict do nothing
        """,
        *(list(column) for column in zip(*rows, strict=True)),
        now,
    )


async def take_early(
    session: AsyncSession, account_id: UUID, device_id: UUID, provider_id: str
) -> list[tuple[str, str]]:
    """Remove and return the early receipts of a provider id, as (status, reason)."""
    rows = await fetch(
        session,
        """
        delete from early_receipt where account_id = $1 and device_id = $2 and provider_id = $3
        returning status, reason
        """,
        account_id,
        device_id,
        provider_id,
    )
    return [(row[0], row[1]) for row in rows]
