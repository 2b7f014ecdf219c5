"""Users: people with e-mail and password."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute
from helpdesk.tables.user import User


async def insert_user(session: AsyncSession, user: User) -> None:
    """Insert a person."""
    session.add(user)
    await session.flush()


async def lock_user(session: AsyncSession, account_id: UUID, id_: UUID) -> None:
    """Lock a person, so that two requests do not both make something of theirs."""
    await execute(
        session,
        'select from "user" where account_id = $1 and id = $2 for no key update',
        account_id,
        id_,
    )
