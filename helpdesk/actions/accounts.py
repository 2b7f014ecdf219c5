"""Accounts and their people: made, given a password, given a new token."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.packages import add_standard_packages
from helpdesk.actions.presence import tell_presence
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError, NotFound
from helpdesk.hours import check_time_zone
from helpdesk.phone import normalise
from helpdesk.queries.accounts import get_account
from helpdesk.queries.directory import insert_entry, remove_entries
from helpdesk.queries.push_subscriptions import count_account_reach
from helpdesk.queries.sessions import end_sessions, find_user_by_email, set_password
from helpdesk.queries.users import insert_user
from helpdesk.tables.account import Account
from helpdesk.tables.columns import new_id
from helpdesk.tables.event import EventCounter
from helpdesk.tables.user import User
from helpdesk.vault import Vault, hash_password, make_token

ACCOUNT_TOKEN = "hd_acc_"  # noqa: S105 - a prefix
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")


class NewAccount(Struct, frozen=True, kw_only=True):
    """An account that was made, with its token and its owner."""

    account_id: UUID
    token: str
    owner_id: UUID


async def create_account(
    work: UnitOfWork, vault: Vault, *, name: str, email: str, password: str, now: datetime
) -> NewAccount:
    """Create an account and its owner. Raises Conflict when the e-mail is in use."""
    address = check_email(email)
    token = make_token(ACCOUNT_TOKEN)
    made = NewAccount(account_id=new_id(), token=token, owner_id=new_id())
    work.session.add(
        Account(
            id=made.account_id,
            name=name,
            token_digest=vault.digest(token),
            token_sealed=vault.seal(token),
            created_at=now,
        )
    )
    await work.session.flush()
    work.session.add(EventCounter(account_id=made.account_id, seq=0, epoch=new_id()))
    await add_standard_packages(work, made.account_id)
    await _list_token(work, vault, made.account_id, token)
    owner = User(
        account_id=made.account_id,
        id=made.owner_id,
        email=address,
        name=email.partition("@")[0],
        role="owner",
        password_hash=hash_password(password),
        created_at=now,
    )
    await add_user(work, owner)
    return made


async def add_user(work: UnitOfWork, user: User) -> None:
    """Add a person. Raises Conflict when the e-mail is in use."""
    await insert_user(work.session, user)
    if not await insert_entry(
        work.session, "email", user.email, account_id=user.account_id, id_=user.id
    ):
        raise Conflict("This e-mail is in use.", errors={"email": "In use. Give another one."})


def check_email(email: str) -> str:
    """Return the address in its one spelling; raise InputError when it cannot be one."""
    address = email.strip().casefold()
    name, _, domain = address.rpartition("@")
    if not name or "." not in domain or " " in address or len(address) > 254:
        raise InputError(
            "This is no e-mail address.",
            errors={"email": "Give an address such as ani@example.com."},
        )
    return address


async def change_account(work: UnitOfWork, changes: Mapping[str, Any]) -> Account:
    """Change the account's settings; other hours by push hold for what was open before, too."""
    for origin in changes.get("redirect_origins", ()):
        _check_origin(origin)
    if "time_zone" in changes:
        check_time_zone(changes["time_zone"])
    if changes.get("code_number") and normalise(changes["code_number"]) is None:
        raise InputError("This is no number.", errors={"code_number": "Give 8 to 15 digits."})
    account = await get_account(work.session, work.account_id)
    for column, value in changes.items():
        setattr(account, column, value)
    work.session.add(account)
    if "push_presence_hours" in changes:
        await work.session.flush()
        await tell_presence(work, await count_account_reach(work.session, account.id))
        work.wake("waiting")
    return account


def _check_origin(text: str) -> None:
    if not ORIGIN.fullmatch(text):
        raise InputError(
            f"{text[:100]!r} is no origin.",
            errors={"redirect_origins": "Give origins such as https://shop.example."},
        )


async def rotate_account_token(work: UnitOfWork, vault: Vault) -> str:
    """Give the account a new token; the old one ends at once."""
    account = await get_account(work.session, work.account_id)
    token = make_token(ACCOUNT_TOKEN)
    account.token_digest, account.token_sealed = vault.digest(token), vault.seal(token)
    work.session.add(account)
    await remove_entries(work.session, "account_token", account_id=account.id, id_=account.id)
    await _list_token(work, vault, account.id, token)
    return token


async def reset_password(work: UnitOfWork, *, email: str, password: str) -> None:
    """Set a person's password and end their sessions. Raises NotFound."""
    found = await find_user_by_email(work.session, check_email(email))
    if found is None:
        raise NotFound("Nobody has this e-mail.")
    account_id, user_id, _ = found
    await set_password(work.session, account_id, user_id, hash_password(password))
    await tell_presence(work, await end_sessions(work.session, account_id, user_id=user_id))
    work.wake("rights")


async def find_account_of(work: UnitOfWork, email: str) -> UUID:
    """Return the account of a person. Raises NotFound."""
    found = await find_user_by_email(work.session, check_email(email))
    if found is None:
        raise NotFound("Nobody has this e-mail.")
    return found[0]


async def _list_token(work: UnitOfWork, vault: Vault, account_id: UUID, token: str) -> None:
    await insert_entry(
        work.session,
        "account_token",
        vault.digest(token).hex(),
        account_id=account_id,
        id_=account_id,
    )
