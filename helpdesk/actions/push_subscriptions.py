"""Push subscriptions: a browser takes notifications for who is signed in there, or no more."""

from binascii import Error as NotBase64
from datetime import datetime
from uuid import UUID

from helpdesk.actions.presence import tell_presence
from helpdesk.database import UnitOfWork
from helpdesk.errors import InputError, Unreachable
from helpdesk.gateways.outbound import Outbound
from helpdesk.gateways.outbound_guard import parse_url
from helpdesk.gateways.web_push import SECRET_BYTES, Browser, from_base64url, read_public_key
from helpdesk.queries.push_subscriptions import insert_subscription, remove_subscriptions
from helpdesk.queries.pushes import start_cursor


def read_browser(endpoint: str, *, p256dh: str, auth: str) -> Browser:
    """Read what a browser says of its subscription. Raises InputError with a reason per field."""
    errors: dict[str, str] = {}
    try:
        parse_url(endpoint)
    except InputError:
        errors["endpoint"] = "Give the address that the browser gave."
    try:
        public_key = from_base64url(p256dh)
        read_public_key(public_key)
    except (NotBase64, ValueError):
        errors["keys.p256dh"] = "Give a point of P-256 in base64url."
    try:
        auth_secret = from_base64url(auth)
    except (NotBase64, ValueError):
        auth_secret = b""
    if len(auth_secret) != SECRET_BYTES:
        errors["keys.auth"] = f"Give {SECRET_BYTES} bytes in base64url."
    if errors:
        raise InputError("This is no push subscription.", errors=errors)
    return Browser(endpoint=endpoint, public_key=public_key, auth_secret=auth_secret)


async def require_allowed(outbound: Outbound, endpoint: str) -> None:
    """Raise InputError for an address that no push would ever go to: whoever gave it would count as
    there by push. One whose name is not found at the moment is taken."""
    try:
        await outbound.check(endpoint)
    except InputError as error:
        raise InputError(error.detail, errors={"endpoint": error.detail}) from error
    except Unreachable:
        return


async def subscribe(work: UnitOfWork, session_id: UUID, browser: Browser, *, now: datetime) -> None:
    """Let a session's browser take pushes, and count it as open now; wakes the queue.

    Raises SignedOut when the session ended meanwhile.
    """
    await start_cursor(work.session, work.account_id)
    key = (work.account_id, session_id)
    agents = await insert_subscription(work.session, key, browser, now=now)
    await tell_presence(work, agents)
    work.wake("waiting")


async def unsubscribe(work: UnitOfWork, session_id: UUID) -> None:
    """Let a session's browser take no more pushes."""
    gone = await remove_subscriptions(work.session, [(work.account_id, session_id)])
    await tell_presence(work, gone)
