"""Blocking: what a contact writes is kept, but opens nothing, and nobody writes to it from here."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from helpdesk.actions.contacts import keep_contact, lock_seen_contact
from helpdesk.actions.disposal import end, finish, owned
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict
from helpdesk.events import ConversationResolved
from helpdesk.queries.contact_conversations import list_open_of, list_resolved_at
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import lock_conversations
from helpdesk.queries.visible import is_visible
from helpdesk.shapes.conversations import ContactOut

REASON = "Blocked"


async def block_contact(work: UnitOfWork, actor: Actor, id_: UUID, *, now: datetime) -> ContactOut:
    """Block a contact and resolve what is open with it; a blocked one stays as it is.

    Raises NotFound when the actor does not see the contact, Conflict when an agent would thereby
    resolve what somebody else owns, or nobody; of what they do not see it tells nothing.
    """
    contact = await lock_seen_contact(work, actor, id_)
    if contact.blocked_at:
        return contact.out()
    open_ = await list_open_of(work.session, [(work.account_id, contact.id)])
    befores = await lock_conversations(work.session, open_)
    await _require_own(work, actor, befores.values())
    out = await keep_contact(work, contact, replace(contact, blocked_at=now), now=now)
    rows = await lock_conversations(work.session, open_)
    for id_, row in rows.items():
        end(row, now)
        before = befores[id_].out()
        await finish(work, ConversationResolved, actor, row, before, now=now, reason=REASON)
    work.wake("waiting")
    return out


async def unblock_contact(
    work: UnitOfWork, actor: Actor, id_: UUID, *, now: datetime
) -> ContactOut:
    """Let a contact write again; what it wrote meanwhile stays where it is.

    Raises NotFound when the actor does not see the contact, Conflict when it could not have blocked
    it, for what that resolved was somebody else's.
    """
    contact = await lock_seen_contact(work, actor, id_)
    if contact.blocked_at is None:
        return contact.out()
    key = (work.account_id, contact.id)
    ended = await list_resolved_at(work.session, key, contact.blocked_at)
    await _require_own(work, actor, (await lock_conversations(work.session, ended)).values())
    return await keep_contact(work, contact, replace(contact, blocked_at=None), now=now)


async def _require_own(work: UnitOfWork, actor: Actor, rows: Iterable[ConversationRow]) -> None:
    """Raise Conflict where an agent is not the owner; of what it does not see it tells nothing."""
    for row in rows:
        if actor.role == "agent" and row.assignee_id != actor.agent_id:
            if is_visible(actor, row):
                raise await owned(work, row)
            raise Conflict(
                "Others talk with this contact, too. Ask a supervisor.", reason="open_elsewhere"
            )
