"""Forwarding: a message goes into another conversation, or to a number."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from helpdesk.actions.reply import Draft, Replied, reply
from helpdesk.actions.start import Started, start_conversation
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import InputError
from helpdesk.queries.visible import get_visible_message


class Destination(Struct, frozen=True, kw_only=True):
    """An open conversation; or, where that is None, a number in any spelling by a device."""

    conversation_id: UUID | None = None
    device_id: UUID | None = None
    number: str = ""


async def forward_message(
    work: UnitOfWork,
    actor: Actor,
    message_id: UUID,
    to: Destination,
    client_id: UUID,
    *,
    now: datetime,
) -> Replied:
    """Send what a message says once more, marked as forwarded; once per client id.

    A number without an open conversation gets one, which the actor owns. Raises NotFound and
    Conflict as an answer does, InputError for what cannot be forwarded.
    """
    message = await get_visible_message(work.session, actor, message_id)
    is_lasting = message.direction != "note" and not message.is_deleted
    if not is_lasting or message.kind in {"poll_vote", "contact", "other"}:
        raise InputError(
            "This cannot be forwarded. Copy its text instead.",
            errors={"message_id": "Give a text, file, location or poll."},
        )
    draft = Draft(
        client_id=client_id,
        text=message.text,
        media_id=message.media.id if message.media else None,
        location=message.location,
        poll=message.poll,
        is_forwarded=True,
    )
    if to.conversation_id:
        return await reply(work, actor, to.conversation_id, draft, now=now)
    started = await _start(work, actor, to, now)
    owner = started.conversation.assignee_id if started.is_new else None
    writer = replace(actor, agent_id=actor.agent_id or owner)
    return await reply(work, writer, started.conversation.id, draft, now=now)


async def _start(work: UnitOfWork, actor: Actor, to: Destination, now: datetime) -> Started:
    if to.device_id is None:
        raise InputError(
            "Name a conversation, or a device and a number.",
            errors={"conversation_id": "Give this, or device_id and number."},
        )
    return await start_conversation(work, actor, to.device_id, to.number, name="", now=now)
