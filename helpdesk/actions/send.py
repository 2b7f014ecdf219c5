"""Sending to numbers: a message goes into the contact's open conversation, and opens none.

Nobody has to own that conversation: its owner, its place in the queue and what is unread in it
stay as they are, for a program's message is no answer to what the contact wrote.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from helpdesk.actions.outgoing import (
    PLAIN,
    Addressee,
    Content,
    Manner,
    Queued,
    check_content,
    new_message,
    queue_messages,
)
from helpdesk.actions.rotators import pick_numbers
from helpdesk.database import UnitOfWork
from helpdesk.queries.contact_rows import Address, ContactRow, lock_contacts
from helpdesk.queries.conversation_rows import GROUP, ConversationRow
from helpdesk.queries.conversations import find_latest, lock_conversations
from helpdesk.queries.messages import find_received, next_numbers
from helpdesk.shapes.messages import ActorOut, MessageOut
from helpdesk.shapes.words import ContactKind
from helpdesk.tables.columns import new_id

Chat = tuple[UUID, UUID, UUID]
"""Account, device, and the contact's row of the number."""


class Send(Struct, frozen=True, kw_only=True):
    """One message to one address by a device; `sender` is who says it.

    `rotator` is the N of a `rotator#N`, which picks the address where it is given.
    `name` is what a new contact is called. `quoted` is the number of the message that this answers;
    one that the contact did not write on this device is not quoted. What `is_apart` goes into no
    conversation.
    """

    sender: ActorOut
    device_id: UUID
    address: str
    content: Content
    due_at: datetime
    name: str = ""
    quoted: int = 0
    rotator: int | None = None
    manner: Manner = PLAIN
    is_apart: bool = False


class Addressed(Struct, frozen=True):
    """A message that was accepted, and the address that it goes to."""

    message: MessageOut
    address: str


async def send_to_addresses(
    work: UnitOfWork, sends: Sequence[Send], *, now: datetime
) -> list[Addressed]:
    """Accept messages, all or none, and return them in the order given.

    What the system says is left out where its device may not send it. Raises InputError when the
    content of one cannot be sent, NotFound for an unknown rotator, and Conflict when a device may
    not send as much this month.
    """
    for send in sends:
        check_content(send.content)
    sends = await _resolve(work, sends)
    contacts = await lock_contacts(work.session, _wanted(work.account_id, sends), now=now)
    chats = [_chat(work.account_id, send, contacts) for send in sends]
    rows = await _lock_open(work, chats)
    asked = {send.quoted for send in sends if send.quoted}
    quoted = await find_received(work.session, work.account_id, asked) if asked else {}
    numbers = await next_numbers(work.session, len(sends))
    queued = []
    for send, chat, number in zip(sends, chats, numbers, strict=True):
        row = None if send.is_apart else rows.get(chat)
        message = new_message(
            send.sender,
            Addressee(device_id=send.device_id, contact_id=chat[2], row=row),
            send.content,
            id_=new_id(),
            number=number,
            now=now,
            reply_to=quoted.get((send.quoted, *chat[1:])),
        )
        if send.manner.broadcast_id:
            message = replace(message, broadcast_id=send.manner.broadcast_id)
        queued.append(Queued(message, row, send.due_at, send.manner))
    addresses = {each.message.id: send.address for each, send in zip(queued, sends, strict=True)}
    accepted = await queue_messages(work, queued, now=now)
    return [Addressed(each.message, addresses[each.message.id]) for each in accepted]


async def _resolve(work: UnitOfWork, sends: Sequence[Send]) -> list[Send]:
    """Put the number that its rotator picks in the place of each send's address."""
    picked = iter(
        await pick_numbers(work, [send.rotator for send in sends if send.rotator is not None])
    )
    return [send if send.rotator is None else replace(send, address=next(picked)) for send in sends]


def _wanted(account_id: UUID, sends: Sequence[Send]) -> dict[Address, tuple[ContactKind, str]]:
    wanted: dict[Address, tuple[ContactKind, str]] = {}
    for send in sends:
        kind: ContactKind = "group" if send.address.endswith(GROUP) else "person"
        wanted.setdefault((account_id, send.address), (kind, send.name))
    return wanted


def _chat(account_id: UUID, send: Send, contacts: Mapping[Address, ContactRow]) -> Chat:
    return account_id, send.device_id, contacts[account_id, send.address].address_id


async def _lock_open(work: UnitOfWork, chats: Sequence[Chat]) -> dict[Chat, ConversationRow]:
    latest = await find_latest(work.session, list(dict.fromkeys(chats)))
    rows = await lock_conversations(work.session, ((key[0], id_) for key, id_ in latest.items()))
    return {
        chat: rows[id_]
        for chat, id_ in latest.items()
        if id_ in rows and rows[id_].status != "resolved"
    }
