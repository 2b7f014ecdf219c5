"""Notes about contacts over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from helpdesk.actions.contact_notes import add_contact_note, remove_contact_note
from helpdesk.api.access import STAFF, allow
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.pages import Page, page, read_after
from helpdesk.queries.contact_notes import list_contact_notes
from helpdesk.queries.contacts import get_contact
from helpdesk.shapes.contacts import ContactNoteOut


class ContactNoteIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A note about a contact."""

    text: Annotated[str, Meta(min_length=1, max_length=10_000)]


@get("/contacts/{contact_id:uuid}/notes", opt=allow(STAFF), operation_id="list_contact_notes")
async def list_all(
    contact_id: FromPath[UUID],
    reading: Reading,
    actor: Acting,
    after: After = None,
    limit: Limit = 50,
) -> Page[ContactNoteOut]:
    """List the notes about a contact, newest first."""
    contact = await get_contact(reading, actor, contact_id)
    notes = await list_contact_notes(
        reading, actor.account_id, contact.id, before=read_after(after, UUID), limit=limit
    )
    return page(notes, limit, lambda note: note.id)


@post("/contacts/{contact_id:uuid}/notes", opt=allow(STAFF), operation_id="add_contact_note")
async def add(
    contact_id: FromPath[UUID], data: JSONBody[ContactNoteIn], work: Work, actor: Acting, now: Now
) -> ContactNoteOut:
    """Write a note about a contact; it stays in the house."""
    return await add_contact_note(work, actor, contact_id, data.text, now=now)


@delete(
    "/contacts/{contact_id:uuid}/notes/{note_id:uuid}",
    opt=allow(STAFF),
    operation_id="remove_contact_note",
)
async def remove(
    contact_id: FromPath[UUID], note_id: FromPath[UUID], work: Work, actor: Acting, now: Now
) -> None:
    """Delete a note: agents their own, supervisors any."""
    await remove_contact_note(work, actor, contact_id, note_id, now=now)


router = Router("/", route_handlers=[list_all, add, remove])
