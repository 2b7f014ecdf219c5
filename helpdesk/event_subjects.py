"""What an event is about: its conversation, its contact, its device."""

from uuid import UUID

from helpdesk.events import (
    AgentChanged,
    BroadcastEvent,
    ContactUpdated,
    ConversationEvent,
    DeviceEvent,
    Event,
    MessageEvent,
    RuleChanged,
)


def conversation_of(event: Event) -> UUID | None:
    """Return the id of the conversation that the event is about."""
    return getattr(event, "conversation_id", None)


def contact_of(event: Event) -> UUID | None:
    """Return the id of the contact that the event is about, so that it can be erased."""
    match event:
        case MessageEvent():
            return event.message.contact_id
        case ConversationEvent():
            return event.conversation.contact.id
        case ContactUpdated():
            return event.contact.id
        case _:
            return None


def device_of(event: Event) -> UUID | None:
    """Return the id of the device that the event is about, by which webhooks choose."""
    match event:
        case (
            MessageEvent(message=thing)
            | BroadcastEvent(broadcast=thing)
            | AgentChanged(agent=thing)
            | RuleChanged(rule=thing)
        ):
            return thing.device_id
        case ConversationEvent():
            return event.conversation.device.id
        case DeviceEvent():
            return event.device.id
        case _:
            return None
