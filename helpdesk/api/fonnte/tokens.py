"""Whose token it is: in the header, bare or as a bearer's, or in a GET's query."""

from helpdesk.actors import Actor, Role
from helpdesk.api.deps import AnyRequest
from helpdesk.api.fonnte.answers import refused
from helpdesk.api.fonnte.body import read_query
from helpdesk.api.fonnte.fields import text
from helpdesk.api.loops import OWN_ADDRESS, is_own
from helpdesk.api.parts import parts_of
from helpdesk.database import Session
from helpdesk.errors import SignedOut
from helpdesk.queries.sessions import find_token

MOST_TOKENS = 50
WRONG_SENDER = "invalid token"
WRONG_DEVICE = "token invalid"
WRONG_ACCOUNT = "unknown user"


def shown_token(request: AnyRequest) -> str:
    """Return the token, or the list of tokens, that came with a request.

    A `+` in a query that the caller forgot to escape arrives as a space, which no token has. Raises
    InputError for what this server sent itself.
    """
    if is_own(request):
        raise refused(OWN_ADDRESS)
    header = request.headers.get("authorization", "").strip()
    if not header and request.method == "GET":
        return text(read_query(request).fields, "token").strip().replace(" ", "+")
    scheme, _, rest = header.partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else header


async def identify_one(request: AnyRequest, role: Role, reason: str) -> Actor:
    """Return the device or account whose token was shown. Raises SignedOut with the reason."""
    return _require(await find_caller(request), role, reason)


async def find_caller(request: AnyRequest) -> Actor | None:
    """Return whose token was shown, None where it is nobody's."""
    parts = parts_of(request)
    digest = parts.vault.digest(shown_token(request)).hex()
    async with parts.database.unit_of_work() as work:
        return await find_token(work.session, digest)


async def identify_senders(session: Session, request: AnyRequest) -> list[Actor]:
    """Return the devices of a comma list of tokens, each once.

    Raises SignedOut, or InputError when they belong to several accounts.
    """
    vault = parts_of(request).vault
    shown = list(dict.fromkeys(part.strip() for part in shown_token(request).split(",")))
    if len(shown) > MOST_TOKENS:
        raise SignedOut(WRONG_SENDER)
    senders = [
        _require(await find_token(session, vault.digest(each).hex()), "device", WRONG_SENDER)
        for each in shown
    ]
    if len({sender.account_id for sender in senders}) > 1:
        raise refused("devices must belong to an account")
    return senders


def _require(actor: Actor | None, role: Role, reason: str) -> Actor:
    if actor is None or actor.role != role:
        raise SignedOut(reason)
    return actor
