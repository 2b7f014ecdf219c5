"""Menus: asking the customer for a division, and what an answer or silence leads to.

A menu is asked once in a new conversation and never in a group; who answers something else is asked
once more, and then, as after silence, the rules behind the menu decide, or else the default.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from helpdesk.actions.conditions import Case
from helpdesk.actions.menu_answers import find_choice, numbered, poll_of
from helpdesk.actions.outgoing import Addressee, Content, Queued, insert_queued, new_message
from helpdesk.actions.route import Route, find_route
from helpdesk.actors import SYSTEM
from helpdesk.database import UnitOfWork
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.messages import next_numbers
from helpdesk.queries.rules import DeviceRoutes
from helpdesk.shapes.messages import MessageOut, Poll
from helpdesk.shapes.rules import MenuCondition, MenuOut
from helpdesk.tables.columns import new_id

MOST_REPEATS = 1
GRACE = timedelta(seconds=10)
"""What comes this soon was on its way before the menu was read: it chooses, but is never wrong."""

CanPoll = Callable[[str, Poll], bool]
"""Whether a gateway of a kind can carry a poll."""


def no_polls(gateway_kind: str, poll: Poll) -> bool:
    """Ask every menu with numbers."""
    del gateway_kind, poll
    return False


class Heard(Struct, frozen=True):
    """What the customer wrote, or voted for."""

    text: str
    votes: Sequence[str] = ()


class Question(Struct, frozen=True):
    """A menu that is to be asked in a conversation."""

    row: ConversationRow
    menu: MenuCondition
    gateway_kind: str


def next_route(
    row: ConversationRow, routes: DeviceRoutes, case: Case, heard: Sequence[Heard]
) -> Route | None:
    """Return where an unrouted conversation goes now, or None while it waits for an answer."""
    asked = row.menu
    if asked is None:
        return find_route(routes, replace(case, may_ask=row.may_be_asked))
    menu = _menu_of(asked, routes)
    if menu is None:
        return find_route(routes, case)
    for each in heard:
        if choice := find_choice(menu, each.text, each.votes):
            return Route(choice.division_id, asked.rule_id)
    if row.menu_due_at and case.at < row.menu_due_at:
        if not heard or case.at < asked.asked_at + GRACE:
            return None
        if asked.repeats < MOST_REPEATS:
            return Route(None, asked.rule_id, menu)
    return find_route(routes, case, after=asked.rule_id)


def _menu_of(asked: MenuOut, routes: DeviceRoutes) -> MenuCondition | None:
    """Return the menu as its rule has it now; None where it is gone or asks no more."""
    for rule in routes.rules:
        if rule.id == asked.rule_id and isinstance(rule.condition, MenuCondition):
            return rule.condition
    return None


def place(row: ConversationRow, route: Route, now: datetime) -> None:
    """Put a conversation where its route leads: into a division, or to wait for an answer."""
    row.division_id = route.division_id
    row.status = "waiting" if route.division_id else "unrouted"
    if route.menu and route.rule_id:
        repeats = row.menu.repeats + 1 if row.menu else 0
        row.menu = MenuOut(rule_id=route.rule_id, asked_at=now, repeats=repeats)
        row.menu_due_at = now + timedelta(minutes=route.menu.wait_minutes)
    else:
        row.end_menu()


async def write_questions(
    work: UnitOfWork, questions: Sequence[Question], *, can_poll: CanPoll, now: datetime
) -> list[tuple[ConversationRow, MessageOut]]:
    """Return the messages that ask, the newest lines of their conversations; stores nothing.

    They answer nobody: who waits keeps waiting, and what is unread stays so.
    """
    if not questions:
        return []
    numbers = await next_numbers(work.session, len(questions))
    written = []
    for question, number in zip(questions, numbers, strict=True):
        row = question.row
        message = new_message(
            SYSTEM,
            Addressee(device_id=row.device.id, contact_id=row.address_id, row=row),
            _content(question, can_poll),
            id_=new_id(),
            number=number,
            now=now,
        )
        newest = max(now, row.last.sort_at) if row.last else now
        message = replace(message, sort_at=newest)
        row.show_last(message)
        written.append((row, message))
    return written


def _content(question: Question, can_poll: CanPoll) -> Content:
    poll = poll_of(question.menu)
    if poll and can_poll(question.gateway_kind, poll):
        return Content(poll=poll)
    return Content(text=numbered(question.menu))


async def queue_questions(
    work: UnitOfWork, written: Sequence[tuple[ConversationRow, MessageOut]], *, now: datetime
) -> None:
    """Store the messages that ask and queue them; their conversations must have been stored."""
    queued = [Queued(message, row, now) for row, message in written]
    await insert_queued(work, queued, now=now)
