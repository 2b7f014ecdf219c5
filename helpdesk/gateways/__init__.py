"""The protocol that every gateway speaks, and the values that pass through it.

A gateway carries messages between the server and WhatsApp. It turns webhook bytes into the
values below and sends one `Outgoing` at a time; it knows nothing of accounts, conversations or
the database.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from msgspec import Struct, field

from helpdesk.shapes.messages import Location, Poll
from helpdesk.shapes.words import MessageKind

__all__ = [
    "Attachment", "Connection", "DeviceState", "Gateway", "Ignored", "Inbound", "Location",
    "MessageKind", "Outgoing", "Pairing", "Parsed", "Poll", "Probed", "Receipt", "ReceiptStatus",
    "Sent", "Unparsed", "UpstreamDevice",
]  # fmt: skip

ReceiptStatus = Literal["sent", "delivered", "read", "failed"]


class Attachment(Struct, frozen=True, kw_only=True):
    """A file: `url` where the gateway or the upstream can fetch it.

    `content` is the file itself, given where the upstream could not reach the `url`.
    """

    url: str
    filename: str = ""
    mime: str = ""
    content: bytes | None = None


class Inbound(Struct, frozen=True, kw_only=True):
    """One message that a gateway reports.

    `address` is the other side of the chat: digits, a group id or a lid. `member` is the writer
    inside a group. `provider_id` is None where the gateway gives none; `sent_at` likewise.
    `fingerprint` identifies a redelivery where there is no provider id: it covers the timestamp,
    so it is None where there is no timestamp either. `media_id` names a file that is stored here
    already, instead of an `attachment` that is to be fetched.
    """

    address: str
    kind: MessageKind = "text"
    text: str = ""
    name: str = ""
    device_number: str | None = None
    provider_id: str | None = None
    fingerprint: str | None = None
    sent_at: datetime | None = None
    attachment: Attachment | None = None
    media_id: UUID | None = None
    location: Location | None = None
    poll: Poll | None = None
    choices: list[str] = field(default_factory=list)
    member: str | None = None
    is_group: bool = False
    is_own: bool = False
    is_forwarded: bool = False
    reply_to: str | None = None
    """The gateway's id of the message that this one quotes."""


class Change(Struct, frozen=True, kw_only=True):
    """What somebody did with the message `provider_id` afterwards.

    `text` is the new text, or the reaction, empty where that was taken back; `by` is the number of
    who reacted, empty for the device's own phone.
    """

    kind: Literal["reacted", "edited", "deleted"]
    provider_id: str
    text: str = ""
    by: str = ""
    device_number: str | None = None


class Receipt(Struct, frozen=True, kw_only=True):
    """What became of a message that was sent: found by `provider_id`, else by `state_id`."""

    status: ReceiptStatus
    provider_id: str | None = None
    state_id: str | None = None
    device_number: str | None = None
    reason: str = ""


class DeviceState(Struct, frozen=True, kw_only=True):
    """The gateway says that the device is connected to WhatsApp, or no longer is."""

    is_connected: bool
    device_number: str | None = None
    reason: str = ""


class Ignored(Struct, frozen=True, kw_only=True):
    """Understood, and nothing to do; `reason` says why (a status broadcast, say)."""

    reason: str
    device_number: str | None = None


class Unparsed(Struct, frozen=True, kw_only=True):
    """Not understood: kept as it came and shown to supervisors with `reason`."""

    reason: str


Parsed = Inbound | Change | Receipt | DeviceState | Ignored | Unparsed


class Connection(Struct, frozen=True, kw_only=True):
    """How one device reaches its gateway: plain settings and opened secrets. Never logged."""

    account_id: UUID
    device_id: UUID
    device_number: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Connection(device_number=…{self.device_number[-4:]})"


class Outgoing(Struct, frozen=True, kw_only=True):
    """One message to send. `reference` is our own id of it, the same at every attempt.

    A gateway that can shows `typing_seconds` of typing before it, and no preview of its links
    where it `has_preview` is False.
    """

    reference: str
    address: str
    kind: MessageKind
    text: str = ""
    attachment: Attachment | None = None
    location: Location | None = None
    poll: Poll | None = None
    reply_to_provider_id: str | None = None
    typing_seconds: int = 0
    has_preview: bool = True


class Sent(Struct, frozen=True, kw_only=True):
    """The gateway accepted the message; `provider_id` is None where its answer named none."""

    provider_id: str | None
    state_id: str | None = None


class Probed(Struct, frozen=True, kw_only=True):
    """What came of asking the gateway who it is; `detail` is a sentence for a person."""

    is_ok: bool
    detail: str


class Pairing(Struct, frozen=True, kw_only=True):
    """What joins a phone to the device: a PNG to scan, or a code to type; the other is empty."""

    picture: bytes = b""
    code: str = ""


class UpstreamDevice(Struct, frozen=True, kw_only=True):
    """A device of an upstream account; `gateway` is how it is reached from here."""

    name: str
    number: str
    token: str
    gateway: Mapping[str, str]

    def __repr__(self) -> str:
        return f"UpstreamDevice(number=…{self.number[-4:]})"


class Gateway(Protocol):
    """What a new gateway has to offer; one file each, listed in `helpdesk.app`."""

    kind: str
    is_idempotent: bool
    """Whether sending the same `reference` twice delivers once."""
    setting_names: frozenset[str]
    secret_names: frozenset[str]

    def parse_webhook(self, body: bytes, content_type: str) -> list[Parsed]:
        """Turn one webhook body into values; never raises: what is not understood is `Unparsed`."""
        ...

    async def check(self, settings: Mapping[str, str]) -> None:
        """Raise InputError that names the setting for what `send` would never accept."""
        ...

    async def probe(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> Probed:
        """Ask the gateway who it is, and change nothing there; never raises."""
        ...

    def can_poll(self, poll: Poll) -> bool:
        """Whether `send` can carry this poll, and votes come back."""
        ...

    async def send(self, connection: Connection, outgoing: Outgoing) -> Sent:
        """Send one message. Raises Unreachable, Unknown or Rejected and nothing else."""
        ...

    async def disconnect(self, connection: Connection) -> None:
        """Take the device off WhatsApp. Raises as `send`, Rejected where this gateway cannot."""
        ...

    async def pair(self, connection: Connection, phone_number: str = "") -> Pairing:
        """Return a picture to scan, or a code for a phone's number. Raises as `disconnect`."""
        ...
