"""`/disconnect` and `/qr`: a device's line to WhatsApp."""

from base64 import b64encode

from litestar import Response, post

from helpdesk import clock
from helpdesk.actors import Actor
from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.fonnte.answers import EMPTY, INPUT, refuse_in_detail, refused, say
from helpdesk.api.fonnte.body import read_body
from helpdesk.api.fonnte.fields import text
from helpdesk.api.fonnte.tokens import WRONG_DEVICE, identify_one
from helpdesk.api.lines import disconnect_line, pair_line
from helpdesk.api.parts import Parts, parts_of
from helpdesk.errors import Conflict, GatewayError
from helpdesk.queries.devices import list_devices
from helpdesk.queries.packages import list_allowances

FREE = "free"


@post("/disconnect", opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def disconnect(request: AnyRequest) -> Response[bytes]:
    """Take the device off WhatsApp. What is wrong stands in `detail`."""
    refuse_in_detail(request)
    actor = await identify_one(request, "device", WRONG_DEVICE)
    try:
        await disconnect_line(parts_of(request), actor.account_id, actor.id)
    except Conflict as error:
        raise refused("device already disconnected") from error
    except GatewayError as error:
        raise refused(error.detail) from error
    return say({"detail": "device disconnected"})


@post("/qr", opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def qr(request: AnyRequest) -> Response[bytes]:
    """Give a picture in base64 to scan, or with `type=code` a code for the phone `whatsapp`."""
    actor, parts = await identify_one(request, "device", WRONG_DEVICE), parts_of(request)
    fields = (await read_body(request)).fields
    kind, number = text(fields, "type").strip().lower() or "qr", text(fields, "whatsapp").strip()
    if kind not in {"qr", "code"}:
        raise refused(INPUT)
    if kind == "code" and not number:
        raise refused(EMPTY)
    await _require_only_free(parts, actor)
    try:
        joined = await pair_line(
            parts, actor.account_id, actor.id, number=number if kind == "code" else ""
        )
    except Conflict as error:
        raise refused("device already connect") from error
    except GatewayError as error:
        raise refused(error.detail) from error
    return say(
        {"code": joined.code} if joined.code else {"url": b64encode(joined.picture).decode()}
    )


async def _require_only_free(parts: Parts, actor: Actor) -> None:
    """Of the devices with the free package one may be connected."""
    async with parts.database.reading(actor.account_id) as session:
        devices = await list_devices(session, actor.account_id)
        ids = [device.id for device in devices]
        held = await list_allowances(session, actor.account_id, ids, now=clock.now())
    free = [device for device in devices if held[device.id].code == FREE]
    if any(each.id == actor.id for each in free) and any(
        each.id != actor.id and each.status == "connect" for each in free
    ):
        raise refused("free device already connected")
