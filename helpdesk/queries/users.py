"""Users: people with e-mail and password."""

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.tables.user import User


async def insert_user(session: AsyncSession, user: User) -> None:
    """Insert a person."""
    session.add(user)
    await session.flush()
