"""`/typing`, `/validate`, `/fetch-group`, `/get-whatsapp-group`: what the gateway is asked."""

from typing import TypeVar

from litestar import HttpMethod, Response, post, route

from helpdesk.actions.abilities import connect, require_ability
from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.fonnte.answers import INPUT, refused, say
from helpdesk.api.fonnte.body import read_sent
from helpdesk.api.fonnte.fields import flag, text
from helpdesk.api.fonnte.orders import read_typing
from helpdesk.api.fonnte.targets import read_numbers
from helpdesk.api.fonnte.tokens import WRONG_SENDER, identify_one
from helpdesk.api.parts import parts_of
from helpdesk.gateways import Connection
from helpdesk.gateways.abilities import MOST_NUMBERS, KnowsGroups, KnowsNumbers, ShowsTyping
from helpdesk.queries.devices import get_device

READING = [HttpMethod.GET, HttpMethod.POST]
Ability = TypeVar("Ability")


@post("/typing", opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def typing(request: AnyRequest) -> Response[bytes]:
    """Show that the device types, for some seconds, or no longer."""
    gateway, connection = await _reach(request, ShowsTyping, "show typing")
    fields = (await read_sent(request)).fields
    addresses = read_numbers(text(fields, "target"), text(fields, "countryCode"), has_groups=True)
    is_stopped = flag(fields, "stop", default=False)
    seconds = 0 if is_stopped else read_typing(fields)
    if len(addresses) > 1:
        raise refused(INPUT)
    await gateway.show_typing(connection, addresses[0], seconds=seconds)
    return say({"detail": "typing stopped" if is_stopped else "typing"})


@post("/validate", opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def validate(request: AnyRequest) -> Response[bytes]:
    """Tell which numbers are on WhatsApp."""
    gateway, connection = await _reach(request, KnowsNumbers, "tell which numbers are on WhatsApp")
    fields = (await read_sent(request)).fields
    numbers = read_numbers(text(fields, "target"), text(fields, "countryCode"))
    if len(numbers) > MOST_NUMBERS:
        raise refused(INPUT)
    known = await gateway.find_registered(connection, numbers)
    return say(
        {
            "not_registered": [each for each in numbers if each not in known],
            "registered": [each for each in numbers if each in known],
        }
    )


@post("/fetch-group", opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def fetch_groups(request: AnyRequest) -> Response[bytes]:
    """Let the gateway ask WhatsApp for the device's groups."""
    gateway, connection = await _reach(request, KnowsGroups, "list groups")
    await gateway.refresh_groups(connection)
    return say({"detail": "update whatsapp group list finished"})


@route(
    "/get-whatsapp-group",
    http_method=READING,
    opt=allow(PUBLIC),
    status_code=200,
    include_in_schema=False,
)
async def list_groups(request: AnyRequest) -> Response[bytes]:
    """List the device's groups."""
    gateway, connection = await _reach(request, KnowsGroups, "list groups")
    groups = await gateway.list_groups(connection)
    return say(
        {"data": [{"id": each.id, "member": each.members, "name": each.name} for each in groups]}
    )


async def _reach(
    request: AnyRequest, ability: type[Ability], deed: str
) -> tuple[Ability, Connection]:
    """Return the gateway of the device whose token was shown, and how it is reached.

    Raises SignedOut, Conflict where the gateway cannot, Unreachable while it is disconnected.
    """
    actor = await identify_one(request, "device", WRONG_SENDER)
    parts = parts_of(request)
    async with parts.database.reading(actor.account_id) as session:
        device = await get_device(session, actor.account_id, actor.id)
    gateway = require_ability(parts.gateways, device, ability, deed)
    return gateway, connect(parts.vault, device)
