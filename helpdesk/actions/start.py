"""Starting a conversation: with a number that did not write first."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.agents import ensure_own_seat
from helpdesk.actions.assign import collect_assigned, own
from helpdesk.actions.devices import check_number
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict
from helpdesk.events import ContactUpdated, ConversationOpened
from helpdesk.queries.agents import find_agent, lock_agent
from helpdesk.queries.contact_rows import ContactRow, lock_contacts, set_contacts
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import find_latest, insert_conversations, lock_conversation
from helpdesk.queries.devices import get_device
from helpdesk.queries.visible import is_visible
from helpdesk.shapes.conversations import ConversationOut, DeviceRef
from helpdesk.tables.columns import new_id


class Started(Struct, frozen=True):
    """The open conversation with the number, and whether this call opened it."""

    conversation: ConversationOut
    is_new: bool


async def start_conversation(
    work: UnitOfWork, actor: Actor, device_id: UUID, number: str, *, name: str, now: datetime
) -> Started:
    """Open a conversation that the actor owns, or return the one that is open already.

    The number is taken in any spelling. No turn is taken. Raises InputError when it is no number,
    Conflict when the contact is blocked, or, naming the owner, when somebody else's is open that
    the actor does not see.
    """
    device = await get_device(work.session, actor.account_id, device_id)
    address = (actor.account_id, check_number(number))
    contacts = await lock_contacts(work.session, {address: ("person", "")}, now=now)
    if contacts[address].blocked_at:
        raise Conflict("The contact is blocked. Unblock it first.", reason="blocked")
    contact = await _name(work, contacts[address], name.strip(), now)
    pair = (actor.account_id, device.id, contact.address_id)
    latest = (await find_latest(work.session, [pair])).get(pair)
    if latest:
        row = await lock_conversation(work.session, actor.account_id, latest)
        if row.status != "resolved":
            return Started(await _known(work, actor, row), is_new=False)
    owner = actor.agent_id or await ensure_own_seat(work, actor, device.id, now=now)
    agent = await lock_agent(work.session, actor.account_id, owner)
    row = ConversationRow(
        account_id=actor.account_id,
        id=new_id(),
        contact=contact.ref(),
        address_id=contact.address_id,
        device=DeviceRef(id=device.id, number=device.number),
        division_id=agent.division_id,
        opened_at=now,
        last_message_at=now,
    )
    own(row, owner, "started", by=actor.out(), now=now)
    await insert_conversations(work.session, [row])
    return Started(_collect_opened(work, actor, row, now), is_new=True)


async def _name(work: UnitOfWork, contact: ContactRow, name: str, now: datetime) -> ContactRow:
    """Name a contact that nobody named yet."""
    if name and not contact.name and contact.is_alone:
        contact.name, contact.is_named = name, True
        await set_contacts(work.session, [contact])
        work.collect(ContactUpdated(at=now, contact=contact.out()), Audience.SUPERVISORS)
    return contact


async def _known(work: UnitOfWork, actor: Actor, row: ConversationRow) -> ConversationOut:
    if is_visible(actor, row):
        return row.out()
    owner = row.assignee_id and await find_agent(work.session, row.account_id, row.assignee_id)
    raise Conflict(
        f"{owner.name} answers this customer already."
        if owner
        else "This customer waits in another division already.",
        reason="open_elsewhere",
        owner={"id": owner.id, "name": owner.name} if owner else None,
    )


def _collect_opened(
    work: UnitOfWork, actor: Actor, row: ConversationRow, now: datetime
) -> ConversationOut:
    after = row.out()
    work.collect(
        ConversationOpened(at=now, conversation_id=row.id, conversation=after, by=actor.out()),
        Audience.of(after),
    )
    collect_assigned(work, row, before=None, turn=None, by=actor.out(), now=now)
    return after
