"""The conversations of contacts, with whatever number; and who sees contacts by them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.audiences import Audience
from helpdesk.database import fetch

_ROWS_OF = """
  cross join lateral (select v.id union all select o.id from contact o
    where o.account_id = v.account_id and o.merged_into_id = v.id) r
"""
"""Of the contacts `v`, the rows of all their numbers."""


async def list_open_of(
    session: AsyncSession, contacts: Iterable[tuple[UUID, UUID]]
) -> list[tuple[UUID, UUID]]:
    """Return the open conversations of contacts, whatever their number, both as (account, id)."""
    pairs = sorted(set(contacts))
    if not pairs:
        return []
    rows = await fetch(
        session,
        f"""
        select c.account_id, c.id from unnest($1::uuid[], $2::uuid[]) v(account_id, id)
        {_ROWS_OF}
        join conversation c on c.account_id = v.account_id and c.contact_id = r.id
        where c.status <> 'resolved'
        """,
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )
    return [(row[0], row[1]) for row in rows]


async def list_resolved_at(
    session: AsyncSession, contact: tuple[UUID, UUID], at: datetime
) -> list[tuple[UUID, UUID]]:
    """Return what of a contact was resolved in that very moment, both as (account, id)."""
    rows = await fetch(
        session,
        f"""
        select c.account_id, c.id from (select $1::uuid as account_id, $2::uuid as id) v
        {_ROWS_OF}
        join conversation c on c.account_id = v.account_id and c.contact_id = r.id
        where c.status = 'resolved' and c.resolved_at = $3
        """,
        *contact,
        at,
    )
    return [(row[0], row[1]) for row in rows]


async def list_audiences(
    session: AsyncSession, contacts: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, Audience]:
    """Return who sees each of the contacts, given as (account, id): by their conversations."""
    pairs = sorted(set(contacts))
    rows = await fetch(
        session,
        f"""
        select v.id, array_agg(distinct c.assignee_id), array_agg(distinct c.division_id)
        from unnest($1::uuid[], $2::uuid[]) v(account_id, id)
        {_ROWS_OF}
        left join conversation c on c.account_id = v.account_id and c.contact_id = r.id
        group by v.id
        """,
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )
    return {
        row[0]: Audience(
            agent_ids=frozenset(filter(None, row[1])), division_ids=frozenset(filter(None, row[2]))
        )
        for row in rows
    }
