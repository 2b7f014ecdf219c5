"""Turns Fonnte's webhooks into the values of the gateway protocol.

Shapes after Fonnte's documentation and bodies seen on the wire until 2026-01: an incoming message,
the status of a sent message, the state of a device. Which one it is shows in the names of the
fields alone. The fields `secret` and `secret_key` are the door's business and ignored here.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from helpdesk.gateways import (
    Attachment,
    DeviceState,
    Ignored,
    Inbound,
    Location,
    MessageKind,
    Parsed,
    Poll,
    Receipt,
    ReceiptStatus,
    Unparsed,
)
from helpdesk.gateways.fonnte_body import Unreadable, read_values
from helpdesk.gateways.fonnte_fields import (
    address_of,
    choices_of,
    digits_of,
    flag_of,
    id_of,
    location_of,
    moment_of,
    text_of,
)
from helpdesk.gateways.fonnte_kinds import kind_of
from helpdesk.phone import normalise

Fields = Mapping[str, object]

_LONGEST_TEXT = 65_536
_LONGEST_NAME = 256
_LONGEST_REASON = 500
_NO_TEXT = "non-text message"
_NO_BUTTON = "non-button message"
_NOT_A_CHAT = {
    "broadcast": "a status or a broadcast list, no chat",
    "newsletter": "a channel, no chat",
}
_CONNECTED = frozenset({"connect", "connected"})
_DISCONNECTED = frozenset({"disconnect", "disconnected"})
_RECEIPTS: Mapping[str, ReceiptStatus | None] = {
    "sent": "sent",
    "delivered": "delivered",
    "delivery": "delivered",
    "receive": "delivered",
    "received": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
    "error": "failed",
    "invalid": "failed",
    "expired": "failed",
    "url unreachable": "failed",
    "pending": None,
    "processing": None,
    "waiting": None,
}


def parse_webhook(body: bytes, content_type: str) -> list[Parsed]:
    """Return one value per message of the body, at least one; never raises."""
    try:
        values = read_values(body, content_type)
    except Unreadable as error:
        return [Unparsed(reason=str(error))]
    return [_parse(value) for value in values] or [Unparsed(reason="the list is empty")]


def _parse(value: object) -> Parsed:
    if not isinstance(value, dict):
        return Unparsed(reason="it is no JSON object")
    if "submission" in value:
        return Unparsed(reason="a form that was filled in, not a message")
    if "sender" in value or "pengirim" in value:
        return _read_message(value)
    if "id" in value or "stateid" in value:
        return _read_receipt(value)
    if "status" in value:
        return _read_device_state(value)
    return Unparsed(reason="no field tells what it is")


def _read_message(fields: Fields) -> Inbound | Ignored | Unparsed:
    sender = _first_text(fields, "sender", "pengirim")
    not_a_chat = _NOT_A_CHAT.get(sender.strip().lower().rpartition("@")[2])
    if not_a_chat:
        return Ignored(reason=not_a_chat, device_number=_device_number(fields))
    is_group = flag_of(fields.get("isgroup")) is True or sender.strip().lower().endswith("@g.us")
    address = address_of(f"{sender}@g.us" if is_group and "@" not in sender else sender)
    if address is None:
        return Unparsed(reason="the sender is no address")
    return _build_message(fields, address=address, is_group=is_group)


def _build_message(fields: Fields, *, address: str, is_group: bool) -> Inbound:
    attachment = _attachment(fields)
    point = location_of(text_of(fields.get("location")))
    choices = choices_of(fields.get("choices"))
    poll = _poll(fields, choices)
    has_substance = bool(attachment or point or poll)
    text = _text(fields, point=point, has_substance=has_substance)
    member = _member(fields) if is_group else None
    provider_id = _inbox_id(fields)
    sent_at = moment_of(fields.get("timestamp"))
    fingerprint = _fingerprint(fields, sent_at, address=address, member=member)
    return Inbound(
        address=address,
        kind=_kind(fields, text=text, attachment=attachment, point=point, poll=poll),
        text=text[:_LONGEST_TEXT],
        name=_first_text(fields, "name", "pushname").strip()[:_LONGEST_NAME],
        device_number=_device_number(fields),
        provider_id=provider_id,
        fingerprint=None if provider_id else fingerprint,
        sent_at=sent_at,
        attachment=attachment,
        location=point,
        poll=poll,
        choices=choices,
        member=member,
        is_group=is_group,
        is_own=_is_own(fields, writer=member or address),
        is_forwarded=flag_of(fields.get("isforwarded")) is True,
    )


def _first_text(fields: Fields, *names: str) -> str:
    return next((text for name in names if (text := text_of(fields.get(name)))), "")


def _device_number(fields: Fields) -> str | None:
    return digits_of(text_of(fields.get("device"))) or None


def _attachment(fields: Fields) -> Attachment | None:
    url = text_of(fields.get("url")).strip()
    if not url:
        return None
    name = text_of(fields.get("filename")).replace("\\", "/").rpartition("/")[2].strip()
    extension = text_of(fields.get("extension")).strip(" .")
    if name and extension and "." not in name:
        name = f"{name}.{extension}"
    return Attachment(url=url, filename=name[-_LONGEST_NAME:])


def _poll(fields: Fields, choices: list[str]) -> Poll | None:
    """Return the poll that was voted in, as far as a vote tells: its name and the choices taken."""
    name = text_of(fields.get("pollname")).strip()[:_LONGEST_NAME]
    return Poll(name=name, choices=choices) if name or choices else None


def _text(fields: Fields, *, point: Location | None, has_substance: bool) -> str:
    """Return the words: the message, else the button; a location that is none stays as text."""
    message = _first_text(fields, "message", "pesan")
    button = text_of(fields.get("text"))
    place = "" if point else text_of(fields.get("location")).strip()
    is_placeholder = message.strip().lower() in ("", _NO_TEXT)
    if is_placeholder and button.strip().lower() not in ("", _NO_BUTTON):
        message = button
    elif is_placeholder and (has_substance or place):
        message = ""
    return "\n".join(part for part in (message, place) if part)


def _member(fields: Fields) -> str | None:
    member = address_of(text_of(fields.get("member")))
    if member:
        return member
    lid = text_of(fields.get("memberlid")).partition("@")[0]
    return address_of(f"{lid}@lid")


def _inbox_id(fields: Fields) -> str | None:
    """Return the inbox id; Fonnte sends 0 where the device keeps no inbox."""
    identity = id_of(fields.get("inboxid"))
    return identity if identity and identity.isascii() and identity.isdigit() else None


def _kind(
    fields: Fields,
    *,
    text: str,
    attachment: Attachment | None,
    point: Location | None,
    poll: Poll | None,
) -> MessageKind:
    if poll:
        return "poll_vote"
    if point:
        return "location"
    return kind_of(
        text_of(fields.get("type")),
        extension=text_of(fields.get("extension")),
        attachment=attachment,
        has_words=text.strip().lower() not in ("", _NO_TEXT),
    )


def _fingerprint(
    fields: Fields, sent_at: datetime | None, *, address: str, member: str | None
) -> str | None:
    """Return what two deliveries of one message share; the caller adds the device.

    None without a timestamp: then the same words twice could be two messages.
    """
    if sent_at is None:
        return None
    parts = [
        address,
        member,
        sent_at.timestamp(),
        text_of(fields.get("type")),
        _first_text(fields, "message", "pesan"),
        *(text_of(fields.get(name)) for name in ("url", "filename", "location")),
        choices_of(fields.get("choices")),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _is_own(fields: Fields, *, writer: str) -> bool:
    """Whether the device's own phone wrote it: answering those would be a loop."""
    if flag_of(fields.get("quick")) is True:
        return True
    device = digits_of(text_of(fields.get("device")))
    return writer == (normalise(device) if device.startswith("0") else device)


