"""What an actor may see of conversations and their lines."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.actors import Actor
from helpdesk.errors import NotFound
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.messages import find_messages
from helpdesk.shapes.messages import MessageOut


def is_visible(actor: Actor, row: ConversationRow) -> bool:
    """Whether the actor sees the conversation."""
    if actor.is_supervising:
        return True
    if actor.role == "device":
        return row.device.id == actor.device_id
    if row.assignee_id == actor.id:
        return True
    return (
        actor.sees == "division" and bool(row.division_id) and row.division_id == actor.division_id
    )


def require_visible(actor: Actor, row: ConversationRow) -> None:
    """Raise NotFound unless the actor sees the conversation."""
    if not is_visible(actor, row):
        raise NotFound("There is no such conversation.")


def require_division_visible(actor: Actor, id_: UUID) -> None:
    """Raise NotFound unless the actor sees what happens in the division, whoever it happens to."""
    is_own = actor.sees == "division" and actor.division_id == id_
    if not (actor.is_supervising or is_own):
        raise NotFound("There is no such division.")


def sees_notes(actor: Actor) -> bool:
    """Whether the actor is of the house: a device's token is a program outside of it."""
    return actor.role != "device"


async def get_visible_message(session: AsyncSession, actor: Actor, id_: UUID) -> MessageOut:
    """Return a message that the actor sees. Raises NotFound."""
    message = (await find_messages(session, [(actor.account_id, id_)])).get(id_)
    if message is None or (message.direction == "note" and not sees_notes(actor)):
        raise NotFound("There is no such message.")
    if message.conversation_id:
        row = await get_conversation(session, actor.account_id, message.conversation_id)
        require_visible(actor, row)
    elif not (actor.is_supervising or _is_sent_by(actor, message)):
        raise NotFound("There is no such message.")
    return message


def _is_sent_by(actor: Actor, message: MessageOut) -> bool:
    """Whether it was sent by the actor's device, and not by the server itself: that may be a code
    which the device's token alone is not to know."""
    return actor.device_id == message.device_id and message.sender.kind != "system"
