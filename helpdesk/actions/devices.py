"""Devices: added, changed, removed; their tokens and hook keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from helpdesk import phone
from helpdesk.actions.device_webhooks import drop_webhooks
from helpdesk.actions.gateway_forms import read_gateway, with_kept
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.events import DeviceChanged
from helpdesk.gateways import Gateway
from helpdesk.queries.accounts import get_account
from helpdesk.queries.devices import brief, count_work, lock_device
from helpdesk.queries.directory import insert_entry, remove_entries
from helpdesk.queries.divisions import lock_division_alive
from helpdesk.shapes.packages import PackageCode
from helpdesk.tables.columns import new_id
from helpdesk.tables.device import Device
from helpdesk.tables.directory import DirectoryKind
from helpdesk.vault import Vault, check_existing_token, make_token

DEVICE_TOKEN = "hd_dev_"  # noqa: S105 - a prefix
HOOK_KEY = "hd_hook_"
KEYS: tuple[DirectoryKind, ...] = ("device_number", "device_token", "hook")


class NewDevice(Struct, frozen=True, kw_only=True):
    """A device to be added; without `token` one is generated."""

    name: str
    number: str
    gateway: Mapping[str, Any]
    token: str | None = None
    hook_key: str | None = None
    default_division_id: UUID | None = None
    group: bool = False
    package: PackageCode | None = None
    expires_at: datetime | None = None


class DeviceSecrets(Struct, frozen=True):
    """What only those who manage devices may see."""

    token: str
    hook_key: str


async def add_device(
    work: UnitOfWork,
    vault: Vault,
    gateways: Mapping[str, Gateway],
    new: NewDevice,
    *,
    now: datetime,
) -> Device:
    """Add a device. Raises InputError for what cannot be used and Conflict for a number in use."""
    form = await read_gateway(gateways, new.gateway)
    if new.default_division_id:
        await lock_division_alive(work.session, work.account_id, new.default_division_id)
    token = check_existing_token(new.token) if new.token else make_token(DEVICE_TOKEN)
    hook_key = new.hook_key or make_token(HOOK_KEY)
    device = Device(
        account_id=work.account_id,
        id=new_id(),
        name=new.name,
        number=check_number(new.number),
        number_raw=new.number,
        token_digest=vault.digest(token),
        token_sealed=vault.seal(token),
        hook_key_sealed=vault.seal(hook_key),
        gateway_kind=form.kind,
        gateway_settings=form.settings,
        gateway_secrets_sealed=vault.seal(msgspec.json.encode(form.secrets).decode()),
        default_division_id=new.default_division_id,
        is_group_routed=new.group,
        package=new.package,
        expires_at=new.expires_at,
        created_at=now,
    )
    work.session.add(device)
    await work.session.flush()
    await _list_number(work, device)
    await _list_token(work, vault, device, token)
    await insert_entry(
        work.session,
        "hook",
        vault.digest(hook_key).hex(),
        account_id=device.account_id,
        id_=device.id,
    )
    _tell(work, device, now)
    return device


async def change_device(
    work: UnitOfWork,
    vault: Vault,
    gateways: Mapping[str, Gateway],
    id_: UUID,
    changes: Mapping[str, Any],
    *,
    now: datetime,
) -> Device:
    """Change a device's columns, its `number` in any spelling, or its `gateway`."""
    device = await lock_device(work.session, work.account_id, id_)
    if "number" in changes:
        await _renumber(work, device, changes["number"])
    if "gateway" in changes:
        await _regate(vault, gateways, device, changes["gateway"])
    if changes.get("default_division_id"):
        await lock_division_alive(work.session, work.account_id, changes["default_division_id"])
    for column in changes.keys() - {"number", "gateway"}:
        setattr(device, column, changes[column])
    if changes.keys() & {"package", "expires_at"}:
        device.is_expired = False
    work.session.add(device)
    _tell(work, device, now)
    work.wake("outbox")
    return device


