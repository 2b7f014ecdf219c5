"""Lines of a conversation, with what they carry."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from helpdesk.shapes.words import (
    ActorKind,
    AttachmentState,
    Direction,
    MessageKind,
    MessageStatus,
    Moment,
    OutboxState,
    Shape,
)


class Location(Shape, frozen=True, forbid_unknown_fields=True):
    """A point on the map, in degrees."""

    latitude: float
    longitude: float
    name: str = ""


class Poll(Shape, frozen=True, forbid_unknown_fields=True):
    """A question with 2 to 12 choices."""

    name: str
    choices: list[str]
    is_multiple: bool = False


class ActorOut(Shape, frozen=True):
    """Who did it: the name is the one at that time."""

    kind: ActorKind
    id: UUID | None
    name: str


class Voice(Shape, frozen=True, forbid_unknown_fields=True):
    """How long a recording is, and how loud each 64th part of it, 0 to 100."""

    seconds: Annotated[float, Meta(gt=0, le=86_400)]
    peaks: Annotated[list[Annotated[int, Meta(ge=0, le=100)]], Meta(min_length=64, max_length=64)]


class MediaOut(Shape, frozen=True):
    """A file of `size` bytes; `url` is a path here and needs a session or a signed link.

    `width` and `height` are in pixels, as it is shown; None where it is no picture or not known.
    `thumbnail_url` is of a small picture, where the file is a large one or a PDF, whose `pages` are
    counted where it opens without a password. `voice` is what came with a recording. `due` is still
    to be had from the gateway, `expired` was not to be had in time, `refused` is of a kind we do
    not keep.
    """

    id: UUID
    filename: str
    mime: str
    size: int
    width: int | None
    height: int | None
    pages: int | None
    voice: Voice | None
    state: AttachmentState
    url: str
    thumbnail_url: str | None


class ReactionOut(Shape, frozen=True):
    """One person's reaction to a line; `by` is a number, empty for the device's own phone."""

    by: str
    emoji: str


class MessageOut(Shape, frozen=True):
    """One line. Its place in the conversation is `(sort_at, number)`.

    `edited_at` is when its writer changed the text last; a line that its writer deleted is empty.
    What was sent to many at once has a `broadcast_id`. `mentions` are the agents that a note calls.
    """

    id: UUID
    number: int
    conversation_id: UUID | None
    device_id: UUID
    contact_id: UUID
    member_id: UUID | None
    direction: Direction
    kind: MessageKind
    text: str
    media: MediaOut | None
    location: Location | None
    poll: Poll | None
    choices: list[str]
    status: MessageStatus | None
    failure: str
    client_id: UUID | None
    sender: ActorOut
    reply_to: UUID | None
    is_from_phone: bool
    is_possible_repeat: bool
    is_forwarded: bool
    is_deleted: bool
    edited_at: Moment | None
    reactions: list[ReactionOut]
    sort_at: Moment
    created_at: Moment
    broadcast_id: UUID | None
    mentions: list[UUID]


class QueuedOut(Shape, frozen=True):
    """A message in the outbox. It `is_changeable` until a gateway has it, or may have it.

    `due_at` of an `unknown` one is when it stops holding back what comes after it.
    `scheduled_at` is the time that was asked for, before delays. A `paused` one waits for its
    broadcast.
    """

    message_id: UUID
    state: OutboxState
    due_at: Moment
    scheduled_at: Moment | None
    attempts: int
    last_error: str
    is_changeable: bool


class LastMessage(Shape, frozen=True):
    """What the list shows of the newest line; `text` is cut at 200 characters.

    Of a line without text it is the poll's question, the votes, the place's or document's name.
    `member` is who wrote it in a group, empty elsewhere.
    """

    id: UUID
    direction: Direction
    kind: MessageKind
    text: str
    status: MessageStatus | None
    member: str
    sort_at: Moment
