"""The directory: written only by the action that owns the thing it names."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.tables.directory import DirectoryKind


async def insert_entry(
    session: AsyncSession, kind: DirectoryKind, key: str, *, account_id: UUID, id_: UUID
) -> bool:
    """Claim a key for a thing; False when another thing has it."""
    rows = await fetch(
        session,
        """
        insert into directory (kind, key, account_id, id) values ($1, $2, $3, $4)
        on conflict do nothing returning 1
        """,
        kind,
        key,
        account_id,
        id_,
    )
    return bool(rows)


async def remove_entries(
    session: AsyncSession, kind: DirectoryKind, *, account_id: UUID, id_: UUID
) -> None:
    """Free the keys of a kind that a thing has."""
    await execute(
        session,
        "delete from directory where kind = $1 and account_id = $2 and id = $3",
        kind,
        account_id,
        id_,
    )
