"""Nodes and consoles, by the database's clock."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.queries.agents import ALIVE, LEASE_SECONDS


async def renew_node(session: AsyncSession, node_id: UUID, name: str) -> bool:
    """Insert the node, or renew its lease; True when it was not there (any more)."""
    rows = await fetch(
        session,
        """
        insert into node (id, name, started_at, seen_at)
        values ($1, $2, clock_timestamp(), clock_timestamp())
        on conflict (id) do update set seen_at = clock_timestamp() returning xmax = 0
        """,
        node_id,
        name,
    )
    return bool(rows[0][0])


async def remove_node(session: AsyncSession, node_id: UUID) -> None:
    """Remove a node and its consoles."""
    rows = await fetch(
        session, "delete from console where node_id = $1 returning account_id, agent_id", node_id
    )
    await execute(session, "delete from node where id = $1", node_id)
    await _note_seen(session, [(row[0], row[1]) for row in rows])


async def remove_dead_nodes(session: AsyncSession) -> list[tuple[UUID, UUID]]:
    """Remove nodes whose lease ran out, and consoles without a node; returns whose they were."""
    await execute(
        session,
        "delete from node where seen_at < clock_timestamp() - make_interval(secs => $1)",
        LEASE_SECONDS,
    )
    rows = await fetch(
        session,
        """
        delete from console c where not exists (select from node n where n.id = c.node_id)
        returning account_id, agent_id
        """,
    )
    gone = [(row[0], row[1]) for row in rows]
    await _note_seen(session, gone)
    return gone


async def remove_strays(
    session: AsyncSession, node_id: UUID, open_here: Collection[UUID]
) -> list[tuple[UUID, UUID]]:
    """Remove a node's consoles that are not open there; returns whose they were.

    A row stays behind when the database is away while its socket closes. One that was opened a
    moment ago may be missing in the list.
    """
    rows = await fetch(
        session,
        """
        delete from console where node_id = $1 and id <> all($2::uuid[])
          and opened_at < clock_timestamp() - make_interval(secs => $3)
        returning account_id, agent_id
        """,
        node_id,
        list(open_here),
        LEASE_SECONDS,
    )
    gone = [(row[0], row[1]) for row in rows]
    await _note_seen(session, gone)
    return gone


async def count_consoles(session: AsyncSession, account_id: UUID, agent_id: UUID) -> int:
    """Count an agent's live consoles."""
    rows = await fetch(
        session,
        f"""
        select count(*) from console c join node n on n.id = c.node_id
        where c.account_id = $1 and c.agent_id = $2 and {ALIVE}
        """,
        account_id,
        agent_id,
    )
    return int(rows[0][0])


async def insert_console(
    session: AsyncSession, account_id: UUID, id_: UUID, *, agent_id: UUID, node_id: UUID
) -> None:
    """Insert a console."""
    await execute(
        session,
        """
        insert into console (account_id, id, agent_id, node_id, opened_at)
        values ($1, $2, $3, $4, clock_timestamp())
        """,
        account_id,
        id_,
        agent_id,
        node_id,
    )
    await _note_seen(session, [(account_id, agent_id)])


async def set_away(
    session: AsyncSession, account_id: UUID, agent_id: UUID, *, is_away: bool, reason: str = ""
) -> None:
    """Store that an agent is away, and why, or is back."""
    await execute(
        session,
        "update agent set is_away = $3, away_reason = $4 where account_id = $1 and id = $2",
        account_id,
        agent_id,
        is_away,
        reason if is_away else "",
    )


async def remove_console(session: AsyncSession, account_id: UUID, id_: UUID) -> None:
    """Remove one console."""
    rows = await fetch(
        session,
        "delete from console where account_id = $1 and id = $2 returning account_id, agent_id",
        account_id,
        id_,
    )
    await _note_seen(session, [(row[0], row[1]) for row in rows])


async def _note_seen(session: AsyncSession, agents: Iterable[tuple[UUID, UUID]]) -> None:
    """Note that agents, given as (account, id), were here until now."""
    pairs = sorted(set(agents))
    if not pairs:
        return
    await execute(
        session,
        """
        update agent a set seen_at = clock_timestamp()
        from (
          select account_id, id from agent
          where (account_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
          order by account_id, id for no key update) s
        where a.account_id = s.account_id and a.id = s.id
        """,
        [account_id for account_id, _ in pairs],
        [agent_id for _, agent_id in pairs],
    )
