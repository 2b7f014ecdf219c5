"""Contacts: added by number, named by a person, and what is written down of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from helpdesk.actions.devices import check_number
from helpdesk.actions.fields import read_values
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.events import ContactUpdated
from helpdesk.queries.contact_conversations import list_audiences, list_open_of
from helpdesk.queries.contact_rows import (
    ContactRow,
    keep_merged,
    lock_contact,
    new_contact,
    set_contacts,
)
from helpdesk.queries.contacts import get_contact, insert_contact
from helpdesk.queries.conversations import lock_conversations
from helpdesk.shapes.conversations import ContactOut


class Added(Struct, frozen=True):
    """The contact of a number, and whether this call made it."""

    contact: ContactOut
    is_new: bool


async def add_contact(work: UnitOfWork, number: str, *, name: str, now: datetime) -> Added:
    """Add a person by number, in any spelling; one that is there already stays as it is.

    Raises InputError when it is no number.
    """
    address = (work.account_id, check_number(number))
    columns = new_contact(address, "person", name.strip(), now)
    columns["is_named"] = bool(name.strip())
    contact, is_new = await insert_contact(work.session, address, columns)
    if is_new:
        work.collect(ContactUpdated(at=now, contact=contact.out()), Audience.SUPERVISORS)
    return Added(contact.out(), is_new)


async def name_contact(
    work: UnitOfWork, actor: Actor, id_: UUID, name: str, *, now: datetime
) -> ContactOut:
    """Name a contact, which the gateway then leaves alone; without a name it names it again.

    Raises NotFound when the actor does not see the contact.
    """
    contact = await lock_seen_contact(work, actor, id_)
    named = replace(contact, name=name.strip(), is_named=bool(name.strip()))
    return await keep_contact(work, contact, named, now=now)


async def fill_contact(
    work: UnitOfWork, actor: Actor, id_: UUID, values: Mapping[UUID, str], *, now: datetime
) -> ContactOut:
    """Write values into fields of a contact, by the fields' ids; an empty one takes it away.

    Raises NotFound when the actor does not see the contact, InputError for values that do not fit.
    """
    given = await read_values(work, values)
    contact = await lock_seen_contact(work, actor, id_)
    merged = contact.fields | given
    filled = replace(contact, fields={id_: value for id_, value in merged.items() if value})
    return await keep_contact(work, contact, filled, now=now)


async def lock_seen_contact(work: UnitOfWork, actor: Actor, id_: UUID) -> ContactRow:
    """Lock a contact that the actor sees, or what it was merged into. Raises NotFound."""
    await keep_merged(work.session, work.account_id)
    seen = await get_contact(work.session, actor, id_)
    return await lock_contact(work.session, work.account_id, seen.id)


async def keep_contact(
    work: UnitOfWork, before: ContactRow, after: ContactRow, *, now: datetime
) -> ContactOut:
    """Store a locked contact and tell of it, where it changed."""
    if after != before:
        await set_contacts(work.session, [after])
        await tell_contacts(work, [after], now=now)
    return after.out()


async def tell_contacts(work: UnitOfWork, contacts: Sequence[ContactRow], *, now: datetime) -> None:
    """Collect how locked contacts are now, for those who see them; their open conversations show
    them, and are locked for it."""
    keys = [(contact.account_id, contact.id) for contact in contacts]
    await lock_conversations(work.session, await list_open_of(work.session, keys))
    audiences = await list_audiences(work.session, keys)
    for contact in contacts:
        work.collect(
            ContactUpdated(at=now, contact=contact.out()),
            audiences[contact.id],
            account_id=contact.account_id,
        )
