"""Answering by itself: which autoreply a message gets, and what that says.

Nobody is answered while an agent owns the conversation or a menu asks in it. An autoreply is no
answer of a person: who waits goes on waiting, nothing counts as read. So that two machines do not
talk to each other forever, a contact gets at most five within ten minutes from a device, and none
for saying what was just said to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from helpdesk.actions.autoreply_triggers import find_answer, said_by
from helpdesk.actions.content import is_visible
from helpdesk.actions.menu_answers import list_choices
from helpdesk.actions.menus import CanPoll
from helpdesk.actions.outgoing import Addressee, Content, Queued, new_message
from helpdesk.actions.rotators import take_number
from helpdesk.actions.threads import Received, Thread
from helpdesk.database import UnitOfWork
from helpdesk.hours import local_time
from helpdesk.queries.autoreplying import (
    Candidate,
    Filling,
    list_said,
    load_candidates,
    load_fillings,
)
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.messages import next_numbers
from helpdesk.queries.rotators import Wheel, lock_wheels, store_wheels
from helpdesk.queries.templates import count_uses
from helpdesk.render import contact_variable, find_blanks, greeting, render
from helpdesk.shapes.messages import ActorOut, MessageOut
from helpdesk.tables.columns import new_id

MOST_ANSWERS = 5
WINDOW = timedelta(minutes=10)
ROTATOR_VARIABLE = "rotator.number"

Due = tuple[ConversationRow, Candidate, Content]


class Chosen(Struct):
    """The autoreplies that messages call for, by message, and the rotators that these ask."""

    by_message: dict[UUID, Candidate] = field(default_factory=dict)
    wheels: dict[tuple[UUID, int], Wheel] = field(default_factory=dict)


async def choose_autoreplies(
    work: UnitOfWork, received: Iterable[Received], *, now: datetime
) -> Chosen:
    """Return which autoreply fits each message, before it is known whether anything is answered.

    Locks the rotators that are asked: call it before contacts are locked.
    """
    heard = [each for each in received if each.device.is_answering and each.is_heard]
    chosen = Chosen()
    if not heard:
        return chosen
    devices = {(each.device.account_id, each.device.id) for each in heard}
    candidates = await load_candidates(work.session, devices)
    asked: dict[UUID, set[int]] = {}
    for each in heard:
        answer = _find(candidates.get(each.device.id, []), each, now)
        if answer:
            chosen.by_message[each.message_id] = answer
        if answer and answer.rotator:
            asked.setdefault(each.device.account_id, set()).add(answer.rotator)
    for account_id, numbers in sorted(asked.items()):
        wheels = await lock_wheels(work.session, account_id, numbers)
        chosen.wheels |= {(account_id, number): wheel for number, wheel in wheels.items()}
    return chosen


def _find(candidates: Sequence[Candidate], each: Received, now: datetime) -> Candidate | None:
    if not candidates:
        return None
    said = said_by(each.inbound, at=now, time_zone=candidates[0].time_zone)
    return find_answer(candidates, said)


async def write_autoreplies(
    work: UnitOfWork,
    chosen: Chosen,
    threads: Iterable[Thread],
    *,
    can_poll: CanPoll,
    now: datetime,
) -> list[Queued]:
    """Return what goes out for the new lines of these threads; stores picks and uses alone."""
    asking = [
        (thread.open_row, line, chosen.by_message[line.id])
        for thread in threads
        if _may_answer(thread)
        for line in thread.lines
        if line.id in chosen.by_message
    ]
    if not asking:
        return []
    rows = list({row.id: row for row, _, _ in asking}.values())
    said = await list_said(work.session, rows, since=now - WINDOW)
    fillings = await load_fillings(work.session, rows)
    due: list[Due] = []
    for row, line, candidate in asking:
        earlier = said[row.id]
        if len(earlier) >= MOST_ANSWERS or (line.text and line.text in earlier):
            continue
        values = _values(row, fillings[row.id], now)
        content = _content(chosen, row, candidate, values, can_poll)
        if content:
            earlier.append(content.text)
            due.append((row, candidate, content))
    await _store_picks(work, chosen)
    await _count_templates(work, due, now)
    return await _queue(work, due, now)


def _may_answer(thread: Thread) -> bool:
    """Whether nobody else speaks: no agent, and no menu, also not one that was just answered."""
    row, before = thread.row, thread.before
    return row is not None and not (row.assignee_id or row.menu or (before and before.menu))


def _values(row: ConversationRow, filling: Filling, now: datetime) -> dict[str, str]:
    """Return what a template's variables say here; there is no agent."""
    local = local_time(now, filling.time_zone)
    return {contact_variable(name): value for name, value in filling.fields.items()} | {
        "contact.name": row.contact.name,
        "agent.name": "",
        "device.name": filling.device_name,
        "division.name": filling.division_name,
        "time.greeting": greeting(local, filling.language),
    }


def _content(
    chosen: Chosen,
    row: ConversationRow,
    candidate: Candidate,
    values: Mapping[str, str],
    can_poll: CanPoll,
) -> Content | None:
    """Fill the answer in; None where it says nothing, or asks for a blank that nobody fills in.

    A poll that the gateway cannot carry is written down.
    """
    if find_blanks(candidate.text):
        return None
    picked = {}
    text = candidate.text
    if candidate.rotator:
        wheel = chosen.wheels.get((row.account_id, candidate.rotator))
        if wheel is None:
            return None
        picked[ROTATOR_VARIABLE] = take_number(wheel)
        text = text or f"{{{ROTATOR_VARIABLE}}}"
    text, poll = render(text, {**values, **picked}, {}), candidate.poll
    if poll and not can_poll(candidate.gateway_kind, poll):
        text, poll = list_choices("\n\n".join(filter(None, (text, poll.name))), poll.choices), None
    content = Content(text=text, media=candidate.media, location=candidate.location, poll=poll)
    return content if is_visible(text) or content.kind != "text" else None


async def _store_picks(work: UnitOfWork, chosen: Chosen) -> None:
    moved = [
        wheel for wheel in chosen.wheels.values() if any(place.picks for place in wheel.places)
    ]
    if moved:
        await store_wheels(work.session, moved)


async def _count_templates(work: UnitOfWork, due: Sequence[Due], now: datetime) -> None:
    used: dict[UUID, set[UUID]] = {}
    for row, candidate, _ in due:
        if candidate.template_id:
            used.setdefault(row.account_id, set()).add(candidate.template_id)
    for account_id, ids in sorted(used.items()):
        await count_uses(work.session, account_id, ids, now=now)


async def _queue(work: UnitOfWork, due: Sequence[Due], now: datetime) -> list[Queued]:
    numbers = await next_numbers(work.session, len(due)) if due else []
    return [
        Queued(_message(row, candidate, content, number, now), row, now)
        for (row, candidate, content), number in zip(due, numbers, strict=True)
    ]


def _message(
    row: ConversationRow, candidate: Candidate, content: Content, number: int, now: datetime
) -> MessageOut:
    """Return the message; it stands below what it answers, also where a gateway's clock is fast."""
    message = new_message(
        ActorOut(kind="system", id=candidate.id, name=candidate.name),
        Addressee(device_id=row.device.id, contact_id=row.address_id, row=row),
        content,
        id_=new_id(),
        number=number,
        now=now,
    )
    return replace(message, sort_at=max(now, row.last_message_at))
