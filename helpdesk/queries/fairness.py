"""The turns of a division over a time, in their order, with what a rehearsal needs of them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.queries.rotas import Seat


class PastTurn(Struct, frozen=True):
    """A turn that was taken, and the device of its conversation."""

    agent_id: UUID
    eligible: frozenset[UUID]
    excluded: dict[UUID, str]
    device_id: UUID


async def list_past_turns(
    session: AsyncSession,
    account_id: UUID,
    division_id: UUID,
    *,
    since: datetime,
    until: datetime,
    limit: int,
) -> list[PastTurn]:
    """Return a division's turns of a time, oldest first.

    Numbers follow time, so the first one is found from the newest backwards, by the numbers' index.
    """
    rows = await fetch(
        session,
        """
        select t.agent_id, t.eligible, t.excluded, c.device_id
        from turn t join conversation c on c.account_id = t.account_id and c.id = t.conversation_id
        where t.account_id = $1 and t.division_id = $2 and t.at >= $3 and t.at < $4
          and t.number > coalesce((
            select number from turn where account_id = $1 and division_id = $2 and at < $3
            order by number desc limit 1), 0)
        order by t.number limit $5
        """,
        account_id,
        division_id,
        since,
        until,
        limit,
    )
    return [
        PastTurn(
            agent_id=row["agent_id"],
            eligible=frozenset(map(UUID, row["eligible"])),
            excluded={UUID(agent_id): reason for agent_id, reason in row["excluded"].items()},
            device_id=row["device_id"],
        )
        for row in rows
    ]


async def map_agents(
    session: AsyncSession, account_id: UUID, division_id: UUID
) -> dict[UUID, Seat]:
    """Return every agent of a division, also those who left after a turn, with no turn yet."""
    rows = await fetch(
        session,
        """
        select a.id, a.device_id, a.weight from agent a
        where a.account_id = $1 and (a.division_id = $2 or exists (
          select from rotation_place p where p.account_id = $1 and p.division_id = $2
            and p.agent_id = a.id))
        """,
        account_id,
        division_id,
    )
    return {row[0]: Seat(agent_id=row[0], device_id=row[1], weight=row[2]) for row in rows}
