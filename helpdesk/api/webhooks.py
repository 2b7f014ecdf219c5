"""Webhooks over REST: subscriptions of the account, and what became of deliveries."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions.webhooks import (
    NewWebhook,
    add_webhook,
    change_webhook,
    ping_webhook,
    remove_webhook,
    replay,
    rotate_webhook_secret,
)
from helpdesk.api.access import MANAGING, allow
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, After, Limit, Now, OpenParts, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page, TimeKey, page, read_after
from helpdesk.errors import Conflict
from helpdesk.gateways.webhooks import check_address
from helpdesk.queries.webhook_deliveries import list_deliveries
from helpdesk.queries.webhooks import get_webhook, list_webhooks
from helpdesk.shapes.webhooks import DeliveryOut, DeliveryState, WebhookOut

Url = Annotated[str, Meta(min_length=1, max_length=2000)]
EventTypes = Annotated[list[str], Meta(max_length=100)]
DeviceIds = Annotated[list[UUID], Meta(max_length=200)]
InState = Annotated[DeliveryState | None, QueryParameter(name="state", description="Only these.")]


class WebhookIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new webhook; no `event_types` mean all, no `device_ids` every device."""

    url: Url
    event_types: EventTypes = []
    device_ids: DeviceIds = []
    enabled: bool = True


class WebhookPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a webhook; what is absent stays."""

    url: Url | UnsetType = UNSET
    event_types: EventTypes | UnsetType = UNSET
    device_ids: DeviceIds | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class NewWebhookOut(WebhookOut, frozen=True):
    """A webhook that was made, with its secret, which is shown this once."""

    secret: str


class WebhookSecretOut(Struct, frozen=True, kw_only=True):
    """A webhook's new secret, which is shown this once."""

    secret: str


@get("/webhooks", opt=allow(MANAGING), operation_id="list_webhooks")
async def list_all(
    reading: Reading, actor: Acting, after: After = None, limit: Limit = 50
) -> Page[WebhookOut]:
    """List webhooks in the order of their making, those of devices too."""
    webhooks = await list_webhooks(
        reading, actor.account_id, after=read_after(after, UUID), limit=limit
    )
    return page(webhooks, limit, lambda webhook: webhook.id)


@post("/webhooks", opt=allow(MANAGING) | faults(Conflict), operation_id="add_webhook")
async def add(data: JSONBody[WebhookIn], work: Work, parts: OpenParts, now: Now) -> NewWebhookOut:
    """Add a webhook. Its secret is in this answer and in no other."""
    await check_address(parts.outbound, data.url, field="url")
    new = NewWebhook(**columns_of(data))
    webhook, secret = await add_webhook(work, parts.vault, new, now=now)
    shown = {name: getattr(webhook, name) for name in webhook.__struct_fields__}
    return NewWebhookOut(**shown, secret=secret)


@get("/webhooks/{webhook_id:uuid}", opt=allow(MANAGING), operation_id="get_webhook")
async def read(webhook_id: FromPath[UUID], reading: Reading, actor: Acting) -> WebhookOut:
    """Read a webhook."""
    return await get_webhook(reading, actor.account_id, webhook_id)


@patch(
    "/webhooks/{webhook_id:uuid}",
    opt=allow(MANAGING) | faults(Conflict),
    operation_id="change_webhook",
)
async def change(
    webhook_id: FromPath[UUID], data: JSONBody[WebhookPatch], work: Work, parts: OpenParts, now: Now
) -> WebhookOut:
    """Change a webhook. What was due to one that is switched off is given up."""
    changes = columns_of(data, {"enabled": "is_enabled"})
    if "url" in changes:
        await check_address(parts.outbound, changes["url"], field="url")
    return await change_webhook(work, webhook_id, changes, now=now)


@delete(
    "/webhooks/{webhook_id:uuid}",
    opt=allow(MANAGING) | faults(Conflict),
    operation_id="remove_webhook",
)
async def remove(webhook_id: FromPath[UUID], work: Work, now: Now) -> None:
    """Remove a webhook. What was due to it is given up."""
    await remove_webhook(work, webhook_id, now=now)


@post(
    "/webhooks/{webhook_id:uuid}/secret",
    opt=allow(MANAGING) | faults(Conflict),
    operation_id="rotate_webhook_secret",
)
async def rotate(webhook_id: FromPath[UUID], work: Work, parts: OpenParts) -> WebhookSecretOut:
    """Give a webhook a new secret. The old one ends at once."""
    return WebhookSecretOut(secret=await rotate_webhook_secret(work, parts.vault, webhook_id))


@post(
    "/webhooks/{webhook_id:uuid}/ping",
    opt=allow(MANAGING) | faults(Conflict),
    operation_id="ping_webhook",
)
async def ping(webhook_id: FromPath[UUID], work: Work) -> DeliveryOut:
    """Send a `ping`, to see whether it arrives; it is tried once."""
    return await ping_webhook(work, webhook_id)


@get(
    "/webhooks/{webhook_id:uuid}/deliveries",
    opt=allow(MANAGING),
    operation_id="list_webhook_deliveries",
)
async def list_log(
    webhook_id: FromPath[UUID],
    reading: Reading,
    actor: Acting,
    in_state: InState = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[DeliveryOut]:
    """List a webhook's deliveries of the last 7 days, newest first; of a device's webhook, too."""
    await get_webhook(reading, actor.account_id, webhook_id)
    key = read_after(after, TimeKey)
    deliveries = await list_deliveries(
        reading,
        actor.account_id,
        webhook_id,
        state=in_state,
        before=(key.at, key.id) if key else None,
        limit=limit,
    )
    return page(deliveries, limit, lambda each: TimeKey(each.created_at, each.id))


@post(
    "/webhooks/{webhook_id:uuid}/deliveries/{delivery_id:uuid}/replay",
    opt=allow(MANAGING) | faults(Conflict),
    status_code=200,
    operation_id="replay_webhook_delivery",
)
async def repeat(
    webhook_id: FromPath[UUID], delivery_id: FromPath[UUID], work: Work
) -> DeliveryOut:
    """Send a delivery again, whatever became of it: under the same id, with all its retries."""
    return await replay(work, webhook_id, delivery_id)


router = Router(
    "/", route_handlers=[list_all, add, read, change, remove, rotate, ping, list_log, repeat]
)