def _read_receipt(fields: Fields) -> Receipt | Ignored | Unparsed:
    """Read a status in its three shapes: id and status, stateid and state, or all four.

    `state` wins over `status`: it tells what happened after the gateway had sent the message.
    """
    words = [text_of(fields.get(name)).strip().lower() for name in ("state", "status")]
    word = next((word for word in words if word in _RECEIPTS), None)
    provider_id, state_id = id_of(fields.get("id")), id_of(fields.get("stateid"))
    if provider_id is None and state_id is None:
        return Unparsed(reason="a status without the id of a message")
    if word is None:
        return Unparsed(reason=f"a status that is not known: {''.join(words)[:40]!r}")
    status = _RECEIPTS[word]
    if status is None:
        return Ignored(reason=f"still {word}", device_number=_device_number(fields))
    reason = text_of(fields.get("reason")) or (word if status == "failed" else "")
    return Receipt(
        status=status,
        provider_id=provider_id,
        state_id=state_id,
        device_number=_device_number(fields),
        reason=reason[:_LONGEST_REASON],
    )


def _read_device_state(fields: Fields) -> DeviceState | Unparsed:
    word = text_of(fields.get("status")).strip().lower()
    if word not in _CONNECTED | _DISCONNECTED:
        return Unparsed(reason=f"a device status that is not known: {word[:40]!r}")
    return DeviceState(
        is_connected=word in _CONNECTED,
        device_number=_device_number(fields),
        reason=text_of(fields.get("reason"))[:_LONGEST_REASON],
    )
