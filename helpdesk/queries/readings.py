"""Readings: up to where somebody has read, stored and listed."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.actors import Actor
from helpdesk.database import execute, fetch

MOST_READINGS = 5_000
"""As many as a console has conversations."""


async def store_reading(
    session: AsyncSession, actor: Actor, conversation_id: UUID, read_number: int, now: datetime
) -> None:
    """Keep up to where the actor has read; a later number is never taken back."""
    await execute(
        session,
        """
        insert into reading (account_id, reader_id, conversation_id, read_number, read_at)
        values ($1, $2, $3, $4, $5)
        on conflict (account_id, reader_id, conversation_id) do update
        set read_number = excluded.read_number, read_at = excluded.read_at
        where reading.read_number < excluded.read_number
        """,
        actor.account_id,
        actor.id,
        conversation_id,
        read_number,
        now,
    )


async def list_readings(session: AsyncSession, actor: Actor) -> dict[UUID, int]:
    """Return the actor's `read_number` by conversation: of those that are open, the newest first.

    What was read longest ago is left out past `MOST_READINGS`.
    """
    rows = await fetch(
        session,
        """
        select r.conversation_id, r.read_number
        from (select * from reading where account_id = $1 and reader_id = $2
          order by read_at desc limit $3) r
        join lateral (select status from conversation
          where account_id = $1 and id = r.conversation_id limit 1) c on true
        where c.status <> 'resolved'
        """,
        actor.account_id,
        actor.id,
        MOST_READINGS,
    )
    return {row[0]: row[1] for row in rows}
