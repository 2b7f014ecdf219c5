"""Received messages: their contacts, their conversations, and what changes in these."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from helpdesk.actions.assign import Need, Owners, decide_owners, record_owners
from helpdesk.actions.automatic import choose_texts
from helpdesk.actions.autoreplying import choose_autoreplies, write_autoreplies
from helpdesk.actions.contacts import tell_contacts
from helpdesk.actions.echoes import confirm_echoes
from helpdesk.actions.menus import CanPoll, Heard
from helpdesk.actions.outgoing import queue_messages
from helpdesk.actions.receipts import announce_messages
from helpdesk.actions.relays import note_relays
from helpdesk.actions.threads import (
    Along,
    Received,
    Thread,
    ThreadKey,
    add_line,
    find_threads,
    key_of,
)
from helpdesk.actors import SYSTEM
from helpdesk.audiences import Audience
from helpdesk.database import Session, UnitOfWork
from helpdesk.events import ConversationOpened, ConversationReopened, MessageReceived, MessageSent
from helpdesk.queries.changes import find_by_provider
from helpdesk.queries.contact_rows import Address, ContactRow, lock_contacts, set_contacts
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import (
    insert_conversations,
    store_conversations,
)
from helpdesk.queries.media import find_files, insert_media
from helpdesk.queries.messages import insert_messages
from helpdesk.queries.polls import insert_votes
from helpdesk.shapes.messages import MediaOut, MessageOut
from helpdesk.shapes.words import ContactKind

log = logging.getLogger(__name__)


async def receive_messages(
    work: UnitOfWork, received: Sequence[Received], *, can_poll: CanPoll, now: datetime
) -> None:
    """Store new messages in their conversations and give these an owner where they have none."""
    if not received:
        return
    answers = await choose_autoreplies(work, received, now=now)
    contacts = await lock_contacts(work.session, _wanted(received), now=now)
    await _rename(work, received, contacts, now)
    threads = await find_threads(work, received, contacts, now)
    places = [(key_of(each, contacts), each) for each in received]
    echoes = await confirm_echoes(work, places, threads)
    received = [each for each in received if each.message_id not in echoes]
    along = Along(
        await _expect_media(work, received, now), await _find_quoted(work.session, received)
    )
    for each in received:
        add_line(threads[key_of(each, contacts)], each, contacts, along, now)
    owners = await _find_owners(work, list(threads.values()), can_poll, now)
    told = await choose_texts(
        work,
        [thread.open_row for thread in threads.values() if thread.row and not thread.is_own],
        routed=[need.row for need, _ in owners.routed],
        now=now,
    )
    told += await write_autoreplies(work, answers, threads.values(), can_poll=can_poll, now=now)
    await _store(work, list(threads.values()))
    lines = [(key[0], line) for key, thread in threads.items() for line in thread.lines]
    await insert_messages(work.session, lines)
    await insert_votes(work.session, lines)
    await note_relays(work, received)
    _collect(work, threads, now)
    await queue_messages(work, told, now=now)
    await record_owners(work, owners, now=now)
    await announce_messages(work, list(echoes.values()), now=now)


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
    """Follow the name that the gateway gives, unless a person set one, or merged the contact."""
    renamed: dict[UUID, ContactRow] = {}
    for address, (_, name) in _wanted(received).items():
        contact = contacts[address]
        if name and name != contact.name and not contact.is_named and contact.is_alone:
            contact.name = name
            renamed[contact.id] = contact
    if renamed:
        await set_contacts(work.session, list(renamed.values()))
        await tell_contacts(work, list(renamed.values()), now=now)


async def _expect_media(
    work: UnitOfWork, received: Sequence[Received], now: datetime
) -> dict[UUID, MediaOut]:
    """Note the files that are still to be fetched; returns all that come along, by message."""
    named = {
        each.message_id: (each.device.account_id, each.inbound.media_id)
        for each in received
        if each.inbound.media_id
    }
    stored = await find_files(work.session, named.values())
    expected = await insert_media(
        work.session,
        [
            (each.device.account_id, each.message_id, each.inbound.attachment)
            for each in received
            if each.inbound.attachment
        ],
        now=now,
    )
    if expected:
        work.wake("media")
    return expected | {id_: stored[key] for id_, key in named.items() if key in stored}


async def _find_quoted(session: Session, received: Sequence[Received]) -> dict[UUID, UUID]:
    """Return which message each answers, where it says so and that one is here."""
    keys = {
        each.message_id: (each.device.account_id, each.device.id, each.inbound.reply_to)
        for each in received
        if each.inbound.reply_to
    }
    found = await find_by_provider(session, keys.values())
    return {id_: found[key] for id_, key in keys.items() if key in found}


async def _find_owners(
    work: UnitOfWork, threads: Sequence[Thread], can_poll: CanPoll, now: datetime
) -> Owners:
    """Decide owners; a fault there must not cost the message: routing is then due again."""
    needs = _needs(threads)
    if not needs:
        return Owners()
    befores = [replace(need.row) for need in needs]
    try:
        async with work.savepoint():
            return await decide_owners(
                work, needs, now=now, is_waiting_allowed=False, can_poll=can_poll
            )
    except Exception:
        log.exception("routing failed; due again")
        for need, before in zip(needs, befores, strict=True):
            _postpone(need.row, before, now)
        work.wake("waiting")
        return Owners()


def _postpone(row: ConversationRow, before: ConversationRow, now: datetime) -> None:
    """Undo what was decided of the conversation, and decide again soon."""
    for name in row.__struct_fields__:
        setattr(row, name, getattr(before, name))
    row.route_due_at = now


def _needs(threads: Sequence[Thread]) -> list[Need]:
    """Return the conversations of the batch that have no owner who still works here.

    What we wrote on the phone ourselves needs none.
    """
    needs = []
    for thread in threads:
        row = thread.row
        if row is None or thread.is_own:
            continue
        if row.status == "snoozed":
            thread.is_reopened, row.snoozed_until = True, None
        if row.assignee_id and row.has_working_owner:
            row.status = "assigned"
        elif row.assignee_id or row.status == "unrouted" or thread.is_new or thread.is_reopened:
            needs.append(_need(thread))
    return needs


def _need(thread: Thread) -> Need:
    row = thread.open_row
    row.assignee_id = None
    row.status = "waiting" if row.division_id else "unrouted"
    written = [line for line in thread.lines if line.direction == "in"]
    text = next((line.text for line in written), "")
    heard = [Heard(line.text, line.choices) for line in written if not _is_taken_back(line)]
    return Need(row=row, text=text, heard=heard, before=thread.before)


def _is_taken_back(line: MessageOut) -> bool:
    """Whether it is a vote for nothing any more: no answer, and no wrong one."""
    return line.kind == "poll_vote" and not line.choices


async def _store(work: UnitOfWork, threads: Sequence[Thread]) -> None:
    rows = [thread.open_row for thread in threads if thread.row and thread.is_new]
    await insert_conversations(work.session, rows)
    known = [thread.open_row for thread in threads if thread.row and not thread.is_new]
    await store_conversations(work.session, known)


def _collect(work: UnitOfWork, threads: Mapping[ThreadKey, Thread], now: datetime) -> None:
    """Collect what happened; what a blocked contact wrote is told to nobody."""
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
            if line.direction == "in" and after is None:
                continue
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
