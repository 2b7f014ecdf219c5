"""A device's line to WhatsApp over REST: ended, or joined to a phone."""

from base64 import b64encode
from typing import Annotated
from uuid import UUID

from litestar import Router, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from helpdesk import clock, phone
from helpdesk.actions.connections import ConnectionNews, record_connections
from helpdesk.actions.gateway_forms import connection_of
from helpdesk.api.access import MANAGING, allow
from helpdesk.api.deps import Acting, OpenParts
from helpdesk.api.openapi import faults
from helpdesk.api.parts import Parts
from helpdesk.errors import Conflict, GatewayError, InputError
from helpdesk.gateways import DeviceState, Gateway, Pairing
from helpdesk.queries.devices import get_device
from helpdesk.tables.device import Device

DISCONNECTED = "disconnected by hand"


class PairingIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """How to join: by a picture, or by a code for the phone of this number."""

    number: Annotated[str, Meta(max_length=40)] = ""


class PairingOut(Struct, frozen=True, kw_only=True):
    """A PNG in base64 to scan with the phone, or a code to type there; the other is empty."""

    picture: str
    code: str


@post(
    "/devices/{device_id:uuid}/disconnect",
    opt=allow(MANAGING) | faults(GatewayError),
    status_code=204,
    operation_id="disconnect_device",
)
async def disconnect(device_id: FromPath[UUID], parts: OpenParts, actor: Acting) -> None:
    """Take a device off WhatsApp; what is to be sent waits until it is connected again."""
    await disconnect_line(parts, actor.account_id, device_id)


@post(
    "/devices/{device_id:uuid}/pairing",
    opt=allow(MANAGING) | faults(GatewayError),
    status_code=200,
    operation_id="pair_device",
)
async def pair(
    device_id: FromPath[UUID],
    parts: OpenParts,
    actor: Acting,
    data: JSONBody[PairingIn | None] = None,
) -> PairingOut:
    """Get what joins a phone to a device that is not connected."""
    joined = await pair_line(parts, actor.account_id, device_id, number=data.number if data else "")
    return PairingOut(picture=b64encode(joined.picture).decode(), code=joined.code)


async def disconnect_line(parts: Parts, account_id: UUID, device_id: UUID) -> None:
    """Take a device off WhatsApp, and tell everybody.

    Raises NotFound, Conflict for one that is not connected, and GatewayError.
    """
    device = await _get(parts, account_id, device_id)
    if device.status != "connect":
        raise Conflict("The device is not connected.", reason="not_connected")
    await _gateway(parts, device).disconnect(connection_of(parts.vault, device))
    news = ConnectionNews(
        account_id, device_id, DeviceState(is_connected=False, reason=DISCONNECTED)
    )
    async with parts.database.unit_of_work(account_id) as work:
        await record_connections(work, [news], now=clock.now())


async def pair_line(parts: Parts, account_id: UUID, device_id: UUID, *, number: str) -> Pairing:
    """Return what joins a phone to a device, by a picture where no number is given.

    Raises NotFound, Conflict for a device that is connected, InputError and GatewayError.
    """
    device = await _get(parts, account_id, device_id)
    if device.status == "connect":
        raise Conflict("The device is connected.", reason="connected")
    spelled = phone.normalise(number) if number else ""
    if spelled is None:
        raise InputError(
            "This is no number: 8 to 15 digits.", errors={"number": "Give 8 to 15 digits."}
        )
    return await _gateway(parts, device).pair(connection_of(parts.vault, device), spelled)


async def _get(parts: Parts, account_id: UUID, device_id: UUID) -> Device:
    async with parts.database.reading(account_id) as reading:
        return await get_device(reading, account_id, device_id)


def _gateway(parts: Parts, device: Device) -> Gateway:
    return parts.gateways[device.gateway_kind]


router = Router("/", route_handlers=[disconnect, pair])
