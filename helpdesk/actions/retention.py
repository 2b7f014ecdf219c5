"""Forgetting what is kept for a limited time only."""

from helpdesk.database import UnitOfWork
from helpdesk.queries.retention import remove_old


async def forget_old(work: UnitOfWork) -> None:
    """Remove what nobody can use any more."""
    await remove_old(work.session)
