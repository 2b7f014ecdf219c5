"""Who calls: from a token or a session cookie to an actor, and whether that actor may call this.

Every route says in its `allow` option who may call it; a route that says nothing stops the start.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import ASGIRoute, BaseRoute, HTTPRoute, WebSocketRoute

from helpdesk import clock
from helpdesk.actors import Actor, Role
from helpdesk.api.parts import Parts, parts_of
from helpdesk.errors import Forbidden, SignedOut
from helpdesk.queries.accounts import find_account
from helpdesk.queries.sessions import find_session, find_token, touch_session
from helpdesk.signing import account_of_phone_key, is_phone_key

Connection = ASGIConnection[Any, Any, Any, Any]

Roles = frozenset[Role]

PUBLIC: Roles = frozenset()
OWNERS: Roles = frozenset({"owner"})
SUPERVISORS: Roles = OWNERS | Roles({"supervisor"})
PEOPLE: Roles = SUPERVISORS | Roles({"agent"})
MANAGING: Roles = SUPERVISORS | Roles({"account"})
STAFF: Roles = PEOPLE | Roles({"account"})
ANYBODY: Roles = STAFF | Roles({"device"})

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOUCH_AFTER = timedelta(minutes=1)
SIGNATURE = "signature"
BY_LINK = "by_link"
"""The option of a route that leaves callers alone who come with a link: it proves the signature."""

BY_PHONE_KEY = "by_phone_key"
"""The option of a route that also takes the key of the simulated phone, in `X-Phone-Key`."""
PHONE_KEY_HEADER = "x-phone-key"

COOKIE = "helpdesk_session"
SECURE_COOKIE = "__Host-helpdesk_session"


def allow(roles: Iterable[Role]) -> dict[str, object]:
    """Return the route option that says who may call; `PUBLIC` means everybody."""
    return {"allow": frozenset(roles)}


def require_allow(routes: Iterable[BaseRoute]) -> None:
    """Raise RuntimeError when a route does not say who may call it.

    The framework's own answers to OPTIONS say nothing but which methods there are.
    """
    silent = [
        f"{route.path} {handler}"
        for route in routes
        for handler in handlers_of(route)
        if "allow" not in handler.opt
    ]
    if silent:
        raise RuntimeError("these routes do not say who may call them: " + ", ".join(silent))


def handlers_of(route: BaseRoute) -> list[BaseRouteHandler]:
    """Return the handlers of a route, without the framework's own for OPTIONS."""
    if isinstance(route, HTTPRoute):
        return [each for each in route.route_handlers if each.http_methods != {"OPTIONS"}]
    return [route.route_handler] if isinstance(route, WebSocketRoute | ASGIRoute) else []


async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let those through whom the route allows. Raises SignedOut or Forbidden."""
    if connection.scope.get("method") == "OPTIONS":
        return
    allowed: frozenset[Role] = handler.opt["allow"]
    is_linked = BY_LINK in handler.opt and SIGNATURE in connection.query_params
    if allowed == PUBLIC or is_linked:
        return
    actor = await identify(connection)
    if actor.role not in allowed:
        raise Forbidden("This is not for you.", role=actor.role)
    connection.state.actor = actor


async def identify(connection: Connection) -> Actor:
    """Return who calls. Raises SignedOut, or Forbidden when a browser's request is not its own."""
    parts = parts_of(connection)
    phone_key = connection.headers.get(PHONE_KEY_HEADER, "")
    if phone_key and BY_PHONE_KEY in connection.scope["route_handler"].opt:
        return await _by_phone_key(parts, phone_key)
    header = connection.headers.get("authorization", "")
    if header:
        return await _by_token(parts, header)
    cookie = connection.cookies.get(cookie_name(parts))
    if not cookie:
        raise SignedOut("Sign in first.")
    actor = await session_actor(parts, cookie)
    check_origin(connection, parts)
    if connection.scope.get("method", "GET") not in SAFE_METHODS:
        _check_csrf(connection, parts, actor)
    return actor


async def _by_token(parts: Parts, header: str) -> Actor:
    scheme, _, rest = header.partition(" ")
    token = rest if scheme.lower() == "bearer" else header
    async with parts.database.unit_of_work() as work:
        actor = await find_token(work.session, parts.vault.digest(token.strip()).hex())
    if actor is None:
        raise SignedOut("This token is not known.")
    return actor


async def _by_phone_key(parts: Parts, key: str) -> Actor:
    """Return the account's simulated phone; as that it may call what has `BY_PHONE_KEY` alone."""
    account_id = account_of_phone_key(key)
    if account_id:
        async with parts.database.reading(account_id) as reading:
            account = await find_account(reading, account_id)
        if account and is_phone_key(parts.vault, key, account_id, account.token_digest):
            name = "Simulated phone"
            return Actor(
                account_id=account_id, role="account", kind="token", id=account_id, name=name
            )
    raise SignedOut("This link to the simulated phone is not valid any more.")


async def session_actor(parts: Parts, cookie: str) -> Actor:
    """Return whose session the cookie names. Raises SignedOut."""
    account, _, secret = cookie.partition(".")
    try:
        account_id = UUID(hex=account)
    except ValueError:
        raise SignedOut("Sign in again.") from None
    async with parts.database.unit_of_work(account_id) as work:
        found = await find_session(work.session, account_id, parts.vault.digest(secret))
        if found is None:
            raise SignedOut("Sign in again.")
        actor, seen_at = found
        if actor.session_id and clock.now() - seen_at > TOUCH_AFTER:
            await touch_session(work.session, account_id, actor.session_id)
    return actor


def cookie_name(parts: Parts) -> str:
    """Return the cookie's name: bound to the host exactly when the server is reached by https."""
    return SECURE_COOKIE if parts.settings.is_https else COOKIE


def csrf_token(parts: Parts, session_id: UUID) -> str:
    """Return what a browser must send as `X-CSRF-Token` with every change."""
    return parts.vault.sign(f"csrf {session_id}")


def _check_csrf(connection: Connection, parts: Parts, actor: Actor) -> None:
    token = connection.headers.get("x-csrf-token", "")
    if not parts.vault.is_signed(f"csrf {actor.session_id}", token):
        raise Forbidden("Send the X-CSRF-Token that came with the session.", reason="csrf")


def check_origin(connection: Connection, parts: Parts) -> None:
    """Raise Forbidden when a page of another origin makes the browser call."""
    origin = connection.headers.get("origin")
    if origin is None:
        return
    own = {_origin_of(parts.settings.public_url)}
    if not parts.settings.is_https:
        own.add(("http", connection.headers.get("host", "").lower()))
    if _origin_of(origin) not in own - {None}:
        raise Forbidden("This page may not call the server.", reason="origin")


def _origin_of(url: str) -> tuple[str, str] | None:
    """Return scheme and host with port of an address; None where it is none, as with `null`."""
    try:
        parsed = urlsplit(url)
    except ValueError:
        return None
    return (parsed.scheme.lower(), parsed.netloc.lower()) if parsed.netloc else None
