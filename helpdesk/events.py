"""The closed set of things that happen, as live events, webhooks out and the audit name them.

`noun.past_tense`. An event is encoded once, when it is stored; `seq` and `prev` are put in front of
the stored text for each reader. What a reader sees of an event is decided by its `Audience`.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from helpdesk.audiences import Audience
from helpdesk.shapes.autoreplies import AutoreplyOut
from helpdesk.shapes.broadcasts import BroadcastBrief
from helpdesk.shapes.contacts import FieldOut
from helpdesk.shapes.conversations import ContactOut, ConversationOut
from helpdesk.shapes.labels import LabelOut
from helpdesk.shapes.messages import ActorOut, MessageOut
from helpdesk.shapes.rotators import RotatorBrief
from helpdesk.shapes.rules import RuleOut
from helpdesk.shapes.setup import AgentBrief, DeviceBrief, DivisionOut, TemplateBrief
from helpdesk.shapes.webhooks import WebhookBrief
from helpdesk.shapes.words import UndoneDeed


class Event(Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of all: `at` is when it happened."""

    at: datetime


class MessageEvent(Event, frozen=True):
    """Something about one line. `conversation` is None for a send outside any conversation."""

    conversation_id: UUID | None
    message: MessageOut
    conversation: ConversationOut | None


class MessageReceived(MessageEvent, frozen=True, tag="message.received"):
    """A contact wrote."""


class MessageQueued(MessageEvent, frozen=True, tag="message.queued"):
    """An answer was accepted and is due to be sent."""


class MessageSent(MessageEvent, frozen=True, tag="message.sent"):
    """The gateway took it; or the phone of the device sent it itself."""


class MessageDelivered(MessageEvent, frozen=True, tag="message.delivered"):
    """It reached the contact's phone."""


class MessageRead(MessageEvent, frozen=True, tag="message.read"):
    """The contact opened it."""


class MessageFailed(MessageEvent, frozen=True, tag="message.failed"):
    """It will not be sent; `message.failure` says why."""


class MessageUnknown(MessageEvent, frozen=True, tag="message.unknown"):
    """It may have arrived; a person decides whether to send it again."""


class MessageUpdated(MessageEvent, frozen=True, tag="message.updated"):
    """A failure was reported of what had arrived: `message.failure` is a note beside its status."""


class NoteAdded(MessageEvent, frozen=True, tag="note.added"):
    """Somebody here wrote a note: `message.direction` is `note`, and it never leaves the house."""


class ConversationEvent(Event, frozen=True):
    """Something about one conversation, done by somebody."""

    conversation_id: UUID
    conversation: ConversationOut
    by: ActorOut


class ConversationOpened(ConversationEvent, frozen=True, tag="conversation.opened"):
    """A contact wrote, and nothing was open."""


class ConversationRouted(ConversationEvent, frozen=True, tag="conversation.routed"):
    """A division was found, by a rule where `rule_id` is given."""

    rule_id: UUID | None


class ConversationAssigned(ConversationEvent, frozen=True, tag="conversation.assigned"):
    """An agent owns it, by a turn of the rotation where `turn_id` is given."""

    turn_id: UUID | None


class ConversationTransferred(ConversationEvent, frozen=True, tag="conversation.transferred"):
    """It was handed to another agent or division; `note` is what was noted for them."""

    note: str


class ConversationReleased(ConversationEvent, frozen=True, tag="conversation.released"):
    """Its owner gave it back to the division."""


class ConversationResolved(ConversationEvent, frozen=True, tag="conversation.resolved"):
    """It is done, for a reason where one is given."""

    reason: str


class ConversationSnoozed(ConversationEvent, frozen=True, tag="conversation.snoozed"):
    """It rests until `conversation.snoozed_until`, or until the contact writes."""


class ConversationReopened(ConversationEvent, frozen=True, tag="conversation.reopened"):
    """It is open again: it was resolved or snoozed before."""


class ConversationUndone(ConversationEvent, frozen=True, tag="conversation.undone"):
    """Who did `deed` a moment ago undid it: the conversation is as it was before."""

    deed: UndoneDeed


class ConversationUpdated(ConversationEvent, frozen=True, tag="conversation.updated"):
    """Unread count, labels or fields changed."""


class ContactUpdated(Event, frozen=True, tag="contact.updated"):
    """What is known of a contact changed; or it was merged, and `contact.merged_into_id` is set."""

    contact: ContactOut


