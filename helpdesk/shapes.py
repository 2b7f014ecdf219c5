"""The small whole objects that the API answers with and the live events carry.

One shape per thing, the same for everybody who may see it: what an event carries equals what a
fresh read would answer. Closed sets of words stand here too, because columns, gateways and doors
share them.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

ActorKind = Literal["agent", "user", "token", "contact", "system"]
AssignedHow = Literal["turn", "returned", "taken", "transferred", "reopened", "started"]
AttachmentState = Literal["due", "stored", "expired"]
ContactKind = Literal["person", "group"]
ConversationStatus = Literal["unrouted", "waiting", "assigned", "snoozed", "resolved"]
DeviceStatus = Literal["connect", "disconnect"]
Direction = Literal["in", "out", "note"]
MessageKind = Literal[
    "text", "image", "video", "audio", "document", "sticker", "location", "contact", "poll",
    "poll_vote", "other",
]  # fmt: skip
MessageStatus = Literal["queued", "sending", "sent", "delivered", "read", "failed", "unknown"]
Presence = Literal["online", "away", "offline"]
Rotation = Literal["full", "partial"]
Sees = Literal["own", "division"]
UserRole = Literal["owner", "supervisor"]
WhenNobody = Literal["wait", "assign_anyway"]
Moment = Annotated[datetime, Meta(tz=True)]
"""A time with its zone, which is UTC."""


class Shape(Struct, frozen=True, kw_only=True):
    """Base of everything below: immutable, built by keyword."""


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


class MediaOut(Shape, frozen=True):
    """A file of `size` bytes; `url` is a path here and needs a session or a signed link.

    `width` and `height` are in pixels, as it is shown; None where it is no picture or not known.
    """

    id: UUID
    filename: str
    mime: str
    size: int
    width: int | None
    height: int | None
    state: AttachmentState
    url: str


class MessageOut(Shape, frozen=True):
    """One line. Its place in the conversation is `(sort_at, number)`."""

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
    sort_at: Moment
    created_at: Moment


class LastMessage(Shape, frozen=True):
    """What the list shows of the newest line; `text` is cut at 200 characters.

    Of a line without text it is the poll's question, the votes, the place's or document's name.
    """

    id: UUID
    direction: Direction
    kind: MessageKind
    text: str
    status: MessageStatus | None
    sort_at: Moment


class ContactRef(Shape, frozen=True):
    """The contact as a conversation names it."""

    id: UUID
    name: str
    number: str


class DeviceRef(Shape, frozen=True):
    """The device as a conversation names it."""

    id: UUID
    number: str


class ConversationOut(Shape, frozen=True):
    """One contact on one device, open until resolved.

    `waiting_since` is the first unanswered message's time; while nobody owns the conversation, an
    answer leaves it, for it is the place in the queue.
    """

    id: UUID
    contact: ContactRef
    device: DeviceRef
    division_id: UUID | None
    assignee_id: UUID | None
    status: ConversationStatus
    unread: int
    last_message: LastMessage | None
    waiting_since: Moment | None
    labels: list[str]
    opened_at: Moment
    resolved_at: Moment | None


class ConversationEventOut(Shape, frozen=True):
    """What happened to a conversation, and how it stood after: one step of its history.

    `type` is the live event's; `turn_id` and `rule_id` say by which turn or rule, where by one.
    """

    seq: int
    type: str
    at: Moment
    by: ActorOut
    status: ConversationStatus
    division_id: UUID | None
    assignee_id: UUID | None
    turn_id: UUID | None
    rule_id: UUID | None


class ContactOut(Shape, frozen=True):
    """A person or group outside; `number` is digits, a group id or a lid."""

    id: UUID
    kind: ContactKind
    number: str
    name: str
    created_at: Moment


class DeviceBrief(Shape, frozen=True):
    """What everybody signed in may know of a device."""

    id: UUID
    name: str
    number: str
    status: DeviceStatus
    status_reason: str
    gateway_kind: str
    default_division_id: UUID | None
    is_deleted: bool


class DivisionOut(Shape, frozen=True):
    """A group of agents and how it takes turns."""

    id: UUID
    name: str
    rotation: Rotation
    when_nobody: WhenNobody
    limit: int | None
    own_device_only: bool
    reopen_window_minutes: int
    answer_target_minutes: int
    is_deleted: bool


class AgentBrief(Shape, frozen=True):
    """An agent's seat without its presence, which is never part of an event with a number."""

    id: UUID
    name: str
    device_id: UUID
    division_id: UUID | None
    user_id: UUID | None
    enabled: bool
    limit: int | None
    sees: Sees
    is_deleted: bool


class AgentOut(AgentBrief, frozen=True):
    """An agent's seat with its presence at the moment of asking, and why it is away."""

    presence: Presence
    away_reason: str


class TemplateOut(Shape, frozen=True):
    """A saved text; an empty `division_ids` means every division."""

    id: UUID
    name: str
    shortcut: str
    text: str
    attachment: MediaOut | None
    location: Location | None
    poll: Poll | None
    division_ids: list[UUID]
    is_deleted: bool


class TextCondition(Shape, frozen=True, forbid_unknown_fields=True, tag="text_contains"):
    """Matches when the text contains one of the words, whatever their case."""

    words: list[str]


class AlwaysCondition(Shape, frozen=True, forbid_unknown_fields=True, tag="always"):
    """Matches every message."""


Condition = TextCondition | AlwaysCondition


class RuleOut(Shape, frozen=True):
    """One step from message to division; rules of a device are tried in the order of `position`."""

    id: UUID
    device_id: UUID
    name: str
    position: int
    condition: Condition
    division_id: UUID
    enabled: bool
    is_deleted: bool


class TurnOut(Shape, frozen=True):
    """One pick of the rotation: who could have had it, and why the others could not.

    `excluded` maps an agent's id to offline, away, full, disabled or other_device. `number` counts
    the division's turns; `cycle` is None under partial rotation.
    """

    id: UUID
    division_id: UUID
    number: int
    rotation: Rotation
    cycle: int | None
    agent_id: UUID
    conversation_id: UUID
    eligible: list[UUID]
    excluded: dict[str, str]
    is_anyway: bool
    at: Moment


class AssignedOut(Shape, frozen=True):
    """How the present owner came by it: `returned` is to the last one, without a turn."""

    how: AssignedHow
    by: ActorOut
    at: Moment


class WhyOut(TurnOut, frozen=True):
    """The last turn for a conversation, and how its present owner came by it.

    Only where `assigned.how` is `turn` did this turn make the owner; None: nobody owns it now.
    """

    assignee_id: UUID | None
    assigned: AssignedOut | None
