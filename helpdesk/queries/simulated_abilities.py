"""What the simulated phone shows beside messages: its groups, and that the device types."""

from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.gateways.abilities import Group


async def list_groups(session: AsyncSession, account_id: UUID, device_id: UUID) -> list[Group]:
    """Return the groups that a device has lines of, with those who wrote in them."""
    rows = await fetch(
        session,
        """
        select p.address as id, p.name, array(
            select distinct w.address from message m
            join contact w on w.account_id = m.account_id and w.id = m.member_contact_id
            where m.account_id = p.account_id and m.contact_id = p.id and m.device_id = $2
            order by 1) as members
        from contact p
        where p.account_id = $1 and p.kind = 'group' and exists (
          select from message m where m.account_id = p.account_id and m.contact_id = p.id
            and m.device_id = $2)
        order by p.created_at, p.id
        """,
        account_id,
        device_id,
    )
    return [Group(**dict(row)) for row in rows]


async def set_typing(
    session: AsyncSession, account_id: UUID, device_id: UUID, address: str, *, wait: timedelta
) -> None:
    """Let a phone show for a while that the device types."""
    await fetch(
        session,
        """
        insert into simulated_device as t (account_id, device_id, slow_seconds, is_answer_lost,
          is_next_refused, typing_to, typing_until)
        values ($1, $2, 0, false, false, $3, clock_timestamp() + $4::interval)
        on conflict (account_id, device_id) do update
        set typing_to = excluded.typing_to, typing_until = excluded.typing_until
        """,
        account_id,
        device_id,
        address,
        wait,
    )


async def find_typing(session: AsyncSession, account_id: UUID, device_id: UUID) -> str | None:
    """Return whose phone shows now that the device types."""
    rows = await fetch(
        session,
        """
        select typing_to from simulated_device
        where account_id = $1 and device_id = $2 and typing_until > clock_timestamp()
        """,
        account_id,
        device_id,
    )
    return rows[0][0] if rows else None
