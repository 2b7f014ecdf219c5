"""The waiting queue: the oldest first, as soon as somebody is eligible."""

from datetime import datetime

from helpdesk.actions.assign import (
    Need,
    Owners,
    assign_next,
    decide_owners,
    record_owners,
)
from helpdesk.database import UnitOfWork
from helpdesk.queries.conversations import lock_due, lock_waiting, store_conversations
from helpdesk.queries.divisions import DivisionKey, list_living, lock_rotas, seat_agents
from helpdesk.queries.messages import last_inbound_texts

BATCH = 200


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


async def route_due(work: UnitOfWork, *, now: datetime) -> int:
    """Route again what a fault or a vanished division left without a place; returns how many."""
    rows = await lock_due(work.session, limit=BATCH)
    texts = await last_inbound_texts(work.session, [(row.account_id, row.id) for row in rows])
    needs = [Need(row=row, text=texts.get(row.id, ""), before=row.out()) for row in rows]
    living = await list_living(
        work.session, [(row.account_id, row.division_id) for row in rows if row.division_id]
    )
    for row in rows:
        row.route_due_at = None
        if row.division_id not in living:
            row.division_id = None
    owners = await decide_owners(work, needs, now=now, is_waiting_allowed=False)
    await store_conversations(work.session, rows)
    await record_owners(work, owners, now=now)
    return len(rows)
