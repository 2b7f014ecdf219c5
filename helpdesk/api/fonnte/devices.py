"""`/device`, `/get-devices`, `/add-device`: what devices there are, and a new one."""

import re
from datetime import UTC, datetime

from litestar import HttpMethod, Response, post, route

from helpdesk import clock
from helpdesk.actions.devices import NewDevice, add_device, open_secrets
from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.fonnte.answers import INPUT, refused, say
from helpdesk.api.fonnte.body import Fields, read_body
from helpdesk.api.fonnte.fields import flag, text
from helpdesk.api.fonnte.quotas import NO_PACKAGE, quota_of
from helpdesk.api.fonnte.tokens import WRONG_ACCOUNT, WRONG_DEVICE, identify_one
from helpdesk.api.parts import parts_of
from helpdesk.queries.devices import get_device, list_devices
from helpdesk.queries.messages import count_sent
from helpdesk.queries.packages import Allowance, list_allowances
from helpdesk.tables.device import Device
from helpdesk.vault import Vault

READING = [HttpMethod.GET, HttpMethod.POST]
NUMBER = re.compile(r"\+?[0-9]{8,15}")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

NEVER = datetime(2099, 12, 31, tzinfo=UTC)


@route("/device", http_method=READING, opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def read(request: AnyRequest) -> Response[bytes]:
    """Tell about the device whose token was shown."""
    actor = await identify_one(request, "device", WRONG_DEVICE)
    async with parts_of(request).database.reading(actor.account_id) as session:
        device = await get_device(session, actor.account_id, actor.id)
        sent = await count_sent(session, actor.account_id)
        allowances = await list_allowances(session, actor.account_id, [device.id], now=clock.now())
    allowance = allowances[device.id]
    return say(
        {
            "device": device.number_raw,
            "device_status": device.status,
            "expired": _date(device.expires_at or NEVER),
            "messages": sent.get(device.id, 0),
            "name": device.name,
            "package": allowance.name or NO_PACKAGE,
            "quota": str(quota_of(allowance)),
        }
    )


@route(
    "/get-devices", http_method=READING, opt=allow(PUBLIC), status_code=200, include_in_schema=False
)
async def list_all(request: AnyRequest) -> Response[bytes]:
    """Tell about every device of the account, with its token."""
    actor = await identify_one(request, "account", WRONG_ACCOUNT)
    parts = parts_of(request)
    async with parts.database.reading(actor.account_id) as session:
        devices = await list_devices(session, actor.account_id)
        sent = await count_sent(session, actor.account_id)
        ids = [device.id for device in devices]
        allowances = await list_allowances(session, actor.account_id, ids, now=clock.now())
    return say(
        {
            "connected": sum(device.status == "connect" for device in devices),
            "data": [_row(parts.vault, device, allowances[device.id]) for device in devices],
            "devices": len(devices),
            "messages": sum(sent.get(device.id, 0) for device in devices),
            "type": "device",
        }
    )


@post("/add-device", opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def add(request: AnyRequest) -> Response[bytes]:
    """Add a device on the simulated gateway; the native API gives it another."""
    actor = await identify_one(request, "account", WRONG_ACCOUNT)
    parts = parts_of(request)
    fields = (await read_body(request)).fields
    switches = {name: _switch(fields, name) for name in ("autoread", "group", "personal")}
    new = NewDevice(
        name=read_name(fields),
        number=read_number(fields),
        gateway={"kind": "simulated"},
        group=switches["group"] == "on",
    )
    async with parts.database.unit_of_work(actor.account_id) as work:
        device = await add_device(work, parts.vault, parts.gateways, new, now=clock.now())
        device.is_autoread = switches["autoread"] == "on"
        device.is_personal_told = switches["personal"] == "on"
        token = open_secrets(parts.vault, device).token
    return say({"device": new.number, "name": device.name, "token": token, **switches})


def _row(vault: Vault, device: Device, allowance: Allowance) -> dict[str, str]:
    return {
        "autoread": "on" if device.is_autoread else "off",
        "device": device.number_raw,
        "expired": str(int((device.expires_at or NEVER).timestamp())),
        "name": device.name,
        "package": allowance.name or NO_PACKAGE,
        "quota": str(quota_of(allowance)),
        "status": device.status,
        "token": open_secrets(vault, device).token,
    }


def _date(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def _switch(fields: Fields, name: str) -> str:
    return "on" if flag(fields, name, default=False) else "off"


def read_name(fields: Fields) -> str:
    """Return a device's name."""
    name = text(fields, "name").strip()
    if not 2 <= len(name) <= 30:
        raise refused(INPUT)
    return name


def read_number(fields: Fields) -> str:
    """Return a device's number as it was spelled."""
    number = text(fields, "device").strip()
    if not NUMBER.fullmatch(number):
        raise refused(INPUT)
    return number
