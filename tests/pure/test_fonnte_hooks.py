"""Fonnte's bodies to a device's webhooks: exact keys and types, a row for each kind of message."""

import json
from typing import Any
from uuid import UUID

import msgspec
import pytest

from helpdesk import clock
from helpdesk.events import (
    DeviceConnected,
    DeviceDisconnected,
    MessageDelivered,
    MessageEvent,
    MessageFailed,
    MessageRead,
    MessageReceived,
    MessageSent,
    encode,
)
from helpdesk.gateways import DeviceState, Inbound, Receipt
from helpdesk.gateways.fonnte_hooks import Told, write_body
from helpdesk.gateways.fonnte_webhook import parse_webhook
from helpdesk.shapes.messages import ActorOut, Location, MessageOut, Poll
from helpdesk.shapes.setup import DeviceBrief

NOW = clock.now().replace(microsecond=0)
SECONDS = int(NOW.timestamp())
FILE = "https://desk.example/media/1?signature=s"
GROUP = "120363012345678901@g.us"

CAPTURED: dict[str, Any] = json.loads(
    '{"quick":false,"device":"6287787505413","pesan":"Halo","pengirim":"6282147077374","member":"",'
    '"message":"Halo","text":"non-button message","sender":"6282147077374","name":"Rama",'
    '"location":"","url":"","type":"text","extension":"","filename":"","pollname":"","choices":[],'
    '"inboxid":0,"isgroup":false,"isforwarded":false}'
)
"""A body as it was seen on the wire, which had no `timestamp` yet."""


def message(**given: Any) -> MessageOut:
    """A line that a customer wrote."""
    plain: dict[str, Any] = {
        "id": UUID(int=7), "number": 41, "conversation_id": UUID(int=8), "device_id": UUID(int=9),
        "contact_id": UUID(int=10), "member_id": None, "direction": "in", "kind": "text",
        "text": "Halo", "media": None, "location": None, "poll": None, "choices": [],
        "status": None, "failure": "", "client_id": None,
        "sender": ActorOut(kind="contact", id=UUID(int=10), name="Rama"), "reply_to": None,
        "is_from_phone": False, "is_possible_repeat": False, "is_forwarded": False,
        "is_deleted": False, "edited_at": None, "reactions": [], "sort_at": NOW, "created_at": NOW,
        "broadcast_id": None, "mentions": [],
    }  # fmt: skip
    return MessageOut(**plain | given)


def told(happened: type[MessageEvent], line: MessageOut, **given: Any) -> Told:
    """What the worker knows of an event of a message."""
    event = happened(at=NOW, conversation_id=UUID(int=8), message=line, conversation=None)
    known: dict[str, Any] = {"device": "6287787505413", "token": "tok", "address": "6282147077374"}
    return Told(event=encode(event), **known | given)


def file(kind: str, name: str, *, type_: str | None = None) -> Any:
    """A row of the table: a file without a caption."""
    extension = name.rpartition(".")[2]
    return (
        {"kind": kind, "text": ""},
        {"file_name": name, "file_url": FILE},
        {"type": type_ or kind, "url": FILE, "filename": name, "extension": extension}
        | words("non-text message"),
    )


def words(text: str) -> dict[str, Any]:
    return {"message": text, "pesan": text}


def sender(address: str) -> dict[str, Any]:
    return {"sender": address, "pengirim": address}


