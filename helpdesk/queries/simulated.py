"""Messages on the simulated phone."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.queries.bulk import insert_rows
from helpdesk.tables.simulated import SimulatedMessage


async def insert_shown(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert a message unless its reference is there."""
    await insert_rows(session, SimulatedMessage, [columns], on_conflict="do nothing")


async def list_shown(
    session: AsyncSession, account_id: UUID, device_id: UUID, *, address: str, limit: int
) -> list[dict[str, Any]]:
    """Return what a simulated customer got, newest first."""
    rows = await fetch(
        session,
        """
        select s.reference, s.content, s.created_at from simulated_message s
        where s.account_id = $1 and s.device_id = $2 and s.address = $3
        order by s.created_at desc limit $4
        """,
        account_id,
        device_id,
        address,
        limit,
    )
    return [{"at": row["created_at"], **row["content"]} for row in rows]
