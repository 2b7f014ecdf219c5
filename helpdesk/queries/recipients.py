"""Whom a broadcast goes to: contacts by their labels, and which are blocked."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch, in_parts


class Recipient(Struct, frozen=True):
    """A contact that has one of the labels, by its own number."""

    address: str
    name: str
    is_blocked: bool


async def list_labelled(
    session: AsyncSession, account_id: UUID, label_ids: Sequence[UUID], *, limit: int
) -> list[Recipient]:
    """Return the contacts that have one of the labels, in the order of their making."""
    rows = await fetch(
        session,
        """
        select address, name, blocked_at is not null from contact
        where account_id = $1 and labels <> '[]'::jsonb and labels ?| $2::text[]
          and merged_into_id is null and deleted_at is null
        order by id limit $3
        """,
        account_id,
        list(map(str, label_ids)),
        limit,
    )
    return [Recipient(*row) for row in rows]


async def find_blocked(
    session: AsyncSession, account_id: UUID, addresses: Sequence[str]
) -> frozenset[str]:
    """Return those of the addresses whose contact is blocked."""
    rows: list[asyncpg.Record] = []
    for part in in_parts(addresses):
        rows += await fetch(
            session,
            """
            select a.address from unnest($2::text[]) v(address)
            join contact a on a.account_id = $1 and a.address = v.address
            join contact p
              on p.account_id = a.account_id and p.id = coalesce(a.merged_into_id, a.id)
            where p.blocked_at is not null
            """,
            account_id,
            list(part),
        )
    return frozenset(row[0] for row in rows)