ROWS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "text": ({}, {}, {}),
    "image": file("image", "photo.jpg"),
    "video": file("video", "clip.mp4"),
    "audio": file("audio", "voice.ogg"),
    "document": file("document", "order.v2.pdf"),
    "sticker": file("sticker", "smile.webp"),
    "image with words": (
        {"kind": "image", "text": "Look"},
        {"file_name": "photo.jpg", "file_url": FILE},
        {"type": "image", "url": FILE, "filename": "photo.jpg", "extension": "jpg"} | words("Look"),
    ),
    "file that was not to be had": (
        {"kind": "image", "text": ""},
        {"file_name": "photo.jpg"},
        {"type": "image"} | words("non-text message"),
    ),
    "location": (
        {"kind": "location", "text": "", "location": Location(-6.2, 0.00001)},
        {},
        {"type": "location", "location": "-6.2,0.00001"} | words("non-text message"),
    ),
    "contact": (
        {"kind": "contact", "text": ""},
        {},
        {"type": "contact"} | words("non-text message"),
    ),
    "poll": (
        {"kind": "poll", "text": "", "poll": Poll(name="Lunch?", choices=["A", "B"])},
        {},
        {"type": "poll", "pollname": "Lunch?"} | words("non-text message"),
    ),
    "vote": (
        {"kind": "poll_vote", "text": "", "choices": ["B"],
         "poll": Poll(name="Lunch?", choices=["A", "B"])},
        {},
        {"type": "poll", "pollname": "Lunch?", "choices": ["B"]} | words("non-text message"),
    ),
    "other": ({"kind": "other", "text": ""}, {}, {"type": "other"} | words("non-text message")),
    "group": (
        {"member_id": UUID(int=11)},
        {"address": GROUP, "member": "6285550001"},
        {"isgroup": True, "member": "6285550001"} | sender(GROUP),
    ),
    "hidden number": ({}, {"address": "123456@lid"}, sender("123456@lid")),
    "forwarded": ({"is_forwarded": True}, {}, {"isforwarded": True}),
    "inbox": ({}, {"tells_inbox": True}, {"inboxid": 41}),
    "own phone": (
        {"is_from_phone": True, "direction": "out", "status": "sent"},
        {},
        {"quick": True, "name": ""},
    ),
    "secret": ({}, {"secret": "s3"}, {"secret": "s3", "secret_key": "s3"}),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_a_message_has_fonntes_keys_and_types(row: str) -> None:
    line, known, expected = ROWS[row]
    happened = MessageSent if line.get("is_from_phone") else MessageReceived
    body = json.loads(write_body("webhook", told(happened, message(**line), **known)))
    assert body == CAPTURED | {"timestamp": SECONDS} | expected


@pytest.mark.parametrize("row", [row for row in ROWS if row not in {"own phone", "poll"}])
def test_our_own_gateway_reads_a_message_as_what_it_was(row: str) -> None:
    line, known, _ = ROWS[row]
    body = write_body("webhook", told(MessageReceived, message(**line), **known))
    [read] = parse_webhook(body, "application/json")
    assert isinstance(read, Inbound)
    wrote = message(**line)
    assert (read.kind, read.choices, read.location) == (wrote.kind, wrote.choices, wrote.location)
    assert (read.address, read.sent_at) == (known.get("address", "6282147077374"), NOW)
    assert (read.attachment is not None) == ("file_url" in known)
    assert (read.is_group, read.member) == ("member" in known, known.get("member"))


@pytest.mark.parametrize(
    ("happened", "status", "state"),
    [
        (MessageSent, "sent", "sent"),
        (MessageDelivered, "sent", "delivered"),
        (MessageRead, "sent", "read"),
        (MessageFailed, "failed", "failed"),
    ],
)
def test_what_becomes_of_a_message_is_told_in_fonntes_words(
    happened: type[MessageEvent], status: str, state: str
) -> None:
    line = message(direction="out", status=state)
    body = write_body("webhookstatus", told(happened, line))
    assert json.loads(body) == {
        "device": "6287787505413", "id": "41", "stateid": str(UUID(int=7)), "status": status,
        "state": state,
    }  # fmt: skip
    [read] = parse_webhook(body, "application/json")
    assert isinstance(read, Receipt)
    assert (read.provider_id, read.status) == ("41", state)


@pytest.mark.parametrize("is_connected", [True, False])
def test_the_connection_is_told_with_a_reason_only_when_it_is_lost(*, is_connected: bool) -> None:
    device = DeviceBrief(
        id=UUID(int=9), name="Shop", number="6287787505413",
        status="connect" if is_connected else "disconnect",
        status_reason="" if is_connected else "logged out",
        gateway_kind="fonnte", default_division_id=None, is_expired=False,
        is_deleted=False,
    )  # fmt: skip
    happened = DeviceConnected if is_connected else DeviceDisconnected
    event = encode(happened(at=NOW, device=device))
    body = write_body("webhookconnect", Told(event=event, device="087787505413", token="tok"))
    expected = {
        "device": "087787505413", "status": device.status, "token": "tok", "timestamp": SECONDS,
    }  # fmt: skip
    assert json.loads(body) == expected | ({} if is_connected else {"reason": "logged out"})
    [read] = parse_webhook(body, "application/json")
    assert isinstance(read, DeviceState)
    assert read.is_connected is is_connected


def test_an_event_of_an_older_version_can_still_be_told() -> None:
    lean = {"id": UUID(int=7), "number": 41, "kind": "text", "sort_at": NOW, "text": "Halo"}
    event = msgspec.json.encode({"type": "message.received", "message": lean}).decode()
    body = json.loads(write_body("webhook", Told(event=event, device="1", token="t", address="2")))
    assert (body["message"], body["name"], body["isforwarded"]) == ("Halo", "", False)
