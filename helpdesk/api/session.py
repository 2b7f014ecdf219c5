"""The session: signing in, who I am, signing out, and tickets for sockets."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from litestar import Response, Router, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody
from msgspec import Struct

from helpdesk.actions.signin import (
    ABSOLUTE,
    Attempt,
    SignedIn,
    count_wrong,
    find_claim,
    is_proved,
    make_ticket,
    sign_in,
    sign_out,
)
from helpdesk.actors import Actor, Role
from helpdesk.api.access import (
    ANYBODY,
    PEOPLE,
    PUBLIC,
    allow,
    check_origin,
    cookie_name,
    csrf_token,
)
from helpdesk.api.deps import Acting, AnyRequest, Now, OpenParts, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.parts import Parts
from helpdesk.database import Session
from helpdesk.errors import Forbidden, InputError, SignedOut, TooMany
from helpdesk.queries.accounts import get_account
from helpdesk.queries.agents import get_agent
from helpdesk.shapes.setup import AgentOut

MOST_WAIT_SECONDS = 5.0


class SignInIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Device number and agent token, or e-mail and password.

    `otp` is taken for clients that send it; no account has a second factor yet.
    """

    device: str | None = None
    token: str | None = None
    email: str | None = None
    password: str | None = None
    otp: str | None = None


class UserOut(Struct, frozen=True, kw_only=True):
    """A supervisor or owner."""

    id: UUID
    name: str
    role: Role


class SessionOut(Struct, frozen=True, kw_only=True):
    """Who I am. `csrf` goes into `X-CSRF-Token` with every change; tokens have none."""

    role: Role
    account_id: UUID
    account_name: str
    agent: AgentOut | None
    user: UserOut | None
    csrf: str | None


class TicketOut(Struct, frozen=True, kw_only=True):
    """A ticket for one socket: `/ws?ticket=…` within `expires_in` seconds."""

    ticket: str
    expires_in: int


@post(
    "/session",
    opt=allow(PUBLIC) | faults(SignedOut, Forbidden, TooMany),
    operation_id="sign_in",
)
async def open_session(
    request: AnyRequest, data: JSONBody[SignInIn], parts: OpenParts, now: Now
) -> Response[SessionOut]:
    """Sign in. The answer sets the session's cookie."""
    check_origin(request, parts)
    attempt = _attempt(request, data)
    signed_in = await _prove(parts, attempt, now)
    async with parts.database.reading(signed_in.actor.account_id) as reading:
        body = await describe(reading, parts, signed_in.actor)
    return Response(body, status_code=201, cookies=[_cookie(parts, signed_in)])


async def _prove(parts: Parts, attempt: Attempt, now: datetime) -> SignedIn:
    """Open a session for who proves it; failures are counted in a transaction of their own.

    Few attempts at a time are hashed, with no connection held, so a flood of them harms no other.
    """
    async with _turn_to_hash(parts, attempt):
        async with parts.database.unit_of_work() as work:
            claim = await find_claim(work, parts.vault, attempt, now=now)
        is_right = await is_proved(attempt, claim)
    async with parts.database.unit_of_work() as work:
        if claim and is_right:
            signed_in = await sign_in(work, parts.vault, attempt, claim, now=now)
            if signed_in:
                return signed_in
        error = await count_wrong(work, parts.vault, attempt)
    raise error


@asynccontextmanager
async def _turn_to_hash(parts: Parts, attempt: Attempt) -> AsyncGenerator[None]:
    """Wait for a turn where a password has to be hashed. Raises TooMany when that takes long."""
    if attempt.is_agent:
        yield
        return
    try:
        async with asyncio.timeout(MOST_WAIT_SECONDS):
            await parts.hashing.acquire()
    except TimeoutError:
        raise TooMany("Too many sign in at once. Try again.", retry_after=5) from None
    try:
        yield
    finally:
        parts.hashing.release()


def _attempt(request: AnyRequest, data: SignInIn) -> Attempt:
    address = client_address(request)
    if data.device is not None and data.token is not None:
        return Attempt(name=data.device, secret=data.token, address=address, is_agent=True)
    if data.email is not None and data.password is not None:
        return Attempt(name=data.email, secret=data.password, address=address, is_agent=False)
    raise InputError(
        "Give device and token, or email and password.",
        errors={"device": "Give it with token, or give email with password."},
    )


def client_address(request: AnyRequest) -> str:
    """Return the client's address, IPv6 cut to its /64; uvicorn has resolved trusted proxies."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(ip_network(f"{address}/64", strict=False))
    return str(address)


def _cookie(parts: Parts, signed_in: SignedIn) -> Cookie:
    return Cookie(
        key=cookie_name(parts),
        value=f"{signed_in.actor.account_id.hex}.{signed_in.secret}",
        path="/",
        httponly=True,
        secure=parts.settings.is_https,
        samesite="strict",
        max_age=int(ABSOLUTE.total_seconds()),
    )


@get("/session", opt=allow(ANYBODY), operation_id="get_session")
async def read_session(reading: Reading, parts: OpenParts, actor: Acting) -> SessionOut:
    """Tell who the caller is."""
    return await describe(reading, parts, actor)


async def describe(reading: Session, parts: Parts, actor: Actor) -> SessionOut:
    """Return who the actor is, as the console needs it."""
    account = await get_account(reading, actor.account_id)
    agent = await get_agent(reading, actor.account_id, actor.agent_id) if actor.agent_id else None
    user = UserOut(id=actor.id, name=actor.name, role=actor.role) if actor.kind == "user" else None
    return SessionOut(
        role=actor.role,
        account_id=account.id,
        account_name=account.name,
        agent=agent,
        user=user,
        csrf=csrf_token(parts, actor.session_id) if actor.session_id else None,
    )


@delete("/session", opt=allow(PEOPLE), operation_id="sign_out")
async def close_session(work: Work, parts: OpenParts, actor: Acting) -> Response[None]:
    """Sign out; the session's sockets close within a second."""
    await sign_out(work, actor)
    gone = Cookie(
        key=cookie_name(parts),
        value="",
        path="/",
        httponly=True,
        secure=parts.settings.is_https,
        samesite="strict",
        max_age=0,
    )
    return Response(None, status_code=204, cookies=[gone])


@post("/session/ws-ticket", opt=allow(PEOPLE), operation_id="make_ws_ticket")
async def open_ticket(work: Work, parts: OpenParts, actor: Acting) -> TicketOut:
    """Make a ticket that opens one socket, once, within 30 seconds."""
    if actor.session_id is None:
        raise InputError("Tickets are for sessions.")
    return TicketOut(ticket=await make_ticket(work, parts.vault, actor.session_id), expires_in=30)


router = Router("/", route_handlers=[open_session, read_session, close_session, open_ticket])
