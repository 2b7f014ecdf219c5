"""Accounts."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.errors import NotFound
from helpdesk.tables.account import Account


async def find_account(session: AsyncSession, account_id: UUID) -> Account | None:
    """Return the account, if there is one."""
    return (await session.exec(select(Account).where(Account.id == account_id))).first()


async def get_account(session: AsyncSession, account_id: UUID) -> Account:
    """Return the account. Raises NotFound."""
    account = await find_account(session, account_id)
    if account is None:
        raise NotFound("There is no such account.")
    return account
