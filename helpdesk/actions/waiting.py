"""The waiting queue: the oldest first, as soon as somebody is eligible."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from msgspec.structs import replace

from helpdesk.actions.assign import (
    Need,
    Owners,
    assign_next,
    decide_owners,
    record_owners,
)
from helpdesk.actions.automatic import choose_texts
from helpdesk.actions.menus import CanPoll, Heard, no_polls
from helpdesk.actions.outgoing import queue_messages
from helpdesk.actors import SYSTEM
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.events import ConversationUpdated
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import (
    lock_due,
    lock_menus_due,
    lock_waiting,
    store_conversations,
)
from helpdesk.queries.divisions import list_living
from helpdesk.queries.messages import last_inbound_texts
from helpdesk.queries.rotas import DivisionKey, lock_rotas, seat_agents

log = logging.getLogger(__name__)

BATCH = 200
AGAIN_AFTER = timedelta(seconds=1)


async def assign_waiting(work: UnitOfWork, division: DivisionKey, *, now: datetime) -> bool:
    """Assign a division's waiting conversations, oldest first; True when there may be more."""
    rotas = await lock_rotas(work.session, [division])
    if division not in rotas:
        return False
    rows = await lock_waiting(work.session, *division, limit=BATCH)
    if not rows:
        return False
    await seat_agents(work.session, rotas)
    owners = Owners(rotas=rotas)
    needs = [Need(row=row, before=row.out()) for row in rows]
    given = assign_next(owners, rotas[division], needs, now=now)
    await store_conversations(work.session, [need.row for need in given])
    await record_owners(work, owners, now=now)
    return len(given) == BATCH


async def route_due(work: UnitOfWork, *, now: datetime, can_poll: CanPoll = no_polls) -> int:
    """Route again what a fault or a vanished division left without a place; returns how many."""
    rows = await lock_due(work.session, limit=BATCH)
    texts = await last_inbound_texts(work.session, [(row.account_id, row.id) for row in rows])
    needs = [_need(row, texts.get(row.id, ""), is_heard=True) for row in rows]
    await _route_each_account(work, needs, can_poll, now)
    return len(rows)


async def route_unanswered(work: UnitOfWork, *, now: datetime) -> int:
    """Route past their menu the conversations of those who did not answer it; returns how many."""
    rows = await lock_menus_due(work.session, limit=BATCH)
    texts = await last_inbound_texts(work.session, [(row.account_id, row.id) for row in rows])
    needs = [_need(row, texts.get(row.id, ""), is_heard=False) for row in rows]
    await _route_each_account(work, needs, no_polls, now)
    return len(rows)


def _need(row: ConversationRow, text: str, *, is_heard: bool) -> Need:
    heard = [Heard(text)] if is_heard else []
    return Need(row=row, text=text, heard=heard, before=row.out())


async def _route_each_account(
    work: UnitOfWork, needs: Sequence[Need], can_poll: CanPoll, now: datetime
) -> None:
    for _, group in groupby(sorted(needs, key=_account), key=_account):
        await _route_again(work, list(group), can_poll, now)


async def _route_again(
    work: UnitOfWork, needs: Sequence[Need], can_poll: CanPoll, now: datetime
) -> None:
    """Route what is due in one account; a fault there must not hold up the others."""
    rows = [need.row for need in needs]
    again = [replace(row, route_due_at=now + AGAIN_AFTER) for row in rows]
    try:
        async with work.savepoint():
            await _leave_dead_divisions(work, rows)
            owners = await decide_owners(
                work, needs, now=now, is_waiting_allowed=False, can_poll=can_poll
            )
            routed = [need.row for need, _ in owners.routed]
            told = await choose_texts(work, routed, routed=routed, now=now)
            await store_conversations(work.session, rows)
            await record_owners(work, owners, now=now)
            await queue_messages(work, told, now=now)
            _tell_of_others(work, needs, owners, now)
    except Exception:
        log.exception("routing failed again; due once more")
        await store_conversations(work.session, again)


async def _leave_dead_divisions(work: UnitOfWork, rows: Sequence[ConversationRow]) -> None:
    living = await list_living(
        work.session, [(row.account_id, row.division_id) for row in rows if row.division_id]
    )
    for row in rows:
        row.route_due_at = None
        if row.division_id not in living:
            row.division_id = None


def _tell_of_others(work: UnitOfWork, needs: Sequence[Need], owners: Owners, now: datetime) -> None:
    """Tell of those that changed and that no other event tells of: they wait for no answer now."""
    told = {need.row.id for need, _ in owners.routed} | {row.id for row, _ in owners.asked}
    told |= {need.row.id for need, _ in owners.assigned}
    for need in needs:
        after = need.row.out()
        if need.row.id not in told and after != need.before:
            work.collect(
                ConversationUpdated(
                    at=now, conversation_id=after.id, conversation=after, by=SYSTEM
                ),
                Audience.of(after, need.before),
                account_id=need.row.account_id,
            )


def _account(need: Need) -> UUID:
    return need.row.account_id
