"""What an agent owns."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch


async def list_owned(
    session: AsyncSession,
    account_id: UUID,
    agent_id: UUID,
    *,
    with_snoozed: bool = False,
    limit: int | None = None,
) -> list[UUID]:
    """Return the assigned conversations of an agent, with the snoozed ones where asked for."""
    rows = await fetch(
        session,
        """
        select id from conversation
        where account_id = $1 and assignee_id = $2 and status <> 'resolved'
          and (status = 'assigned' or $3::boolean) limit $4
        """,
        account_id,
        agent_id,
        with_snoozed,
        limit,
    )
    return [row[0] for row in rows]


async def count_owned(session: AsyncSession, account_id: UUID, agent_id: UUID) -> int:
    """Count the assigned and snoozed conversations of an agent."""
    rows = await fetch(
        session,
        """
        select count(*) from conversation
        where account_id = $1 and assignee_id = $2 and status <> 'resolved'
        """,
        account_id,
        agent_id,
    )
    return int(rows[0][0])
