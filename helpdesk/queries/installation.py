"""The installation."""

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch


async def keep_sealed_word(session: AsyncSession, sealed: bytes) -> bytes:
    """Store the word unless one is kept already; return the one that is kept."""
    await execute(
        session,
        "insert into installation (id, word_sealed) values (1, $1) on conflict do nothing",
        sealed,
    )
    return (await fetch(session, "select word_sealed from installation"))[0][0]  # type: ignore[no-any-return]
