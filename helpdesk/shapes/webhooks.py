"""Webhooks: where the server tells others what happens, and what became of each delivery."""

from typing import Literal
from uuid import UUID

from helpdesk.shapes.words import Moment, Shape

WebhookKind = Literal["events", "webhook", "webhookconnect", "webhookstatus", "webhookchaining"]
"""`events` is a subscription of the account in our own shape; the others are a device's, one of
each kind, in Fonnte's names and shape."""

DeliveryState = Literal["due", "delivered", "dead"]

PING = "ping"
"""The type of a delivery that only tries the address."""

RETRIES = 15
"""How often a delivery is tried again, one minute apart, before it is given up."""


class WebhookBrief(Shape, frozen=True):
    """A webhook as its event tells of it: without the address, which may hold a secret."""

    id: UUID
    kind: WebhookKind
    device_id: UUID | None
    event_types: list[str]
    device_ids: list[UUID]
    enabled: bool
    is_deleted: bool


class DeliveryOut(Shape, frozen=True):
    """One delivery: of the event `seq`, or of a `ping`.

    `status` is the last answer's HTTP status, null where none came; `error` says what was wrong
    with the last attempt. `next_at` is null unless it is due; what comes later of the same
    conversation waits for it. `dead` is one that was given up.
    """

    id: UUID
    type: str
    seq: int | None
    state: DeliveryState
    attempts: int
    status: int | None
    error: str
    next_at: Moment | None
    tried_at: Moment | None
    created_at: Moment


class WebhookOut(WebhookBrief, frozen=True):
    """A webhook as those who manage it see it; `last` is the delivery that was tried last.

    No `event_types` mean all, no `device_ids` all devices and what belongs to none. `device_id` is
    set for a device's own webhook, which is changed with the device.
    """

    url: str
    last: DeliveryOut | None
    created_at: Moment
