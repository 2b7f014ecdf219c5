"""Received messages: their contacts, their conversations, and what changes in these."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct, field

from helpdesk.actions.assign import Need, Owners, decide_owners, record_owners
from helpdesk.actors import SYSTEM
from helpdesk.database import UnitOfWork
from helpdesk.events import (
    Audience,
    ContactUpdated,
    ConversationOpened,
    ConversationReopened,
    MessageReceived,
    MessageSent,
)
from helpdesk.gateways import Inbound
from helpdesk.queries.agents import list_working
from helpdesk.queries.contacts import Address, ContactRow, lock_contacts, set_names
from helpdesk.queries.conversations import (
    ConversationRow,
    find_latest,
    insert_conversations,
    list_open_of,
    lock_conversations,
    store_conversations,
)
from helpdesk.queries.divisions import list_reopen_windows
from helpdesk.queries.inbound import HookDevice
from helpdesk.queries.media import insert_media
from helpdesk.queries.messages import insert_messages
from helpdesk.shapes import (
    ActorOut,
    ContactKind,
    ConversationOut,
    DeviceRef,
    MediaOut,
    MessageOut,
)
from helpdesk.tables.columns import new_id

log = logging.getLogger(__name__)

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


class Thread(Struct, kw_only=True):
    """One conversation of the batch and what happens to it. `row` is None for our own messages
    where nothing is open."""

    row: ConversationRow | None
    before: ConversationOut | None = None
    is_new: bool = False
    is_reopened: bool = False
    last_agent: UUID | None = None
    lines: list[MessageOut] = field(default_factory=list)

    @property
    def open_row(self) -> ConversationRow:
        """The conversation, where there is one."""
        if self.row is None:
            raise ValueError("no conversation")
        return self.row


ThreadKey = tuple[UUID, UUID, UUID]


async def receive_messages(
    work: UnitOfWork, received: Sequence[Received], *, now: datetime
) -> None:
    """Store new messages in their conversations and give these an owner where they have none."""
    if not received:
        return
    contacts = await lock_contacts(work.session, _wanted(received), now=now)
    await _rename(work, received, contacts, now)
    threads = await _find_threads(work, received, contacts, now)
    media = await _expect_media(work, received, now)
    for each in received:
        _add_line(threads[_key(each, contacts)], each, contacts, media, now)
    owners = await _find_owners(work, list(threads.values()), now)
    await _store(work, list(threads.values()))
    await insert_messages(
        work.session,
        [(key[0], line) for key, thread in threads.items() for line in thread.lines],
    )
    _collect(work, threads, now)
    await record_owners(work, owners, now=now)


def _wanted(received: Sequence[Received]) -> dict[Address, tuple[ContactKind, str]]:
    wanted: dict[Address, tuple[ContactKind, str]] = {}
    for each in received:
        inbound = each.inbound
        if inbound.member:
            wanted[each.device.account_id, inbound.member] = ("person", inbound.name)
        kind: ContactKind = "group" if inbound.is_group else "person"
        name = "" if inbound.is_group or inbound.is_own else inbound.name
        wanted[each.address] = (kind, name or wanted.get(each.address, ("", ""))[1])
    return wanted


async def _rename(
    work: UnitOfWork,
    received: Sequence[Received],
    contacts: Mapping[Address, ContactRow],
    now: datetime,
) -> None:
    """Follow the name that the gateway gives, unless a person set one."""
    renamed: dict[UUID, ContactRow] = {}
    for address, (_, name) in _wanted(received).items():
        contact = contacts[address]
        if name and name != contact.name and not contact.is_named:
            contact.name = name
            renamed[contact.id] = contact
    if not renamed:
        return
    await set_names(work.session, list(renamed.values()))
    concerned = await list_open_of(work.session, [(c.account_id, c.id) for c in renamed.values()])
    await lock_conversations(work.session, concerned)
    for contact in renamed.values():
        work.collect(
            ContactUpdated(at=now, contact=contact.out()),
            Audience.EVERYBODY,
            account_id=contact.account_id,
        )


def _key(each: Received, contacts: Mapping[Address, ContactRow]) -> ThreadKey:
    return each.device.account_id, each.device.id, contacts[each.address].id


async def _find_threads(
    work: UnitOfWork,
    received: Sequence[Received],
    contacts: Mapping[Address, ContactRow],
    now: datetime,
) -> dict[ThreadKey, Thread]:
    """Find or open the conversation of each device and contact of the batch."""
    firsts: dict[ThreadKey, Received] = {}
    for each in received:
        key = _key(each, contacts)
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
    if first.inbound.is_own:
        return Thread(row=None)
    if row and row.resolved_at and now - row.resolved_at < _window(row, windows):
        return _reopen(row, contact)
    return Thread(row=_open(first, contact, now), is_new=True)


def _window(row: ConversationRow, windows: Mapping[UUID, timedelta]) -> timedelta:
    return windows.get(row.division_id, REOPEN_WINDOW) if row.division_id else REOPEN_WINDOW


def _reopen(row: ConversationRow, contact: ContactRow) -> Thread:
    before, last_agent = row.out(), row.assignee_id
    row.contact = contact.ref()
    row.resolved_at = None
    row.assignee_id = None
    row.status = "waiting" if row.division_id else "unrouted"
    return Thread(row=row, before=before, is_reopened=True, last_agent=last_agent)


def _open(first: Received, contact: ContactRow, now: datetime) -> ConversationRow:
    return ConversationRow(
        account_id=first.device.account_id,
        id=new_id(),
        contact=contact.ref(),
        device=DeviceRef(id=first.device.id, number=first.device.number),
        opened_at=now,
        last_message_at=now,
    )


async def _expect_media(
    work: UnitOfWork, received: Sequence[Received], now: datetime
) -> dict[UUID, MediaOut]:
    """Note the files that are still to be fetched; returns them by message."""
    return await insert_media(
        work.session,
        [
            (each.device.account_id, each.message_id, each.inbound.attachment)
            for each in received
            if each.inbound.attachment
        ],
        now=now,
    )


def _add_line(
    thread: Thread,
    each: Received,
    contacts: Mapping[Address, ContactRow],
    media: Mapping[UUID, MediaOut],
    now: datetime,
) -> None:
    line = _message(thread, each, contacts, media.get(each.message_id), now)
    thread.lines.append(line)
    row = thread.row
    if row is None:
        return
    row.show_last(line)
    if line.direction == "in":
        row.unread += 1
        if row.waiting_since is None:
            row.waiting_since, row.waiting_number = line.sort_at, line.number
    else:
        row.unread, row.waiting_since, row.waiting_number = 0, None, None


def _message(
    thread: Thread,
    each: Received,
    contacts: Mapping[Address, ContactRow],
    media: MediaOut | None,
    now: datetime,
) -> MessageOut:
    inbound = each.inbound
    contact = contacts[each.address]
    member = contacts.get((each.device.account_id, inbound.member)) if inbound.member else None
    writer = member or contact
    return MessageOut(
        id=each.message_id,
        number=each.number,
        conversation_id=thread.row.id if thread.row else None,
        device_id=each.device.id,
        contact_id=contact.id,
        member_id=member.id if member else None,
        direction="out" if inbound.is_own else "in",
        kind=inbound.kind,
        text=inbound.text,
        media=media,
        location=inbound.location,
        poll=inbound.poll,
        choices=inbound.choices,
        status="sent" if inbound.is_own else None,
        failure="",
        client_id=None,
        sender=SYSTEM
        if inbound.is_own
        else ActorOut(kind="contact", id=writer.id, name=writer.name),
        reply_to=None,
        is_from_phone=inbound.is_own,
        is_possible_repeat=each.is_possible_repeat,
        is_forwarded=inbound.is_forwarded,
        sort_at=min(inbound.sent_at or now, now + FUTURE),
        created_at=now,
    )


async def _find_owners(work: UnitOfWork, threads: Sequence[Thread], now: datetime) -> Owners:
    """Decide owners; a fault there must not cost the message: routing is then due again."""
    needs = await _needs(work, threads)
    if not needs:
        return Owners()
    divisions = [need.row.division_id for need in needs]
    try:
        async with work.savepoint():
            return await decide_owners(work, needs, now=now, is_waiting_allowed=False)
    except Exception:
        log.exception("routing failed; due again")
        for need, division_id in zip(needs, divisions, strict=True):
            _postpone(need.row, division_id, now)
        work.wake("waiting")
        return Owners()


def _postpone(row: ConversationRow, division_id: UUID | None, now: datetime) -> None:
    row.division_id = division_id
    row.assignee_id = None
    row.status = "waiting" if division_id else "unrouted"
    row.route_due_at = now


async def _needs(work: UnitOfWork, threads: Sequence[Thread]) -> list[Need]:
    """Return the conversations of the batch that have no owner who still works here."""
    open_threads = [thread for thread in threads if thread.row]
    working = await list_working(
        work.session,
        [
            (thread.open_row.account_id, thread.open_row.assignee_id)
            for thread in open_threads
            if thread.open_row.assignee_id
        ],
    )
    needs = []
    for thread in open_threads:
        row = thread.open_row
        if row.assignee_id in working:
            row.status = "assigned"
        elif row.assignee_id or row.status == "unrouted" or thread.is_new or thread.is_reopened:
            needs.append(_need(thread))
    return needs


def _need(thread: Thread) -> Need:
    row = thread.open_row
    row.assignee_id = None
    row.status = "waiting" if row.division_id else "unrouted"
    text = next((line.text for line in thread.lines if line.direction == "in"), "")
    return Need(row=row, text=text, preferred=thread.last_agent, before=thread.before)


async def _store(work: UnitOfWork, threads: Sequence[Thread]) -> None:
    rows = [thread.open_row for thread in threads if thread.row and thread.is_new]
    await insert_conversations(work.session, rows)
    known = [thread.open_row for thread in threads if thread.row and not thread.is_new]
    await store_conversations(work.session, known)


def _collect(work: UnitOfWork, threads: Mapping[ThreadKey, Thread], now: datetime) -> None:
    for (account_id, _, _), thread in threads.items():
        after = thread.row.out() if thread.row else None
        audience = Audience.of(after, thread.before)
        if after and (thread.is_new or thread.is_reopened):
            kind = ConversationOpened if thread.is_new else ConversationReopened
            work.collect(
                kind(at=now, conversation_id=after.id, conversation=after, by=SYSTEM),
                audience,
                account_id=account_id,
            )
        for line in thread.lines:
            happened = MessageReceived if line.direction == "in" else MessageSent
            work.collect(
                happened(
                    at=now,
                    conversation_id=line.conversation_id,
                    message=line,
                    conversation=after,
                ),
                audience,
                account_id=account_id,
            )
