"""Who may dispose of a conversation: it is locked, its owner checked, and what was done is told."""

from datetime import datetime
from uuid import UUID

from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict
from helpdesk.events import ConversationEvent
from helpdesk.queries.agents import find_agent
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import lock_conversation, store_conversations
from helpdesk.queries.visible import require_visible
from helpdesk.shapes.conversations import ConversationOut


async def lock_seen(
    work: UnitOfWork, actor: Actor, id_: UUID
) -> tuple[ConversationRow, ConversationOut]:
    """Lock a conversation that the actor sees, and return it with how it was."""
    row = await lock_conversation(work.session, actor.account_id, id_)
    require_visible(actor, row)
    return row, row.out()


async def lock_disposable(
    work: UnitOfWork, actor: Actor, id_: UUID
) -> tuple[ConversationRow, ConversationOut]:
    """Lock an open conversation that the actor may dispose of: its owner, or a supervisor."""
    row, before = await lock_seen(work, actor, id_)
    if row.status == "resolved":
        raise resolved(row)
    if actor.role == "agent" and row.assignee_id != actor.agent_id:
        raise await owned(work, row)
    return row, before


def resolved(row: ConversationRow) -> Conflict:
    """Return the refusal of what only an open conversation can have done to it."""
    return Conflict(
        "The conversation is resolved. Reopen it first.", reason="resolved", conversation=row.out()
    )


def require_unblocked(row: ConversationRow) -> None:
    """Raise Conflict where the contact is blocked: nobody talks with it from here."""
    if row.contact.is_blocked:
        raise Conflict(
            "The contact is blocked. Unblock it first.", reason="blocked", conversation=row.out()
        )


def end(row: ConversationRow, now: datetime) -> None:
    """Make a conversation a resolved one; its owner is kept, for the case that it is reopened."""
    row.status = "resolved"
    row.resolved_at, row.snoozed_until = now, None
    row.unread, row.unanswered_since = 0, None
    row.waiting_since, row.waiting_number, row.route_due_at = None, None, None
    row.end_menu()


async def owned(work: UnitOfWork, row: ConversationRow) -> Conflict:
    """Return the refusal that names the owner."""
    owner = row.assignee_id and await find_agent(work.session, row.account_id, row.assignee_id)
    return Conflict(
        f"The conversation belongs to {owner.name}." if owner else "Nobody owns it now. Take it.",
        reason="not_owner",
        owner={"id": owner.id, "name": owner.name} if owner else None,
        conversation=row.out(),
    )


async def finish(
    work: UnitOfWork,
    happened: type[ConversationEvent],
    actor: Actor,
    row: ConversationRow,
    before: ConversationOut,
    *,
    now: datetime,
    **facts: str | None,
) -> ConversationOut:
    """Store the conversation and collect what happened, with the facts that this event has."""
    await store_conversations(work.session, [row])
    after = row.out()
    work.collect(
        happened(at=now, conversation_id=row.id, conversation=after, by=actor.out(), **facts),
        Audience.of(after, before),
    )
    return after