class DeviceEvent(Event, frozen=True):
    """Something about a device."""

    device: DeviceBrief


class DeviceConnected(DeviceEvent, frozen=True, tag="device.connected"):
    """The device can send."""


class DeviceDisconnected(DeviceEvent, frozen=True, tag="device.disconnected"):
    """The device cannot send."""


class DeviceChanged(DeviceEvent, frozen=True, tag="device.changed"):
    """A device was added, edited or deleted."""


class AgentChanged(Event, frozen=True, tag="agent.changed"):
    """An agent was added, edited or deleted."""

    agent: AgentBrief


class DivisionChanged(Event, frozen=True, tag="division.changed"):
    """A division was added, edited or deleted."""

    division: DivisionOut


class TemplateChanged(Event, frozen=True, tag="template.changed"):
    """A template was added, edited or deleted."""

    template: TemplateBrief


class LabelChanged(Event, frozen=True, tag="label.changed"):
    """A label was added, edited or deleted: a deleted one is off everything that had it."""

    label: LabelOut


class FieldChanged(Event, frozen=True, tag="field.changed"):
    """A field of contacts was added, edited or deleted: a deleted one has no values any more."""

    field: FieldOut


class RotatorChanged(Event, frozen=True, tag="rotator.changed"):
    """A rotator was added, edited or deleted; picks are no change."""

    rotator: RotatorBrief


class AutoreplyChanged(Event, frozen=True, tag="autoreply.changed"):
    """An autoreply was added, edited or deleted; only supervisors get to know."""

    autoreply: AutoreplyOut


class RuleChanged(Event, frozen=True, tag="rule.changed"):
    """A rule was added, edited or deleted."""

    rule: RuleOut


class WebhookChanged(Event, frozen=True, tag="webhook.changed"):
    """A webhook was added, edited or deleted; deliveries are no change."""

    webhook: WebhookBrief


class BroadcastEvent(Event, frozen=True):
    """Something about a broadcast; only supervisors get to know."""

    broadcast: BroadcastBrief


class BroadcastCreated(BroadcastEvent, frozen=True, tag="broadcast.created"):
    """A broadcast was accepted: its messages are queued."""


class BroadcastUpdated(BroadcastEvent, frozen=True, tag="broadcast.updated"):
    """A broadcast's state or progress changed; told once a second at most for its progress."""


AnyEvent = (
    MessageReceived | MessageQueued | MessageSent | MessageDelivered | MessageRead | MessageFailed
    | MessageUnknown | MessageUpdated | NoteAdded | ConversationOpened | ConversationRouted
    | ConversationAssigned | ConversationTransferred | ConversationReleased | ConversationResolved
    | ConversationSnoozed | ConversationReopened | ConversationUndone | ConversationUpdated
    | ContactUpdated
    | DeviceConnected | DeviceDisconnected | DeviceChanged | AgentChanged | DivisionChanged
    | TemplateChanged | LabelChanged | FieldChanged | RotatorChanged | AutoreplyChanged
    | RuleChanged | WebhookChanged | BroadcastCreated | BroadcastUpdated
)  # fmt: skip


class EventRow(Struct, frozen=True, kw_only=True):
    """One stored event: its number, its encoded body and its audience."""

    account_id: UUID
    seq: int
    type: str
    at: datetime
    body: str
    conversation_id: UUID | None
    contact_id: UUID | None
    audience: Audience

    def frame(self, prev: int) -> str:
        """Return the text of the frame for a reader whose last event was `prev`."""
        return f'{{"seq":{self.seq},"prev":{prev},{self.body[1:]}'

    def removal(self, prev: int) -> str:
        """Return the frame for a reader who no longer sees the conversation: no content."""
        body = _encoder.encode(
            {
                "type": self.type,
                "at": self.at,
                "conversation_id": self.conversation_id,
                "is_removed": True,
            }
        )
        return f'{{"seq":{self.seq},"prev":{prev},{body.decode()[1:]}'


_encoder = msgspec.json.Encoder()


def encode(event: Event) -> str:
    """Return the event's body as JSON text, the tag first."""
    return _encoder.encode(event).decode()


def type_of(event: Event) -> str:
    """Return `noun.past_tense`."""
    return str(event.__struct_config__.tag)


def types() -> Iterable[str]:
    """Return every event type."""
    return (type_.__struct_config__.tag for type_ in AnyEvent.__args__)
