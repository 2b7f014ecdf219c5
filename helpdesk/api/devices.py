"""Devices over REST."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions.device_webhooks import check_addresses, set_webhooks
from helpdesk.actions.devices import (
    NewDevice,
    add_device,
    change_device,
    open_secrets,
    remove_device,
    rotate_device_token,
)
from helpdesk.actions.gateway_forms import read_gateway, with_kept
from helpdesk.api.access import MANAGING, allow
from helpdesk.api.agents import TokenIn
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, After, Limit, Now, OpenParts, Reading, Work
from helpdesk.api.device_settings import DeviceSettings, take_settings
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page, page, read_after, require_time
from helpdesk.api.parts import Parts
from helpdesk.database import Session
from helpdesk.errors import Conflict, NotFound
from helpdesk.gateways import Probed
from helpdesk.queries.devices import get_device, list_devices
from helpdesk.queries.packages import Allowance, list_allowances
from helpdesk.queries.webhooks import list_device_addresses
from helpdesk.shapes.packages import PackageCode
from helpdesk.shapes.words import AnswerSource, DeviceStatus, Moment, Name
from helpdesk.tables.device import Device

Number = Annotated[str, Meta(min_length=5, max_length=40)]
GatewayText = Annotated[
    dict[str, Any],
    Meta(
        description="`kind`, and what it needs: `fonnte` has a `base_url` and a `token`.",
        extra_json_schema={
            "properties": {"kind": {"enum": ["fonnte", "simulated"]}},
            "additionalProperties": {"type": "string"},
        },
    ),
]


class DeviceIn(DeviceSettings, kw_only=True, forbid_unknown_fields=True):
    """A new device; `gateway` names its `kind` and that kind's settings and secrets."""

    name: Name
    number: Number
    gateway: GatewayText
    token: str | None = None
    default_division_id: UUID | None = None
    group: bool = False
    package: PackageCode | None = None
    expires_at: Moment | None = None


class DevicePatch(DeviceSettings, kw_only=True, forbid_unknown_fields=True):
    """What to change of a device; what is absent stays, a gateway's secrets included."""

    name: Name | UnsetType = UNSET
    number: Number | UnsetType = UNSET
    gateway: GatewayText | UnsetType = UNSET
    default_division_id: UUID | UnsetType | None = UNSET
    group: bool | UnsetType = UNSET
    package: PackageCode | UnsetType | None = UNSET
    expires_at: Moment | UnsetType | None = UNSET


class ConnectionTestIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A gateway's form; of `device_id` comes what it leaves out, such as a token that is kept."""

    gateway: GatewayText
    device_id: UUID | None = None


class DeviceOut(Struct, frozen=True, kw_only=True):
    """A device as those who manage it see it. A gateway's secrets are never shown, nor the secret
    of its webhooks.

    `package` null has no limits; from `expires_at` on the package is the free one. `quota` is what
    is left of the month's messages, null without limit, and `used` what was sent of them.
    """

    id: UUID
    name: str
    number: str
    status: DeviceStatus
    status_reason: str
    package: PackageCode | None
    quota: int | None
    used: int
    expires_at: Moment | None
    gateway: GatewayText
    default_division_id: UUID | None
    group: bool
    webhook: str
    webhookconnect: str
    webhookstatus: str
    webhookchaining: str
    has_secret: bool
    autoread: bool
    personal: bool
    quick: bool
    inbox: bool
    silent: bool
    source: AnswerSource
    resend_target: str
    hook_url: str
    token: str
    created_at: Moment


@get("/devices", opt=allow(MANAGING), operation_id="list_devices")
async def list_all(
    reading: Reading,
    actor: Acting,
    parts: OpenParts,
    now: Now,
    after: After = None,
    limit: Limit = 50,
) -> Page[DeviceOut]:
    """List devices."""
    devices = await list_devices(
        reading, actor.account_id, after=read_after(after, UUID), limit=limit
    )
    ids = [device.id for device in devices]
    allowances = await list_allowances(reading, actor.account_id, ids, now=now)
    urls = await list_device_addresses(reading, actor.account_id, ids)
    shown = [
        _shown(parts, device, allowances[device.id], urls.get(device.id, {})) for device in devices
    ]
    return page(shown, limit, lambda device: device.id)


@post("/devices", opt=allow(MANAGING) | faults(NotFound), operation_id="add_device")
async def add(data: JSONBody[DeviceIn], work: Work, parts: OpenParts, now: Now) -> DeviceOut:
    """Add a device. Give its `hook_url` to the gateway."""
    _require_expiry(data.expires_at)
    given = columns_of(data)
    settings = take_settings(given)
    await check_addresses(parts.outbound, settings)
    device = await add_device(work, parts.vault, parts.gateways, NewDevice(**given), now=now)
    await set_webhooks(work, parts.vault, device, settings, now=now)
    return await _out(work.session, parts, device, now)


