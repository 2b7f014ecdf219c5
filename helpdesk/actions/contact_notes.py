"""Notes about a contact: they stay in the house, and stand beside all of its conversations."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from helpdesk.actions.contacts import lock_seen_contact, tell_contacts
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Forbidden, InputError
from helpdesk.queries.contact_notes import (
    delete_contact_note,
    get_contact_note,
    insert_contact_note,
)
from helpdesk.shapes.contacts import ContactNoteOut
from helpdesk.tables.columns import new_id


async def add_contact_note(
    work: UnitOfWork, actor: Actor, contact_id: UUID, text: str, *, now: datetime
) -> ContactNoteOut:
    """Write a note about a contact. Raises NotFound, InputError when there is nothing in it."""
    if not text.strip():
        raise InputError("The note is empty.", errors={"text": "Give a text."})
    contact = await lock_seen_contact(work, actor, contact_id)
    by = actor.out()
    note = ContactNoteOut(id=new_id(), text=text.strip(), by=by, created_at=now)
    await insert_contact_note(
        work.session,
        {
            "account_id": work.account_id,
            "id": note.id,
            "contact_id": contact.id,
            "text": note.text,
            "writer_kind": by.kind,
            "writer_id": by.id,
            "writer_name": by.name,
            "created_at": now,
        },
    )
    await tell_contacts(work, [replace(contact, notes=contact.notes + 1)], now=now)
    return note


async def remove_contact_note(
    work: UnitOfWork, actor: Actor, contact_id: UUID, id_: UUID, *, now: datetime
) -> None:
    """Delete a note: one's own, or as a supervisor any. Raises NotFound, Forbidden."""
    contact = await lock_seen_contact(work, actor, contact_id)
    note = await get_contact_note(work.session, work.account_id, contact.id, id_)
    if not actor.is_supervising and note.by.id != actor.id:
        raise Forbidden("Only its writer or a supervisor may delete a note.", reason="not_writer")
    await delete_contact_note(work.session, work.account_id, id_)
    await tell_contacts(work, [replace(contact, notes=contact.notes - 1)], now=now)
