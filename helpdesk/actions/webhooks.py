"""Webhooks: the account's subscriptions added, changed, removed and tried; deliveries repeated.

A webhook is never deleted as a row while events may be noted for it: that would hold up the unit of
work that stores them, which holds the account's counter.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, field

from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.events import WebhookChanged, types
from helpdesk.queries.webhook_deliveries import insert_ping, replay_delivery
from helpdesk.queries.webhooks import (
    LockedWebhook,
    count_webhooks,
    find_brief,
    find_unknown_devices,
    get_webhook,
    give_up_due,
    insert_webhook,
    lock_webhook,
    set_webhook,
)
from helpdesk.shapes.webhooks import DeliveryOut, WebhookOut
from helpdesk.tables.columns import new_id
from helpdesk.vault import Vault, make_webhook_secret

MOST_WEBHOOKS = 20
SWITCHED_OFF = "The webhook was switched off."


class NewWebhook(Struct, frozen=True, kw_only=True):
    """A webhook to be made; no `event_types` mean all, no `device_ids` every device."""

    url: str
    event_types: list[str] = field(default_factory=list)
    device_ids: list[UUID] = field(default_factory=list)
    enabled: bool = True


async def add_webhook(
    work: UnitOfWork, vault: Vault, new: NewWebhook, *, now: datetime
) -> tuple[WebhookOut, str]:
    """Add a webhook and return its secret, too. Raises Conflict when the account has too many."""
    if await count_webhooks(work.session, work.account_id) >= MOST_WEBHOOKS:
        raise Conflict(
            f"The account has {MOST_WEBHOOKS} webhooks. Delete one first.",
            reason="too_many_webhooks",
        )
    webhook_id, secret = new_id(), make_webhook_secret()
    await insert_webhook(
        work.session,
        {
            "account_id": work.account_id,
            "id": webhook_id,
            "kind": "events",
            "url": new.url,
            "event_types": _check_types(new.event_types),
            "device_ids": await _check_devices(work, new.device_ids),
            "is_enabled": new.enabled,
            "secret_sealed": vault.seal(secret),
            "created_at": now,
        },
    )
    await tell_webhook(work, webhook_id, now=now)
    return await get_webhook(work.session, work.account_id, webhook_id), secret


async def change_webhook(
    work: UnitOfWork, id_: UUID, changes: Mapping[str, Any], *, now: datetime
) -> WebhookOut:
    """Change columns of a webhook; what was due to one that is switched off is given up."""
    await _lock_own(work, id_)
    checked = dict(changes)
    if "event_types" in changes:
        checked["event_types"] = _check_types(changes["event_types"])
    if "device_ids" in changes:
        checked["device_ids"] = await _check_devices(work, changes["device_ids"])
    if checked:
        await set_webhook(work.session, work.account_id, id_, checked)
        if checked.get("is_enabled") is False:
            await give_up_due(work.session, work.account_id, id_, error=SWITCHED_OFF)
        await tell_webhook(work, id_, now=now)
    return await get_webhook(work.session, work.account_id, id_)


async def remove_webhook(work: UnitOfWork, id_: UUID, *, now: datetime) -> None:
    """Remove a webhook; what was due to it is given up."""
    await _lock_own(work, id_)
    gone = {"deleted_at": now, "is_enabled": False}
    await set_webhook(work.session, work.account_id, id_, gone)
    await give_up_due(work.session, work.account_id, id_, error="The webhook was deleted.")
    await tell_webhook(work, id_, now=now)


async def rotate_webhook_secret(work: UnitOfWork, vault: Vault, id_: UUID) -> str:
    """Give a webhook a new secret and return it; the old one signs nothing more."""
    await _lock_own(work, id_)
    secret = make_webhook_secret()
    sealed = {"secret_sealed": vault.seal(secret)}
    await set_webhook(work.session, work.account_id, id_, sealed)
    return secret


async def ping_webhook(work: UnitOfWork, id_: UUID) -> DeliveryOut:
    """Send a `ping`, once. Raises Conflict where the webhook is switched off."""
    await _lock_own(work, id_, must_be_on=True)
    work.wake("webhooks")
    return await insert_ping(work.session, work.account_id, id_, new_id())


async def replay(work: UnitOfWork, webhook_id: UUID, id_: UUID) -> DeliveryOut:
    """Send a delivery again by hand, under the same id, whatever became of it.

    Raises Conflict while it is due anyway, or where the webhook is switched off.
    """
    webhook = await lock_webhook(work.session, work.account_id, webhook_id)
    _require_on(webhook)
    delivery = await replay_delivery(work.session, work.account_id, webhook_id, id_)
    if delivery is None:
        raise Conflict("This delivery is due anyway.", reason="due")
    work.wake("webhooks")
    return delivery


async def tell_webhook(work: UnitOfWork, id_: UUID, *, now: datetime) -> None:
    """Tell those who manage webhooks that one is another."""
    webhook = await find_brief(work.session, work.account_id, id_)
    work.collect(WebhookChanged(at=now, webhook=webhook), Audience.SUPERVISORS)


def _check_types(given: Iterable[str]) -> list[str]:
    """Return the event types, each once. Raises InputError for one that does not exist."""
    wanted, known = list(dict.fromkeys(given)), frozenset(types())
    if missing := [each for each in wanted if each not in known]:
        raise InputError(
            f"There is no event {missing[0]!r}.",
            errors={"event_types": f"There is no event {missing[0]!r}."},
        )
    return wanted


async def _check_devices(work: UnitOfWork, given: Iterable[UUID]) -> list[UUID]:
    """Return the devices, each once. Raises InputError for one that is not there."""
    wanted = list(dict.fromkeys(given))
    if await find_unknown_devices(work.session, work.account_id, wanted):
        raise InputError(
            "There is no such device.", errors={"device_ids": "Give ids of devices of the account."}
        )
    return wanted


async def _lock_own(work: UnitOfWork, id_: UUID, *, must_be_on: bool = False) -> None:
    """Lock one of the account's own. Raises Conflict for one that belongs to a device."""
    webhook = await lock_webhook(work.session, work.account_id, id_)
    if webhook.kind != "events":
        raise Conflict("This address belongs to a device: change it there.", reason="of_device")
    if must_be_on:
        _require_on(webhook)


def _require_on(webhook: LockedWebhook) -> None:
    if not webhook.is_enabled:
        raise Conflict("This webhook is switched off. Switch it on first.", reason="off")
