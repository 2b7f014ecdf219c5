"""What an actor may see of conversations, as a check and as a condition in SQL."""

from helpdesk.actors import Actor
from helpdesk.errors import NotFound
from helpdesk.queries.conversation_rows import ConversationRow


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
