"""An account with somebody of every role, and HTTP clients that act as them."""

import secrets
from dataclasses import dataclass
from functools import cache
from typing import Literal
from uuid import UUID

from helpdesk import clock
from helpdesk.actors import Actor
from helpdesk.tables.columns import new_id
from helpdesk.tables.directory import Directory
from helpdesk.tables.user import User
from helpdesk.vault import hash_password
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    make_agent,
    make_device,
    make_division,
)
from tests.served import Caller, Served

Role = Literal["nobody", "agent", "supervisor", "owner", "account", "device"]
ROLES: tuple[Role, ...] = ("nobody", "agent", "supervisor", "owner", "account", "device")
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class House:
    """An account with one device, one division, one agent, an owner, a supervisor and tokens."""

    account: AccountUnderTest
    served: Served
    device: DeviceUnderTest
    division: UUID
    agent: Actor
    agent_token: str
    account_token: str
    emails: dict[str, str]

    async def caller(self, role: Role) -> Caller:
        """Return a new client that acts as the role; people are signed in."""
        match role:
            case "nobody":
                return self.served.caller()
            case "account":
                return self.served.caller(self.account_token)
            case "device":
                return self.served.caller(self.device.token)
            case "agent":
                return await self.served.agent(self.device, self.agent_token)
            case _:
                caller = self.served.caller()
                await caller.sign_in(email=self.emails[role], password=PASSWORD)
                return caller


async def make_house(account: AccountUnderTest, served: Served) -> House:
    """Fill an empty account."""
    device = await make_device(account, number=f"62811{secrets.randbelow(10**8):08}")
    division = await make_division(account)
    agent_token = secrets.token_hex()
    agent = await make_agent(account, device, division_id=division, token=agent_token)
    emails = {role: await make_user(account, role) for role in ("owner", "supervisor")}
    return House(
        account=account,
        served=served,
        device=device,
        division=division,
        agent=agent,
        agent_token=agent_token,
        account_token=await make_account_token(account),
        emails=emails,
    )


async def make_account_token(account: AccountUnderTest) -> str:
    """Give the account a token that can be used."""
    token = secrets.token_hex()
    key = account.vault.digest(token).hex()
    await account.insert(
        Directory(kind="account_token", key=key, account_id=account.id, id=account.id)
    )
    return token


async def make_user(account: AccountUnderTest, role: str) -> str:
    """Store a person with the password `PASSWORD`, and return the e-mail."""
    email, id_ = f"{role}-{secrets.token_hex(4)}@example.com", new_id()
    await account.insert(
        User(
            account_id=account.id,
            id=id_,
            email=email,
            name=role.title(),
            role=role,
            password_hash=_hash(),
            created_at=clock.now(),
        ),
        Directory(kind="email", key=email, account_id=account.id, id=id_),
    )
    return email


@cache
def _hash() -> str:
    return hash_password(PASSWORD)
