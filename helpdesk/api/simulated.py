"""The simulated customer's phone over REST: what arrived there."""

from typing import Any
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from helpdesk import phone
from helpdesk.api.access import MANAGING, allow
from helpdesk.api.deps import Acting, Limit, Reading
from helpdesk.errors import InputError, NotFound
from helpdesk.queries.devices import get_device
from helpdesk.queries.simulated import list_shown


class ShownOut(Struct, frozen=True, kw_only=True):
    """What a simulated customer sees, newest first."""

    items: list[dict[str, Any]]


@get(
    "/devices/{device_id:uuid}/simulated-messages",
    opt=allow(MANAGING),
    operation_id="list_simulated_messages",
)
async def list_all(
    device_id: FromPath[UUID],
    number: FromQuery[str],
    reading: Reading,
    actor: Acting,
    limit: Limit = 50,
) -> ShownOut:
    """List what arrived on a simulated customer's phone."""
    device = await get_device(reading, actor.account_id, device_id)
    if device.gateway_kind != "simulated":
        raise NotFound("This device is not on the simulated gateway.")
    address = phone.normalise(number)
    if address is None:
        raise InputError("This is no number.", errors={"number": "8 to 15 digits"})
    return ShownOut(
        items=await list_shown(reading, actor.account_id, device_id, address=address, limit=limit)
    )


router = Router("/", route_handlers=[list_all])
