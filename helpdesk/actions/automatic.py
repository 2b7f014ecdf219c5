"""Automatic messages: which of its division's texts a customer gets by itself.

Each text goes out once an hour per conversation at most, and never to a group. It is no answer: who
waits goes on waiting, nothing counts as read, and no turn is taken for it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from helpdesk.actions.outgoing import Addressee, Content, Queued, new_message, queue_messages
from helpdesk.actions.rotate import is_anybody_eligible
from helpdesk.actors import SYSTEM
from helpdesk.database import UnitOfWork
from helpdesk.hours import is_open, local_time
from helpdesk.queries.automatic import DivisionTexts, load_texts, lock_untold
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import store_conversations
from helpdesk.queries.messages import next_numbers
from helpdesk.queries.rotas import DivisionKey, lock_rotas, seat_agents
from helpdesk.render import greeting, render
from helpdesk.shapes.messages import MessageOut
from helpdesk.tables.columns import new_id

VARIABLES = ("contact.name", "division.name", "device.name", "time.greeting")
BATCH = 200
ONCE_IN = timedelta(hours=1)
Mark = Literal["greeted_at", "told_busy_at", "told_outside_at"]
Due = tuple[ConversationRow, DivisionTexts, str]


async def choose_texts(
    work: UnitOfWork,
    rows: Sequence[ConversationRow],
    *,
    routed: Collection[ConversationRow],
    now: datetime,
) -> list[Queued]:
    """Return what the customers of these conversations, who just wrote, are told.

    `routed` are those that just got their division. Changes the rows, stores nothing: whether
    everybody is busy is known when the queue was tried.
    """
    people = [row for row in rows if not row.is_group]
    texts = await load_texts(work.session, people)
    new = {row.id for row in routed}
    due: list[Due] = []
    for row in people:
        said = row.division_id and texts.get((row.division_id, row.device.id))
        if not said:
            continue
        is_open_now = is_open(said.hours, now)
        if not is_open_now:
            text = _once(row, "told_outside_at", said.outside, now)
        else:
            text = _once(row, "greeted_at", said.greeting, now) if row.id in new else ""
        row.is_busy_due = is_open_now and row.status == "waiting" and bool(said.busy)
        if row.is_busy_due:
            work.wake("waiting")
        due += [(row, said, text)] if text else []
    return await _compose(work, due, now)


async def tell_busy(work: UnitOfWork, division: DivisionKey, *, now: datetime) -> bool:
    """Tell customers who wait in an open division that nobody is free; True for perhaps more.

    Where somebody is free their turn comes in a moment, and they are told nothing.
    """
    rotas = await lock_rotas(work.session, [division])
    if division not in rotas:
        return False
    rows = await lock_untold(work.session, *division, limit=BATCH)
    if not rows:
        return False
    await seat_agents(work.session, rotas)
    waiting = [row for row in rows if not is_anybody_eligible(rotas[division], row.device.id)]
    texts = await load_texts(work.session, waiting)
    due: list[Due] = []
    for row in waiting:
        row.is_busy_due = False
        said = texts.get((division[1], row.device.id))
        if said and not row.is_group and is_open(said.hours, now):
            text = _once(row, "told_busy_at", said.busy, now)
            due += [(row, said, text)] if text else []
    queued = await _compose(work, due, now)
    await store_conversations(work.session, waiting)
    await queue_messages(work, queued, now=now)
    return len(waiting) == BATCH


def _once(row: ConversationRow, mark: Mark, text: str, now: datetime) -> str:
    """Return the text and note that it was said, unless it was within the hour."""
    last: datetime | None = getattr(row, mark)
    if not text or (last and now - last < ONCE_IN):
        return ""
    setattr(row, mark, now)
    return text


async def _compose(work: UnitOfWork, due: Sequence[Due], now: datetime) -> list[Queued]:
    """Fill the texts in; what says nothing then is not sent."""
    filled = [(row, _fill(row, said, text, now)) for row, said, text in due]
    told = [(row, text) for row, text in filled if text.strip()]
    numbers = await next_numbers(work.session, len(told)) if told else []
    return [
        Queued(_message(row, text, number, now), row, now)
        for (row, text), number in zip(told, numbers, strict=True)
    ]


def _message(row: ConversationRow, text: str, number: int, now: datetime) -> MessageOut:
    """Return the message; it stands below what it answers, also where a gateway's clock is fast."""
    message = new_message(
        SYSTEM,
        Addressee(device_id=row.device.id, contact_id=row.address_id, row=row),
        Content(text=text),
        id_=new_id(),
        number=number,
        now=now,
    )
    return replace(message, sort_at=max(now, row.last_message_at))


def _fill(row: ConversationRow, said: DivisionTexts, text: str, now: datetime) -> str:
    values = (
        row.contact.name,
        said.division_name,
        said.device_name,
        greeting(local_time(now, said.hours.time_zone), said.language),
    )
    return render(text, dict(zip(VARIABLES, values, strict=True)), {})