@get("/devices/{device_id:uuid}", opt=allow(MANAGING), operation_id="get_device")
async def read(
    device_id: FromPath[UUID], reading: Reading, actor: Acting, parts: OpenParts, now: Now
) -> DeviceOut:
    """Read a device."""
    device = await get_device(reading, actor.account_id, device_id)
    return await _out(reading, parts, device, now)


@patch(
    "/devices/{device_id:uuid}",
    opt=allow(MANAGING) | faults(Conflict),
    operation_id="change_device",
)
async def change(
    device_id: FromPath[UUID], data: JSONBody[DevicePatch], work: Work, parts: OpenParts, now: Now
) -> DeviceOut:
    """Change a device."""
    _require_expiry(data.expires_at)
    changes = columns_of(data, {"group": "is_group_routed"})
    settings = take_settings(changes)
    await check_addresses(parts.outbound, settings)
    device = await change_device(work, parts.vault, parts.gateways, device_id, changes, now=now)
    await set_webhooks(work, parts.vault, device, settings, now=now)
    return await _out(work.session, parts, device, now)


@delete(
    "/devices/{device_id:uuid}",
    opt=allow(MANAGING) | faults(Conflict),
    operation_id="remove_device",
)
async def remove(device_id: FromPath[UUID], work: Work, now: Now) -> None:
    """Remove a device on which nothing depends any more."""
    await remove_device(work, device_id, now=now)


@post("/devices/{device_id:uuid}/token", opt=allow(MANAGING), operation_id="rotate_device_token")
async def rotate_token(
    device_id: FromPath[UUID],
    work: Work,
    parts: OpenParts,
    now: Now,
    data: JSONBody[TokenIn | None] = None,
) -> DeviceOut:
    """Give a device a new token. The old one ends at once."""
    token = data.token if data else None
    device = await rotate_device_token(work, parts.vault, device_id, token=token)
    return await _out(work.session, parts, device, now)


@post(
    "/devices/test-connection",
    opt=allow(MANAGING) | faults(NotFound),
    status_code=200,
    operation_id="test_connection",
)
async def test_connection(
    data: JSONBody[ConnectionTestIn], parts: OpenParts, actor: Acting
) -> Probed:
    """Ask a gateway who it is, before or after its form is saved; nothing is changed."""
    described = data.gateway
    if data.device_id:
        async with parts.database.reading(actor.account_id) as reading:
            device = await get_device(reading, actor.account_id, data.device_id)
        described = with_kept(parts.vault, device, described)
    form = await read_gateway(parts.gateways, described)
    return await parts.gateways[form.kind].probe(form.settings, form.secrets)


def _require_expiry(at: datetime | UnsetType | None) -> None:
    if isinstance(at, datetime):
        require_time("expires_at", at)


async def _out(session: Session, parts: Parts, device: Device, now: datetime) -> DeviceOut:
    await session.flush()
    allowances = await list_allowances(session, device.account_id, [device.id], now=now)
    urls = await list_device_addresses(session, device.account_id, [device.id])
    return _shown(parts, device, allowances[device.id], urls.get(device.id, {}))


def _shown(
    parts: Parts, device: Device, allowance: Allowance, urls: Mapping[str, str]
) -> DeviceOut:
    secrets = open_secrets(parts.vault, device)
    public_url = parts.settings.public_url.rstrip("/")
    return DeviceOut(
        id=device.id,
        name=device.name,
        number=device.number,
        status="connect" if device.status == "connect" else "disconnect",
        status_reason=device.status_reason,
        package=cast("PackageCode | None", device.package),
        quota=allowance.left,
        used=allowance.used,
        expires_at=device.expires_at,
        gateway={"kind": device.gateway_kind, **device.gateway_settings},
        default_division_id=device.default_division_id,
        group=device.is_group_routed,
        has_secret=device.webhook_secret_sealed is not None,
        webhook=urls.get("webhook", ""),
        webhookconnect=urls.get("webhookconnect", ""),
        webhookstatus=urls.get("webhookstatus", ""),
        webhookchaining=urls.get("webhookchaining", ""),
        autoread=device.is_autoread,
        personal=device.is_personal_told,
        quick=device.is_own_told,
        inbox=device.is_inbox_told,
        silent=device.is_read_silent,
        source=cast("AnswerSource", device.answer_source),
        resend_target=device.relay_address,
        hook_url=f"{public_url}/hooks/{device.gateway_kind}/{secrets.hook_key}",
        token=secrets.token,
        created_at=device.created_at,
    )


router = Router(
    "/", route_handlers=[list_all, add, read, change, remove, rotate_token, test_connection]
)
