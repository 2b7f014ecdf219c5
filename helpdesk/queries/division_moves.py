"""What refers to a division: counted before it is removed, and handed to another one."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.queries.devices import BRIEF_COLUMNS, brief_of
from helpdesk.shapes.setup import DeviceBrief


async def count_uses(session: AsyncSession, account_id: UUID, id_: UUID) -> dict[str, int]:
    """Return how many open conversations and agents a division has."""
    rows = await fetch(
        session,
        """
        select
          (select count(*) from conversation
           where account_id = $1 and division_id = $2 and status <> 'resolved') as conversations,
          (select count(*) from agent
           where account_id = $1 and division_id = $2 and deleted_at is null) as agents
        """,
        account_id,
        id_,
    )
    return dict(rows[0])


async def list_open_in(session: AsyncSession, account_id: UUID, id_: UUID) -> list[UUID]:
    """Return the open conversations of a division."""
    rows = await fetch(
        session,
        """
        select id from conversation
        where account_id = $1 and division_id = $2 and status <> 'resolved'
        """,
        account_id,
        id_,
    )
    return [row[0] for row in rows]


async def move_agents(
    session: AsyncSession, account_id: UUID, id_: UUID, *, to: UUID
) -> list[UUID]:
    """Hand a division's agents to another one, which are new rights; returns who they are."""
    rows = await fetch(
        session,
        """
        with moved as (
          select id from agent where account_id = $1 and division_id = $2 and deleted_at is null
          order by id for no key update)
        update agent a set division_id = $3, rights_version = a.rights_version + 1
        from moved m where a.account_id = $1 and a.id = m.id
        returning a.id
        """,
        account_id,
        id_,
        to,
    )
    return sorted(row[0] for row in rows)


async def move_defaults(
    session: AsyncSession, account_id: UUID, id_: UUID, *, to: UUID | None
) -> list[DeviceBrief]:
    """Give the devices whose default a division is another default, or none; returns them."""
    rows = await fetch(
        session,
        f"""
        with moved as (
          select id from device
          where account_id = $1 and default_division_id = $2 and deleted_at is null
          order by id for no key update)
        update device d set default_division_id = $3
        from moved m where d.account_id = $1 and d.id = m.id
        returning {BRIEF_COLUMNS}
        """,
        account_id,
        id_,
        to,
    )
    return [brief_of(row) for row in rows]
