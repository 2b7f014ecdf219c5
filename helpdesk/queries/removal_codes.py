"""Codes that confirm the removal of devices."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch


class KnownCode(Struct, frozen=True):
    """The digest of a code, and when it was made."""

    digest: bytes
    created_at: datetime


async def find_removal_code(
    session: AsyncSession, account_id: UUID, device_id: UUID
) -> KnownCode | None:
    """Return the newest code of a device."""
    rows = await fetch(
        session,
        "select digest, created_at from removal_code where account_id = $1 and device_id = $2",
        account_id,
        device_id,
    )
    return KnownCode(*rows[0]) if rows else None


async def set_removal_code(
    session: AsyncSession, account_id: UUID, device_id: UUID, digest: bytes, *, now: datetime
) -> None:
    """Store a device's code in the place of the one before."""
    await execute(
        session,
        """
        insert into removal_code (account_id, device_id, digest, created_at)
        values ($1, $2, $3, $4)
        on conflict (account_id, device_id) do update
        set digest = excluded.digest, created_at = excluded.created_at
        """,
        account_id,
        device_id,
        digest,
        now,
    )


async def remove_removal_code(session: AsyncSession, account_id: UUID, device_id: UUID) -> None:
    """Forget a device's code."""
    await execute(
        session,
        "delete from removal_code where account_id = $1 and device_id = $2",
        account_id,
        device_id,
    )


async def find_owner_email(session: AsyncSession, account_id: UUID) -> str:
    """Return the e-mail of the account's first owner."""
    rows = await fetch(
        session,
        """
        select email from "user" where account_id = $1 and role = 'owner' order by id limit 1
        """,
        account_id,
    )
    return str(rows[0][0])
