"""Agents: who works here, and what is shown of them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.errors import InputError, NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.shapes.setup import AgentBrief, AgentOut
from helpdesk.shapes.words import Presence, PresenceBy
from helpdesk.tables.agent import Agent

LEASE_SECONDS = 20
"""How long a node may be silent until its consoles count no more."""
ALIVE = f"n.seen_at > clock_timestamp() - interval '{LEASE_SECONDS} seconds'"

REACHABLE = "coalesce(a.reachable_until > clock_timestamp(), false)"
"""Whether an agent `a` counts as there by push, though no console of it may live."""
PRESENCE_BY = f"""
case when exists (
  select from console c join node n on n.id = c.node_id
  where c.account_id = a.account_id and c.agent_id = a.id and {ALIVE}) then 'console'
when {REACHABLE} then 'push' end
"""
"""By what an agent `a` is there; null when it is not."""

_SELECT = f"""
select a.id, a.name, a.device_id, a.division_id, a.user_id, a.is_enabled, a.open_limit, a.weight,
       a.sees, a.deleted_at, case when a.is_away then a.away_reason else '' end as away_reason,
       a.is_away, b.presence_by
from agent a cross join lateral (select {PRESENCE_BY} as presence_by) b
"""


async def list_working(
    session: AsyncSession, agents: Iterable[tuple[UUID, UUID]]
) -> frozenset[UUID]:
    """Return those of the agents, given as (account, id), who are enabled and not deleted."""
    pairs = sorted(set(agents))
    if not pairs:
        return frozenset()
    rows = await fetch(
        session,
        """
        select id from agent
        where (account_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
          and is_enabled and deleted_at is null
        """,
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )
    return frozenset(row[0] for row in rows)


async def lock_agent(session: AsyncSession, account_id: UUID, id_: UUID) -> AgentBrief:
    """Lock one living agent. Raises NotFound."""
    rows = await fetch(
        session,
        _SELECT
        + " where a.account_id = $1 and a.id = $2 and a.deleted_at is null for no key update of a",
        account_id,
        id_,
    )
    if not rows:
        raise NotFound("There is no such agent.")
    return brief(rows[0])


async def find_agent(session: AsyncSession, account_id: UUID, id_: UUID) -> AgentOut | None:
    """Return one agent, also a deleted one, or None."""
    rows = await fetch(session, _SELECT + " where a.account_id = $1 and a.id = $2", account_id, id_)
    return agent_out(rows[0]) if rows else None


async def get_agent(session: AsyncSession, account_id: UUID, id_: UUID) -> AgentOut:
    """Return one living agent. Raises NotFound."""
    agent = await find_agent(session, account_id, id_)
    if agent is None or agent.is_deleted:
        raise NotFound("There is no such agent.")
    return agent


async def list_agents(
    session: AsyncSession,
    account_id: UUID,
    *,
    division_id: UUID | None = None,
    after: UUID | None = None,
    limit: int | None = None,
) -> list[AgentOut]:
    """Return living agents, of one division where given, in the order of their making."""
    rows = await fetch(
        session,
        _SELECT
        + """
        where a.account_id = $1 and a.deleted_at is null
          and ($2::uuid is null or a.division_id = $2) and ($3::uuid is null or a.id > $3)
        order by a.id limit $4
        """,
        account_id,
        division_id,
        after,
        limit,
    )
    return [agent_out(row) for row in rows]


async def find_seat(session: AsyncSession, account_id: UUID, user_id: UUID) -> UUID | None:
    """Return the agent's seat that a user has, or None."""
    rows = await fetch(
        session,
        "select id from agent where account_id = $1 and user_id = $2 and deleted_at is null",
        account_id,
        user_id,
    )
    return rows[0][0] if rows else None


async def insert_agent(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert an agent. Raises InputError when an agent of the device has the same token."""
    inserted = await insert_rows(
        session, Agent, [columns], on_conflict="do nothing", returning="id"
    )
    if not inserted:
        raise InputError("This token is in use.", errors={"token": "In use. Give another one."})


async def set_agent(
    session: AsyncSession,
    account_id: UUID,
    id_: UUID,
    changes: Mapping[str, Any],
    *,
    has_new_rights: bool,
) -> None:
    """Change columns of an agent; new rights make its readers start over.

    Raises InputError when another agent of its device has the same token.
    """
    also = "rights_version = t.rights_version + 1" if has_new_rights else ""
    try:
        row = {"account_id": account_id, "id": id_, **changes}
        await update_rows(session, Agent, [row], also=also)
    except asyncpg.UniqueViolationError:
        raise InputError(
            "This token is in use.", errors={"token": "In use. Give another one."}
        ) from None


def agent_out(row: asyncpg.Record) -> AgentOut:
    """Build the shape with presence."""
    by: PresenceBy | None = row["presence_by"]
    presence: Presence = "offline" if by is None else "away" if row["is_away"] else "online"
    return AgentOut(
        **_fields(row), presence=presence, presence_by=by, away_reason=row["away_reason"]
    )


def brief(row: asyncpg.Record) -> AgentBrief:
    """Build the shape that events carry."""
    return AgentBrief(**_fields(row))


def _fields(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "device_id": row["device_id"],
        "division_id": row["division_id"],
        "user_id": row["user_id"],
        "enabled": row["is_enabled"],
        "limit": row["open_limit"],
        "weight": row["weight"],
        "sees": row["sees"],
        "is_deleted": row["deleted_at"] is not None,
    }
