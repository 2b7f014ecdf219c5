"""Signing in and out. Whichever part was wrong, the answer and its time are the same.

Throttling never locks anyone out: a token of 128 bits or more is looked up first, and a right one
is stopped by the address limit alone; wrong ones slow down more and more, to a minute at most.
"""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from helpdesk import phone
from helpdesk.actions.presence import tell_presence
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import SignedOut, TooMany
from helpdesk.queries.presence import set_away
from helpdesk.queries.sessions import (
    end_sessions,
    find_agent_by_token,
    find_user_by_email,
    insert_session,
    insert_ticket,
    list_session_actors,
)
from helpdesk.queries.throttles import clear_failures, count_failure, find_block
from helpdesk.tables.columns import new_id
from helpdesk.tables.session import Session
from helpdesk.vault import Vault, is_password, make_token, nobodys_hash

SESSION_TOKEN = "hd_ses_"  # noqa: S105 - a prefix
TICKET_TOKEN = "hd_tic_"  # noqa: S105 - a prefix
ABSOLUTE = timedelta(days=7)
WINDOW = timedelta(minutes=15)
MOST_BY_NAME = 10
MOST_BY_ADDRESS = 30
WRONG = "Wrong device number, e-mail, token or password."


class Attempt(Struct, frozen=True, kw_only=True):
    """Somebody at the door: by device number and token, or by e-mail and password.

    `address` is the client's network address, IPv6 cut to its /64.
    """

    name: str
    secret: str
    address: str
    is_agent: bool

    def throttle_key(self, vault: Vault) -> str:
        """Return under what this attempt's name is counted: a digest, in one spelling."""
        spelling = phone.normalise(self.name) if self.is_agent else self.name.strip().casefold()
        return vault.digest(f"{self.is_agent} {spelling or self.name}").hex()

    def address_key(self, vault: Vault) -> str:
        """Return under what this attempt's address is counted."""
        return vault.digest(f"address {self.address}").hex()


class SignedIn(Struct, frozen=True):
    """A new session; `secret` goes into the cookie and is kept nowhere."""

    actor: Actor
    secret: str


class Claim(Struct, frozen=True, kw_only=True):
    """Whom an attempt names; a user's password is still to be compared."""

    account_id: UUID
    agent_id: UUID | None = None
    user_id: UUID | None = None
    password_hash: str | None = None


async def find_claim(
    work: UnitOfWork, vault: Vault, attempt: Attempt, *, now: datetime
) -> Claim | None:
    """Return whom the attempt names: the agent with this token, or the user with this e-mail.

    Raises TooMany while the address, or (for a password) the name, has to wait.
    """
    await _require_not_blocked(work, "address", attempt.address_key(vault), now)
    return await (_agent if attempt.is_agent else _user)(work, vault, attempt, now)


async def is_proved(attempt: Attempt, claim: Claim | None) -> bool:
    """Whether the claim is true. Hashing takes long on purpose, whether there is such a user or
    not: call it without a transaction open."""
    if attempt.is_agent:
        return claim is not None
    password_hash = claim.password_hash if claim else None
    return await asyncio.to_thread(_is_right, attempt.secret, password_hash)


async def sign_in(
    work: UnitOfWork, vault: Vault, attempt: Attempt, claim: Claim, *, now: datetime
) -> SignedIn | None:
    """Open a session for a proved claim, or return None when who it names is gone meanwhile.

    An agent who signs in is there, however the last session ended.
    """
    secret = make_token(SESSION_TOKEN)
    session = Session(
        account_id=claim.account_id,
        id=new_id(),
        kind="agent" if claim.agent_id else "user",
        agent_id=claim.agent_id,
        user_id=claim.user_id,
        token_digest=vault.digest(secret),
        created_at=now,
        seen_at=now,
        expires_at=now + ABSOLUTE,
    )
    await insert_session(work.session, session)
    await clear_failures(work.session, "name", attempt.throttle_key(vault))
    if claim.agent_id:
        await set_away(work.session, claim.account_id, claim.agent_id, is_away=False)
    actors = await list_session_actors(work.session, [(claim.account_id, session.id)])
    return SignedIn(actors[session.id], secret) if session.id in actors else None


async def _agent(work: UnitOfWork, vault: Vault, attempt: Attempt, now: datetime) -> Claim | None:
    number = phone.normalise(attempt.name) or ""
    digest = vault.digest(attempt.secret.strip())
    found = await find_agent_by_token(work.session, number, digest)
    if found is None:
        await _require_not_blocked(work, "name", attempt.throttle_key(vault), now)
        return None
    return Claim(account_id=found[0], agent_id=found[1])


async def _user(work: UnitOfWork, vault: Vault, attempt: Attempt, now: datetime) -> Claim | None:
    await _require_not_blocked(work, "name", attempt.throttle_key(vault), now)
    found = await find_user_by_email(work.session, attempt.name.strip().casefold())
    if found is None:
        return None
    return Claim(account_id=found[0], user_id=found[1], password_hash=found[2])


def _is_right(password: str, password_hash: str | None) -> bool:
    return is_password(password, password_hash or nobodys_hash())


async def _require_not_blocked(work: UnitOfWork, kind: str, key: str, now: datetime) -> None:
    until = await find_block(work.session, kind, key)
    if until and until > now:
        wait = max(1, round((until - now).total_seconds()))
        raise TooMany(f"Too many attempts. Try again in {wait} s.", retry_after=wait)


async def count_wrong(work: UnitOfWork, vault: Vault, attempt: Attempt) -> SignedOut:
    """Count a failure, in a transaction of its own, and return what to answer."""
    await count_failure(
        work.session, "name", attempt.throttle_key(vault), free=MOST_BY_NAME, window=WINDOW
    )
    await count_failure(
        work.session, "address", attempt.address_key(vault), free=MOST_BY_ADDRESS, window=WINDOW
    )
    return SignedOut(WRONG)


async def sign_out(work: UnitOfWork, actor: Actor) -> None:
    """End the actor's session; its sockets close within a second, and no push reaches it."""
    if actor.session_id:
        gone = await end_sessions(work.session, actor.account_id, id_=actor.session_id)
        await tell_presence(work, gone)
        work.wake("rights")


async def make_ticket(work: UnitOfWork, vault: Vault, session_id: UUID) -> str:
    """Return a ticket that opens one socket within 30 s."""
    secret = make_token(TICKET_TOKEN)
    await insert_ticket(work.session, work.account_id, vault.digest(secret), session_id)
    return f"{work.account_id.hex}.{secret}"
