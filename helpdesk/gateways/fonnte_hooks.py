"""What a device's webhooks are told, in Fonnte's shapes, made of our events.

Shapes after Fonnte's documentation and bodies seen on the wire until 2026-01; `fonnte_webhook`
reads the same ones.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from uuid import UUID

import msgspec
from msgspec import Struct, field

from helpdesk.shapes.messages import Location, Poll
from helpdesk.shapes.webhooks import WebhookKind
from helpdesk.shapes.words import MessageKind

Body = dict[str, object]

NO_TEXT = "non-text message"
NO_BUTTON = "non-button message"
STATES: Mapping[str, tuple[str, str]] = {
    "message.sent": ("sent", "sent"),
    "message.delivered": ("sent", "delivered"),
    "message.read": ("sent", "read"),
    "message.failed": ("failed", "failed"),
}
"""Fonnte's `status` and `state`: what became of the send, and how far it came."""

TOLD: Mapping[WebhookKind, tuple[str, ...]] = {
    "webhook": ("message.received", "message.sent"),
    "webhookstatus": tuple(STATES),
    "webhookconnect": ("device.connected", "device.disconnected"),
    "webhookchaining": (),
}
"""What each is told of; Fonnte says of chaining only that there is an address for it."""


class Told(Struct, frozen=True, kw_only=True):
    """An event for a device's webhook, and what it does not say itself.

    `device` is the number as it was registered, `file_url` where the message's file can be fetched,
    empty where it cannot. `secret` is what the device's webhooks are known by.
    """

    event: str
    device: str
    token: str
    secret: str = ""
    tells_inbox: bool = False
    address: str = ""
    member: str = ""
    file_name: str = ""
    file_url: str = ""


class _Named(Struct):
    name: str = ""


class _Message(Struct):
    id: UUID
    number: int
    kind: MessageKind
    sort_at: datetime
    text: str = ""
    location: Location | None = None
    poll: Poll | None = None
    choices: list[str] = field(default_factory=list)
    sender: _Named = field(default_factory=_Named)
    is_from_phone: bool = False
    is_forwarded: bool = False


class _Device(Struct):
    status: str
    status_reason: str = ""


class _MessageEvent(Struct):
    type: str
    message: _Message


class _DeviceEvent(Struct):
    at: datetime
    device: _Device


def write_body(kind: WebhookKind, told: Told) -> bytes:
    """Return the JSON that a device's webhook is sent."""
    body = _WRITERS[kind](told)
    if told.secret:
        body |= {"secret": told.secret, "secret_key": told.secret}
    return msgspec.json.encode(body)


def _write_message(told: Told) -> Body:
    message = msgspec.json.decode(told.event, type=_MessageEvent).message
    words, place = message.text or NO_TEXT, message.location
    name = told.file_name if told.file_url else ""
    return {
        "quick": message.is_from_phone,
        "device": told.device,
        "pesan": words,
        "pengirim": told.address,
        "member": told.member,
        "message": words,
        "text": NO_BUTTON,
        "sender": told.address,
        "name": "" if message.is_from_phone else message.sender.name,
        "location": f"{_degrees(place.latitude)},{_degrees(place.longitude)}" if place else "",
        "url": told.file_url,
        "type": "poll" if message.kind == "poll_vote" else message.kind,
        "extension": PurePosixPath(name).suffix.removeprefix("."),
        "filename": name,
        "pollname": message.poll.name if message.poll else "",
        "choices": message.choices,
        "inboxid": message.number if told.tells_inbox else 0,
        "isgroup": told.address.endswith("@g.us"),
        "isforwarded": message.is_forwarded,
        "timestamp": int(message.sort_at.timestamp()),
    }


def _write_status(told: Told) -> Body:
    event = msgspec.json.decode(told.event, type=_MessageEvent)
    status, state = STATES[event.type]
    return {
        "device": told.device,
        "id": str(event.message.number),
        "stateid": str(event.message.id),
        "status": status,
        "state": state,
    }


def _write_connection(told: Told) -> Body:
    event = msgspec.json.decode(told.event, type=_DeviceEvent)
    is_lost = event.device.status == "disconnect"
    return {
        "device": told.device,
        "status": event.device.status,
        "token": told.token,
        "timestamp": int(event.at.timestamp()),
        **({"reason": event.device.status_reason} if is_lost else {}),
    }


def _degrees(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")


_WRITERS: Mapping[WebhookKind, Callable[[Told], Body]] = {
    "webhook": _write_message,
    "webhookstatus": _write_status,
    "webhookconnect": _write_connection,
}
