"""Push subscriptions over REST: of the browser that calls, by its session."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from helpdesk.actions.push_subscriptions import (
    read_browser,
    require_allowed,
    subscribe,
    unsubscribe,
)
from helpdesk.actors import Actor
from helpdesk.api.access import PEOPLE, allow
from helpdesk.api.deps import Acting, Now, OpenParts, Reading, Work
from helpdesk.errors import SignedOut
from helpdesk.gateways.web_push import public_bytes, to_base64url
from helpdesk.queries.accounts import get_account


class PushKeysIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """By what the browser alone reads what is sent, in base64url as it gives them itself."""

    p256dh: Annotated[str, Meta(max_length=100)]
    auth: Annotated[str, Meta(max_length=50)]


class PushSubscriptionIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a browser answers when it is asked to take pushes (`PushSubscription.toJSON`)."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=2000)]
    keys: PushKeysIn


class PushKeyOut(Struct, frozen=True, kw_only=True):
    """What a browser is to be given as `applicationServerKey`, in base64url, and for how long an
    agent counts as online by push after the browser was last open, in hours; 0 is never."""

    public_key: str
    presence_hours: int


@get("/push-subscriptions/key", opt=allow(PEOPLE), operation_id="get_push_key")
async def read_key(reading: Reading, actor: Acting, parts: OpenParts) -> PushKeyOut:
    """Read by what key pushes are signed here."""
    account = await get_account(reading, actor.account_id)
    return PushKeyOut(
        public_key=to_base64url(public_bytes(parts.vault.push_key.public_key())),
        presence_hours=account.push_presence_hours,
    )


@post(
    "/push-subscriptions", opt=allow(PEOPLE), operation_id="add_push_subscription", status_code=204
)
async def add(
    data: JSONBody[PushSubscriptionIn], work: Work, actor: Acting, parts: OpenParts, now: Now
) -> None:
    """Let this session's browser take notifications; say it again whenever the app is opened.

    It replaces what the session said before, and ends with the session.
    """
    browser = read_browser(data.endpoint, p256dh=data.keys.p256dh, auth=data.keys.auth)
    await require_allowed(parts.outbound, browser.endpoint)
    await subscribe(work, _session_of(actor), browser, now=now)


@delete("/push-subscriptions", opt=allow(PEOPLE), operation_id="remove_push_subscription")
async def remove(work: Work, actor: Acting) -> None:
    """Let this session's browser take no more notifications."""
    await unsubscribe(work, _session_of(actor))


def _session_of(actor: Actor) -> UUID:
    if actor.session_id is None:
        raise SignedOut("Sign in first: a token has no browser.")
    return actor.session_id


router = Router("/", route_handlers=[read_key, add, remove])
