"""The threads of a batch: each message's conversation, found, reopened or opened."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct, field

from helpdesk.actors import SYSTEM
from helpdesk.database import UnitOfWork
from helpdesk.gateways import Inbound
from helpdesk.queries.contact_rows import Address, ContactRow
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import find_latest, lock_conversations
from helpdesk.queries.divisions import list_reopen_windows
from helpdesk.queries.inbound import HookDevice
from helpdesk.shapes.conversations import ConversationOut, DeviceRef
from helpdesk.shapes.messages import ActorOut, MediaOut, MessageOut
from helpdesk.tables.columns import new_id

FUTURE = timedelta(minutes=1)
REOPEN_WINDOW = timedelta(hours=24)


class Received(Struct, frozen=True, kw_only=True):
    """One new message, its id and number given."""

    device: HookDevice
    inbound: Inbound
    message_id: UUID
    number: int
    is_possible_repeat: bool = False

    @property
    def address(self) -> Address:
        """The other side of the chat."""
        return self.device.account_id, self.inbound.address

    @property
    def is_heard(self) -> bool:
        """Whether what answers or passes on by itself takes notice: of others, as switched."""
        device, inbound = self.device, self.inbound
        is_wanted = inbound.is_group or device.is_personal_told
        return device.is_autoread and is_wanted and not inbound.is_own


class Thread(Struct, kw_only=True):
    """One conversation of the batch and what happens to it.

    `row` is None where nothing is open, for our own messages and for those of a blocked contact;
    what the latter writes is kept in the conversation that was the last, `past_id`.
    """

    row: ConversationRow | None
    past_id: UUID | None = None
    before: ConversationOut | None = None
    is_new: bool = False
    is_reopened: bool = False
    lines: list[MessageOut] = field(default_factory=list)

    @property
    def is_own(self) -> bool:
        """Whether nothing in it comes from the contact."""
        return all(line.direction == "out" for line in self.lines)

    @property
    def open_row(self) -> ConversationRow:
        """The conversation, where there is one."""
        if self.row is None:
            raise ValueError("no conversation")
        return self.row


class Along(Struct, frozen=True):
    """What comes along with messages, by message: their files, and what they answer."""

    media: Mapping[UUID, MediaOut]
    quoted: Mapping[UUID, UUID]


ThreadKey = tuple[UUID, UUID, UUID]


def key_of(each: Received, contacts: Mapping[Address, ContactRow]) -> ThreadKey:
    """Return which conversation the message belongs to."""
    return each.device.account_id, each.device.id, contacts[each.address].address_id


async def find_threads(
    work: UnitOfWork,
    received: Sequence[Received],
    contacts: Mapping[Address, ContactRow],
    now: datetime,
) -> dict[ThreadKey, Thread]:
    """Find or open the conversation of each device and contact of the batch."""
    firsts: dict[ThreadKey, Received] = {}
    for each in received:
        key = key_of(each, contacts)
        if key not in firsts or firsts[key].inbound.is_own:
            firsts[key] = each
    latest = await find_latest(work.session, list(firsts))
    rows = await lock_conversations(work.session, ((key[0], id_) for key, id_ in latest.items()))
    windows = await list_reopen_windows(
        work.session,
        [(r.account_id, r.division_id) for r in rows.values() if _is_resolved(r) and r.division_id],
    )
    threads = {}
    for key, first in firsts.items():
        row = rows.get(latest[key]) if key in latest else None
        contact = contacts[first.address]
        threads[key] = _thread(row, first, contact, windows, now)
    return threads


def _is_resolved(row: ConversationRow) -> bool:
    return row.status == "resolved"


def _thread(
    row: ConversationRow | None,
    first: Received,
    contact: ContactRow,
    windows: Mapping[UUID, timedelta],
    now: datetime,
) -> Thread:
    if row and not _is_resolved(row):
        row.contact = contact.ref()
        return Thread(row=row, before=row.out())
    if contact.blocked_at:
        return Thread(row=None, past_id=row.id if row else None)
    if first.inbound.is_own:
        return Thread(row=None)
    if row and row.resolved_at and now - row.resolved_at < _window(row, windows):
        return _reopen(row, contact)
    return Thread(row=_open(first, contact, now), is_new=True)


def _window(row: ConversationRow, windows: Mapping[UUID, timedelta]) -> timedelta:
    return windows.get(row.division_id, REOPEN_WINDOW) if row.division_id else REOPEN_WINDOW


def _reopen(row: ConversationRow, contact: ContactRow) -> Thread:
    before = row.out()
    row.contact = contact.ref()
    row.resolved_at = None
    row.preferred_id, row.assignee_id = row.assignee_id, None
    row.status = "waiting" if row.division_id else "unrouted"
    row.end_menu()
    return Thread(row=row, before=before, is_reopened=True)


def _open(first: Received, contact: ContactRow, now: datetime) -> ConversationRow:
    return ConversationRow(
        account_id=first.device.account_id,
        id=new_id(),
        contact=contact.ref(),
        address_id=contact.address_id,
        is_group=contact.kind == "group",
        device=DeviceRef(id=first.device.id, number=first.device.number),
        opened_at=now,
        last_message_at=now,
    )


def add_line(
    thread: Thread,
    each: Received,
    contacts: Mapping[Address, ContactRow],
    along: Along,
    now: datetime,
) -> None:
    """Add the message to its thread, and to the conversation's counts and clock."""
    line = _message(thread, each, contacts, along, now)
    thread.lines.append(line)
    row = thread.row
    if row is None:
        return
    row.show_last(line)
    if line.direction == "in":
        row.note_question(line)
    else:
        row.note_answer()


def _place(thread: Thread, inbound: Inbound) -> UUID | None:
    if thread.row:
        return thread.row.id
    return None if inbound.is_own else thread.past_id


def _message(
    thread: Thread,
    each: Received,
    contacts: Mapping[Address, ContactRow],
    along: Along,
    now: datetime,
) -> MessageOut:
    inbound = each.inbound
    contact = contacts[each.address]
    member = contacts.get((each.device.account_id, inbound.member)) if inbound.member else None
    writer = member or contact
    return MessageOut(
        id=each.message_id,
        number=each.number,
        conversation_id=_place(thread, inbound),
        device_id=each.device.id,
        contact_id=contact.address_id,
        member_id=member.address_id if member else None,
        direction="out" if inbound.is_own else "in",
        kind=inbound.kind,
        text=inbound.text,
        media=along.media.get(each.message_id),
        location=inbound.location,
        poll=inbound.poll,
        choices=inbound.choices,
        status="sent" if inbound.is_own else None,
        failure="",
        client_id=None,
        sender=SYSTEM
        if inbound.is_own
        else ActorOut(
            kind="contact", id=writer.id, name=writer.name or (member.address if member else "")
        ),
        reply_to=along.quoted.get(each.message_id),
        is_from_phone=inbound.is_own,
        is_possible_repeat=each.is_possible_repeat,
        is_forwarded=inbound.is_forwarded,
        is_deleted=False,
        edited_at=None,
        reactions=[],
        sort_at=min(inbound.sent_at or now, now + FUTURE),
        created_at=now,
        broadcast_id=None,
        mentions=[],
    )