async def order_package(
    work: UnitOfWork, id_: UUID, package: PackageCode, *, expires_at: datetime, now: datetime
) -> None:
    """Give a device a package for a time, asked for with its own token.

    Raises InputError where the account does not let programs do so.
    """
    account = await get_account(work.session, work.account_id)
    if not account.is_order_open:
        raise InputError(
            "The account gives packages in its settings alone.",
            reason="packages are given by a supervisor of the account",
        )
    device = await lock_device(work.session, work.account_id, id_)
    device.package, device.expires_at, device.is_expired = package, expires_at, False
    work.session.add(device)
    _tell(work, device, now)


async def remove_device(work: UnitOfWork, id_: UUID, *, now: datetime) -> None:
    """Remove a device: its number, token and hook are free again, its name stays in history.

    Raises Conflict with the counts while agents or open conversations depend on it.
    """
    device = await lock_device(work.session, work.account_id, id_)
    counts = await count_work(work.session, work.account_id, id_)
    if any(counts.values()):
        raise Conflict(
            "Agents or open conversations depend on this device.", reason="in_use", **counts
        )
    device.deleted_at = now
    work.session.add(device)
    for kind in KEYS:
        await remove_entries(work.session, kind, account_id=device.account_id, id_=device.id)
    await drop_webhooks(work, device.id, now=now)
    _tell(work, device, now)


async def rotate_device_token(
    work: UnitOfWork, vault: Vault, id_: UUID, *, token: str | None
) -> Device:
    """Give a device a new token; the old one ends at once."""
    device = await lock_device(work.session, work.account_id, id_)
    fresh = check_existing_token(token) if token else make_token(DEVICE_TOKEN)
    await remove_entries(work.session, "device_token", account_id=device.account_id, id_=device.id)
    await _list_token(work, vault, device, fresh)
    device.token_digest, device.token_sealed = vault.digest(fresh), vault.seal(fresh)
    work.session.add(device)
    return device


def open_secrets(vault: Vault, device: Device) -> DeviceSecrets:
    """Decrypt what the device list shows."""
    return DeviceSecrets(
        token=vault.open(device.token_sealed), hook_key=vault.open(device.hook_key_sealed)
    )


def check_number(spelling: str) -> str:
    """Return the number's digits; raise InputError when it is none."""
    number = phone.normalise(spelling)
    if number is None:
        raise InputError(
            "This is no number: 8 to 15 digits.", errors={"number": "Give 8 to 15 digits."}
        )
    return number


async def _renumber(work: UnitOfWork, device: Device, spelling: str) -> None:
    device.number_raw = spelling
    number = check_number(spelling)
    if number == device.number:
        return
    await remove_entries(work.session, "device_number", account_id=device.account_id, id_=device.id)
    device.number = number
    await _list_number(work, device)


async def _regate(
    vault: Vault, gateways: Mapping[str, Gateway], device: Device, described: Mapping[str, Any]
) -> None:
    """Take over a gateway's form; of the same kind, what is left out stays as it was."""
    form = await read_gateway(gateways, with_kept(vault, device, described))
    device.gateway_kind, device.gateway_settings = form.kind, form.settings
    device.gateway_secrets_sealed = vault.seal(msgspec.json.encode(form.secrets).decode())


async def _list_number(work: UnitOfWork, device: Device) -> None:
    if not await insert_entry(
        work.session,
        "device_number",
        device.number,
        account_id=device.account_id,
        id_=device.id,
    ):
        raise Conflict(
            "A device with this number exists.",
            errors={"number": "In use. Give another one."},
        )


async def _list_token(work: UnitOfWork, vault: Vault, device: Device, token: str) -> None:
    if not await insert_entry(
        work.session,
        "device_token",
        vault.digest(token).hex(),
        account_id=device.account_id,
        id_=device.id,
    ):
        raise InputError("This token is in use.", errors={"token": "In use. Give another one."})


def _tell(work: UnitOfWork, device: Device, now: datetime) -> None:
    work.collect(DeviceChanged(at=now, device=brief(device)), Audience.EVERYBODY)
