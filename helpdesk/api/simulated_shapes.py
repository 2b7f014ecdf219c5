"""What the simulated phone's page is answered with."""

from uuid import UUID

from msgspec import Struct

from helpdesk.actions.devices import open_secrets
from helpdesk.actions.simulate import SIMULATED
from helpdesk.api.parts import Parts
from helpdesk.gateways.simulated import Trouble
from helpdesk.queries.simulated import Chat, Line
from helpdesk.shapes.messages import Location, MediaOut, Poll
from helpdesk.shapes.words import DeviceStatus, MessageKind, MessageStatus, Moment
from helpdesk.tables.device import Device


class ShownFile(Struct, frozen=True, kw_only=True):
    """A file as the phone got it."""

    url: str
    filename: str
    mime: str


class SimulatedDeviceOut(Struct, frozen=True, kw_only=True):
    """A device on the simulated gateway, and what goes wrong on it.

    Every send takes `slow_seconds` more; with `lose_answer` messages arrive and nobody hears of it;
    `refuse_next` is used up by the next send. Whether it is connected, the hook is told.
    """

    id: UUID
    name: str
    number: str
    status: DeviceStatus
    hook_url: str
    slow_seconds: int
    lose_answer: bool
    refuse_next: bool


class PhoneLine(Struct, frozen=True, kw_only=True):
    """One line on a customer's phone, written there (`is_own`) or arrived.

    `status` is what the server knows of an arrived one: it wants a receipt while it is `sent`.
    `is_read`: by an agent, or by the customer. `hook_id` is the `id` that the hook was given.
    `has_preview`: the phone shows what its first link leads to, as far as it knows.
    """

    id: UUID
    at: Moment
    is_own: bool
    is_read: bool
    status: MessageStatus | None
    hook_id: str | None
    sender: str
    kind: MessageKind
    text: str
    file: ShownFile | None
    location: Location | None
    poll: Poll | None
    choices: list[str]
    has_preview: bool


class PhoneChat(Struct, frozen=True, kw_only=True):
    """One customer's chat with the device; `unread` lines are new to the customer."""

    number: str
    name: str
    unread: int
    last: PhoneLine


class PhoneState(Struct, frozen=True, kw_only=True):
    """A device, its newest chats, and what arrived lately without a receipt."""

    device: SimulatedDeviceOut
    chats: list[PhoneChat]
    unconfirmed: list[UUID]


def describe_device(parts: Parts, device: Device, trouble: Trouble) -> SimulatedDeviceOut:
    """Return a device with its switches."""
    public_url = parts.settings.public_url.rstrip("/")
    hook_key = open_secrets(parts.vault, device).hook_key
    return SimulatedDeviceOut(
        id=device.id,
        name=device.name,
        number=device.number,
        status="disconnect" if trouble.is_disconnected else "connect",
        hook_url=f"{public_url}/hooks/{SIMULATED}/{hook_key}",
        slow_seconds=trouble.slow_seconds,
        lose_answer=trouble.is_answer_lost,
        refuse_next=trouble.is_refused,
    )


def describe_chat(parts: Parts, account_id: UUID, chat: Chat) -> PhoneChat:
    """Return a chat with its last line."""
    return PhoneChat(
        number=chat.number,
        name=chat.name,
        unread=chat.unread,
        last=describe_line(parts, account_id, chat.last),
    )


def describe_line(parts: Parts, account_id: UUID, line: Line) -> PhoneLine:
    """Return a line; its file comes with a link that needs no session."""
    message = line.message
    return PhoneLine(
        id=message.id,
        at=line.at,
        is_own=line.is_own,
        is_read=line.is_read,
        status=None if line.is_own else message.status,
        hook_id=line.hook_id,
        sender="" if line.is_own else message.sender.name,
        kind=message.kind,
        text=message.text,
        file=_file(parts, account_id, message.media),
        location=message.location,
        poll=message.poll,
        choices=message.choices,
        has_preview=line.has_preview,
    )


def _file(parts: Parts, account_id: UUID, media: MediaOut | None) -> ShownFile | None:
    """Return a file with a link that needs no session, once the file is here."""
    if media is None or media.state != "stored":
        return None
    url = parts.links.inside(media.id, account_id)
    return ShownFile(url=url, filename=media.filename, mime=media.mime)
