"""Conversations and contacts."""

from uuid import UUID

from helpdesk.shapes.messages import ActorOut, LastMessage
from helpdesk.shapes.rules import MenuOut
from helpdesk.shapes.words import ContactKind, ConversationStatus, Moment, Shape


class ContactRef(Shape, frozen=True):
    """The contact as a conversation names it; `number` is the one that it is held with.

    What a blocked contact writes opens no conversation.
    """

    id: UUID
    name: str
    number: str
    labels: list[UUID]
    is_blocked: bool


class DeviceRef(Shape, frozen=True):
    """The device as a conversation names it."""

    id: UUID
    number: str


class ConversationOut(Shape, frozen=True):
    """One contact on one device, open until resolved.

    `waiting_since` is the first unanswered message's time; while nobody owns the conversation it is
    the place in the queue, which an answer leaves and a release gives. `labels` are ids, as are the
    contact's own. `menu` is what it waits for where the customer was asked for a division.
    `snoozed_until` is set exactly while it is snoozed: it comes back then, or when the contact
    writes.
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
    labels: list[UUID]
    menu: MenuOut | None
    snoozed_until: Moment | None
    opened_at: Moment
    resolved_at: Moment | None


class ConversationEventOut(Shape, frozen=True):
    """What happened to a conversation, and how it stood after: one step of its history.

    `type` is the live event's; `turn_id` and `rule_id` say by which turn or rule, where by one.
    `reason` is why it was resolved; `note` is what was noted for whom it was transferred to.
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
    snoozed_until: Moment | None
    reason: str
    note: str


class ContactOut(Shape, frozen=True):
    """A person or group outside; `number` is digits, a group id or a lid.

    `numbers` are all that reach it, its own first: the others are those of contacts that were
    merged into it. `labels` are ids, `fields` are values by the fields' ids; `notes` counts the
    notes about it. `merged_into_id` is set only in the event that tells of a merge.
    """

    id: UUID
    kind: ContactKind
    number: str
    numbers: list[str]
    name: str
    labels: list[UUID]
    fields: dict[UUID, str]
    notes: int
    is_blocked: bool
    merged_into_id: UUID | None
    created_at: Moment


class MemberOut(Shape, frozen=True):
    """A contact who wrote in a group: how many lines, and when the last."""

    id: UUID
    name: str
    number: str
    messages: int
    last_at: Moment
