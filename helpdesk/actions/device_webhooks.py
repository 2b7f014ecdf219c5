"""What programs set of a device: its webhooks with their secret, and how it takes messages.

The names are Fonnte's, whose clients set them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from helpdesk import phone
from helpdesk.actions.webhooks import SWITCHED_OFF, tell_webhook
from helpdesk.database import UnitOfWork
from helpdesk.errors import InputError
from helpdesk.gateways.fonnte_hooks import TOLD
from helpdesk.gateways.outbound import Outbound
from helpdesk.gateways.webhooks import check_address
from helpdesk.queries.webhooks import (
    find_device_webhooks,
    give_up_due,
    insert_webhook,
    set_webhook,
)
from helpdesk.tables.columns import new_id
from helpdesk.tables.device import Device
from helpdesk.vault import Vault

SWITCHES: Mapping[str, str] = {
    "autoread": "is_autoread",
    "personal": "is_personal_told",
    "quick": "is_own_told",
    "inbox": "is_inbox_told",
    "silent": "is_read_silent",
    "source": "answer_source",
    "resend_target": "relay_address",
}
"""Fonnte's settings by name, and the columns that hold them; `group` is the device's own."""


async def check_addresses(outbound: Outbound, settings: Mapping[str, Any]) -> None:
    """Raise InputError for an address that nothing would ever be sent to; empty ones are fine."""
    for kind in TOLD:
        if settings.get(kind):
            await check_address(outbound, settings[kind], field=kind)


async def set_webhooks(
    work: UnitOfWork, vault: Vault, device: Device, settings: Mapping[str, Any], *, now: datetime
) -> None:
    """Set what is named: addresses by kind, the `secret`, settings. The device must be locked.

    An empty address tells nobody any more, an empty secret is none, an empty `resend_target` passes
    nothing on. Raises InputError for a target that is no number, or the device's own.
    """
    if settings.get("resend_target"):
        settings = {**settings, "resend_target": _other_number(device, settings["resend_target"])}
    for name, column in SWITCHES.items():
        if name in settings:
            setattr(device, column, settings[name])
    if "secret" in settings:
        secret = settings["secret"]
        device.webhook_secret_sealed = vault.seal(secret) if secret else None
    work.session.add(device)
    await work.session.flush()
    await _set_addresses(work, device.id, settings, now)


def _other_number(device: Device, spelling: str) -> str:
    number = phone.normalise(spelling)
    if number is None or number == device.number:
        raise InputError(
            "Files are passed on to another number: 8 to 15 digits.",
            errors={"resend_target": "Give another number than the device's own, 8 to 15 digits."},
        )
    return number


async def drop_webhooks(work: UnitOfWork, device_id: UUID, *, now: datetime) -> None:
    """Tell nobody of a device any more, which must be locked."""
    await _set_addresses(work, device_id, dict.fromkeys(TOLD, ""), now)


async def _set_addresses(
    work: UnitOfWork, device_id: UUID, settings: Mapping[str, Any], now: datetime
) -> None:
    session, account_id = work.session, work.account_id
    found = await find_device_webhooks(session, account_id, device_id)
    for kind, types in TOLD.items():
        url, id_ = settings.get(kind), found.get(kind)
        if url is None or not (url or id_):
            continue
        columns = {"url": url, "is_enabled": bool(url)}
        if id_:
            await set_webhook(session, account_id, id_, columns)
        else:
            id_ = new_id()
            new = {"account_id": account_id, "id": id_, "kind": kind, "device_id": device_id}
            of_device = {"event_types": types, "device_ids": [device_id], "created_at": now}
            await insert_webhook(session, new | of_device | columns)
        if not url:
            await give_up_due(session, account_id, id_, error=SWITCHED_OFF)
        await tell_webhook(work, id_, now=now)
