"""Giving conversations an owner: a division by the rules, then an agent by the rotation.

Lock order everywhere: label, rotator, contact, division, conversation, agent, template, counter,
each ascending by (account, id). Ingest holds conversations when it comes here, and therefore never
waits for a division: one that is taken leaves its conversations waiting, and the waiting loop takes
them up.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct, field

from helpdesk.actions.conditions import Case
from helpdesk.actions.menus import (
    CanPoll,
    Heard,
    Question,
    next_route,
    no_polls,
    place,
    queue_questions,
    write_questions,
)
from helpdesk.actions.rotate import take_back, take_turn
from helpdesk.actors import SYSTEM
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.events import ConversationAssigned, ConversationRouted
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.rotas import DivisionKey, Rota, lock_rotas, seat_agents
from helpdesk.queries.rules import load_routes
from helpdesk.queries.turns import record_turns
from helpdesk.shapes.conversations import ConversationOut
from helpdesk.shapes.messages import ActorOut, MessageOut
from helpdesk.shapes.turns import AssignedOut, TurnOut
from helpdesk.shapes.words import AssignedHow

_encoder = msgspec.json.Encoder()


class Need(Struct, kw_only=True):
    """A conversation that needs an owner. `text` is what the rules are tried on.

    `heard` is what may answer a menu that was asked in it.
    """

    row: ConversationRow
    text: str = ""
    heard: Sequence[Heard] = ()
    before: ConversationOut | None = None


class Owners(Struct):
    """What was decided and is still to be recorded."""

    rotas: dict[DivisionKey, Rota] = field(default_factory=dict)
    routed: list[tuple[Need, UUID | None]] = field(default_factory=list)
    assigned: list[tuple[Need, TurnOut | None]] = field(default_factory=list)
    asked: list[tuple[ConversationRow, MessageOut]] = field(default_factory=list)


async def decide_owners(
    work: UnitOfWork,
    needs: Sequence[Need],
    *,
    now: datetime,
    is_waiting_allowed: bool,
    can_poll: CanPoll = no_polls,
) -> Owners:
    """Find a division and an agent for each conversation; changes the rows, stores nothing.

    `is_waiting_allowed` says whether this may wait for a division that somebody else holds; if not,
    and where a queue is there already, the conversation goes behind it.
    """
    owners = Owners()
    questions = await _route(work, owners, needs, now)
    owners.asked = await write_questions(work, questions, can_poll=can_poll, now=now)
    placed = [need for need in needs if need.row.division_id]
    owners.rotas = await lock_rotas(
        work.session, map(_division, placed), skip_locked=not is_waiting_allowed
    )
    await seat_agents(work.session, owners.rotas)
    for need in placed:
        rota = owners.rotas.get(_division(need))
        if rota is None or rota.has_queue:
            work.wake("waiting")
        else:
            _take(owners, rota, need, now)
    return owners


async def record_owners(work: UnitOfWork, owners: Owners, *, now: datetime) -> None:
    """Record the turns and collect the events; the conversations must have been stored."""
    turns = [
        (need.row.account_id, turn, need.row.assignment) for need, turn in owners.assigned if turn
    ]
    moved = {(account_id, turn.division_id) for account_id, turn, _ in turns}
    await record_turns(work.session, [owners.rotas[key] for key in sorted(moved)], turns)
    await queue_questions(work, owners.asked, now=now)
    for need, rule_id in owners.routed:
        _collect_routed(work, need, rule_id, now)
    for need, turn in owners.assigned:
        collect_assigned(work, need.row, before=need.before, turn=turn, now=now)


def assign_next(owners: Owners, rota: Rota, needs: Sequence[Need], *, now: datetime) -> list[Need]:
    """Take turns for conversations in the order given, until nobody is eligible for one.

    Returns those that got an owner; who waits behind the first that did not keeps waiting too,
    unless the two differ in the devices that their agents must have.
    """
    blocked: set[UUID] = set()
    for need in needs:
        device_id = need.row.device.id if rota.is_own_device_only else UUID(int=0)
        if device_id not in blocked and not _take(owners, rota, need, now):
            blocked.add(device_id)
    return [need for need, _ in owners.assigned]


async def _route(
    work: UnitOfWork, owners: Owners, needs: Sequence[Need], now: datetime
) -> list[Question]:
    """Set the division of those without one, by their device's rules; returns what is asked."""
    lost = [need for need in needs if need.row.division_id is None]
    if not lost:
        return []
    routes = await load_routes(
        work.session, [(need.row.account_id, need.row.device.id) for need in lost]
    )
    questions = []
    for need in lost:
        row, known = need.row, routes[need.row.device.id]
        labels = frozenset(row.contact.labels)
        case = Case(text=need.text, labels=labels, at=now, time_zone=known.time_zone)
        route = next_route(row, known, case, need.heard)
        if route is None:
            continue
        place(row, route, now)
        if route.menu:
            questions.append(Question(row, route.menu, known.gateway_kind))
        elif route.division_id:
            owners.routed.append((need, route.rule_id))
    return questions


def _division(need: Need) -> DivisionKey:
    row = need.row
    if row.division_id is None:
        raise ValueError("not routed")
    return row.account_id, row.division_id


def _take(owners: Owners, rota: Rota, need: Need, now: datetime) -> bool:
    """Give it back to its last agent, who needs no turn for it, if eligible; else take a turn."""
    row = need.row
    if row.preferred_id and take_back(rota, row.preferred_id, row.device.id):
        own(row, row.preferred_id, "returned", by=SYSTEM, now=now)
        owners.assigned.append((need, None))
        return True
    turn = take_turn(
        rota,
        conversation_id=row.id,
        device_id=row.device.id,
        avoided_id=row.avoided_id,
        now=now,
    )
    if turn is None:
        return False
    own(row, turn.agent_id, "turn", by=SYSTEM, now=now)
    owners.assigned.append((need, turn))
    return True


def own(
    row: ConversationRow, agent_id: UUID, how: AssignedHow, *, by: ActorOut, now: datetime
) -> None:
    """Make the agent the owner, and note how that came.

    What waited for an owner alone waits for no answer: the place in the queue is no question.
    """
    row.assignee_id, row.preferred_id, row.avoided_id = agent_id, None, None
    row.status, row.snoozed_until = "assigned", None
    row.assignment += 1
    row.assigned_at, row.is_answered, row.is_busy_due = now, False, False
    row.assigned = _encoder.encode(AssignedOut(how=how, by=by, at=now)).decode()
    row.route_due_at, row.waiting_since = None, row.unanswered_since
    row.waiting_number = row.waiting_number if row.unanswered_since else None
    row.end_menu()


def _collect_routed(work: UnitOfWork, need: Need, rule_id: UUID | None, now: datetime) -> None:
    after = need.row.out()
    work.collect(
        ConversationRouted(
            at=now, conversation_id=after.id, conversation=after, by=SYSTEM, rule_id=rule_id
        ),
        Audience.of(after, need.before),
        account_id=need.row.account_id,
    )


def collect_assigned(
    work: UnitOfWork,
    row: ConversationRow,
    *,
    before: ConversationOut | None,
    turn: TurnOut | None,
    now: datetime,
    by: ActorOut = SYSTEM,
) -> None:
    """Collect that the conversation has an owner now, by a turn where one was taken."""
    after = row.out()
    work.collect(
        ConversationAssigned(
            at=now,
            conversation_id=after.id,
            conversation=after,
            by=by,
            turn_id=turn.id if turn else None,
        ),
        Audience.of(after, before),
        account_id=row.account_id,
    )
