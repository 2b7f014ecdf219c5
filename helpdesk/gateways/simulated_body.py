"""What the webhook of the simulated gateway takes."""

from uuid import UUID

from msgspec import Struct, field

from helpdesk.gateways import Location, Poll, ReceiptStatus
from helpdesk.shapes.words import MessageKind


class MessageBody(Struct, tag="message", kw_only=True):
    """A customer's message. `at` is in unix seconds; `media` is a file uploaded to us before."""

    sender: str = field(name="from")
    id: str | None = None
    name: str = ""
    text: str = ""
    kind: MessageKind = "text"
    at: float | None = None
    url: str = ""
    filename: str = ""
    media: UUID | None = None
    location: Location | None = None
    poll: Poll | None = None
    choices: list[str] = field(default_factory=list)
    device: str | None = None
    member: str | None = None
    own: bool = False
    forwarded: bool = False
    reply_to: str | None = None


class ReactionBody(Struct, tag="reaction", kw_only=True):
    """Somebody reacted to the message `id`; no emoji takes it back, no `from` is our own phone."""

    id: str
    emoji: str = ""
    sender: str = field(name="from", default="")
    device: str | None = None


class EditBody(Struct, tag="edit", kw_only=True):
    """The customer changed the text of the message `id`."""

    id: str
    text: str
    device: str | None = None


class DeleteBody(Struct, tag="delete", kw_only=True):
    """The customer deleted the message `id`."""

    id: str
    device: str | None = None


class ReceiptBody(Struct, tag="receipt", kw_only=True):
    """What became of a message of ours; `id` is the one that sending returned."""

    id: str
    status: ReceiptStatus
    reason: str = ""
    device: str | None = None


class DeviceBody(Struct, tag="device", kw_only=True):
    """The simulated device was connected or disconnected."""

    connected: bool
    reason: str = ""
    device: str | None = None


Body = MessageBody | ReactionBody | EditBody | DeleteBody | ReceiptBody | DeviceBody
