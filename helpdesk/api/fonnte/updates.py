"""`/update-device`: a device's name, number, webhooks and settings; what is not named stays."""

from typing import Any, get_args

from litestar import Response, post

from helpdesk import clock
from helpdesk.actions.device_webhooks import check_addresses, set_webhooks
from helpdesk.actions.devices import change_device
from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.fonnte.answers import INPUT, refused, say
from helpdesk.api.fonnte.body import Fields, read_body
from helpdesk.api.fonnte.devices import read_name, read_number
from helpdesk.api.fonnte.fields import flag, text
from helpdesk.api.fonnte.targets import read_numbers
from helpdesk.api.fonnte.tokens import WRONG_DEVICE, identify_one
from helpdesk.api.parts import parts_of
from helpdesk.errors import InputError
from helpdesk.shapes.words import AnswerSource
from helpdesk.tables.device import Device

ADDRESSES = ("webhook", "webhookconnect", "webhookstatus", "webhookchaining")
SECRETS = ("secret", "secret_key")
SWITCHES = ("autoread", "personal", "quick", "inbox", "silent")
SOURCES = get_args(AnswerSource)
LONGEST_ADDRESS = 2_000
LONGEST_SECRET = 200


@post("/update-device", opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def update(request: AnyRequest) -> Response[bytes]:
    """Change what is named; `name` always has to be."""
    actor, parts = await identify_one(request, "device", WRONG_DEVICE), parts_of(request)
    fields = (await read_body(request)).fields
    changes: dict[str, Any] = {"name": read_name(fields)}
    if text(fields, "device").strip():
        changes["number"] = read_number(fields)
    if "group" in fields:
        changes["is_group_routed"] = flag(fields, "group", default=False)
    settings = _settings(fields)
    try:
        await check_addresses(parts.outbound, settings)
    except InputError as error:
        raise refused("url invalid") from error
    now = clock.now()
    async with parts.database.unit_of_work(actor.account_id) as work:
        device = await change_device(work, parts.vault, parts.gateways, actor.id, changes, now=now)
        await set_webhooks(work, parts.vault, device, settings, now=now)
        return say({"detail": "device updated", **_shown(device)})


def _shown(device: Device) -> dict[str, str]:
    switches = {
        "autoread": device.is_autoread,
        "group": device.is_group_routed,
        "inbox": device.is_inbox_told,
        "personal": device.is_personal_told,
        "quick": device.is_own_told,
        "resend": bool(device.relay_address),
        "silent": device.is_read_silent,
    }
    return {
        "device": device.number_raw,
        "name": device.name,
        "source": device.answer_source,
        "target": device.relay_address,
        **{name: "on" if is_on else "off" for name, is_on in switches.items()},
    }


def _settings(fields: Fields) -> dict[str, Any]:
    """Return the webhooks' settings that are named; an empty address takes it away."""
    settings: dict[str, Any] = {
        name: _short(text(fields, name).strip(), LONGEST_ADDRESS)
        for name in ADDRESSES
        if name in fields
    }
    for name in SECRETS:
        if name in fields:
            settings["secret"] = _short(text(fields, name), LONGEST_SECRET)
    settings |= {name: flag(fields, name, default=False) for name in SWITCHES if name in fields}
    return settings | _resend(fields) | _source(fields)


def _source(fields: Fields) -> dict[str, str]:
    source = text(fields, "source").strip().lower()
    if source and source not in SOURCES:
        raise refused(INPUT)
    return {"source": source} if source else {}


def _resend(fields: Fields) -> dict[str, str]:
    """Return where files are passed on to, nowhere where `resend` is off.

    A `target` stands for nothing without `resend`, for most programs send both at each change.
    """
    if "resend" not in fields:
        return {}
    if not flag(fields, "resend", default=False):
        return {"resend_target": ""}
    targets = read_numbers(text(fields, "target"), text(fields, "countryCode"))
    if len(targets) > 1:
        raise refused(INPUT)
    return {"resend_target": targets[0]}


def _short(value: str, longest: int) -> str:
    if len(value) > longest:
        raise refused(INPUT)
    return value
