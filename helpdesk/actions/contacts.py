"""Contacts: added by number, named by a person."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from helpdesk.actions.devices import check_number
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.events import Audience, ContactUpdated
from helpdesk.queries.contacts import (
    ContactRow,
    get_contact,
    insert_contact,
    lock_contact,
    set_names,
)
from helpdesk.queries.conversations import list_audiences, list_open_of, lock_conversations
from helpdesk.shapes.conversations import ContactOut
from helpdesk.tables.columns import new_id


class Added(Struct, frozen=True):
    """The contact of a number, and whether this call made it."""

    contact: ContactOut
    is_new: bool


async def add_contact(work: UnitOfWork, number: str, *, name: str, now: datetime) -> Added:
    """Add a person by number, in any spelling; one that is there already stays as it is.

    Raises InputError when it is no number.
    """
    contact = ContactRow(
        account_id=work.account_id,
        id=new_id(),
        kind="person",
        address=check_number(number),
        name=name.strip(),
        is_named=bool(name.strip()),
        created_at=now,
    )
    known = await insert_contact(work.session, contact)
    if known:
        return Added(known.out(), is_new=False)
    work.collect(ContactUpdated(at=now, contact=contact.out()), Audience.SUPERVISORS)
    return Added(contact.out(), is_new=True)


async def name_contact(
    work: UnitOfWork, actor: Actor, id_: UUID, name: str, *, now: datetime
) -> ContactOut:
    """Name a contact, which the gateway then leaves alone; without a name it names it again.

    Raises NotFound when the actor does not see the contact.
    """
    await get_contact(work.session, actor, id_)
    contact = await lock_contact(work.session, work.account_id, id_)
    named = msgspec.structs.replace(contact, name=name.strip(), is_named=bool(name.strip()))
    if named == contact:
        return contact.out()
    await set_names(work.session, [named])
    concerned = await list_open_of(work.session, [(work.account_id, id_)])
    await lock_conversations(work.session, concerned)
    audiences = await list_audiences(work.session, [(work.account_id, id_)])
    work.collect(ContactUpdated(at=now, contact=named.out()), audiences[id_])
    return named.out()
