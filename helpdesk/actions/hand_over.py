"""Handing over what an agent owns: back to the divisions, to one division, or to a colleague."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.assign import Need, Owners, assign_next, own, record_owners
from helpdesk.actions.conversation_owners import let_wait
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, Forbidden, InputError, NotFound
from helpdesk.events import ConversationReleased, ConversationTransferred
from helpdesk.queries.agents import get_agent, lock_agent
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import (
    lock_conversations,
    queue_place,
    read_conversations,
    store_conversations,
)
from helpdesk.queries.owned import count_owned, list_owned
from helpdesk.queries.rotas import DivisionKey, Rota, lock_rotas, seat_agents

BATCH = 200


class Target(Struct, frozen=True, kw_only=True):
    """Whom it goes to: an agent, a division, or, with neither, each conversation's own division."""

    agent_id: UUID | None = None
    division_id: UUID | None = None


class HandedOver(Struct, frozen=True, kw_only=True):
    """How many conversations moved now, and how many are left for the next call."""

    moved: int
    left: int


async def hand_over(
    work: UnitOfWork, actor: Actor, agent_id: UUID, to: Target, *, now: datetime
) -> HandedOver:
    """Move at most 200 of an agent's conversations; what is snoozed moves and stays snoozed.

    Raises NotFound for what is not there, Forbidden when an agent speaks of another one, InputError
    when it would go to the agent itself, Conflict when it would go to a disabled one.
    """
    await get_agent(work.session, work.account_id, agent_id)
    if actor.role == "agent" and actor.agent_id != agent_id:
        raise Forbidden("Only a supervisor hands over what a colleague owns.", role=actor.role)
    if to.agent_id == agent_id:
        raise InputError("Name another agent.", errors={"to.agent_id": "Give another agent."})
    listed = await list_owned(
        work.session, work.account_id, agent_id, with_snoozed=True, limit=BATCH
    )
    keys = [(work.account_id, id_) for id_ in listed]
    if to.agent_id:
        moved = await _to_agent(work, actor, agent_id, to.agent_id, keys, now=now)
    else:
        moved = await _to_divisions(work, actor, agent_id, to.division_id, keys, now=now)
    work.wake("waiting")
    left = await count_owned(work.session, work.account_id, agent_id)
    return HandedOver(moved=moved, left=left)


async def _to_agent(
    work: UnitOfWork,
    actor: Actor,
    leaver: UUID,
    to: UUID,
    keys: Sequence[tuple[UUID, UUID]],
    *,
    now: datetime,
) -> int:
    rows = await _lock_of(work, leaver, keys)
    agent = await lock_agent(work.session, work.account_id, to)
    if not agent.enabled:
        raise Conflict("This agent is disabled.", reason="agent_disabled")
    needs = [Need(row=row, before=row.out()) for row in rows]
    for row in rows:
        status, until = row.status, row.snoozed_until
        own(row, agent.id, "transferred", by=actor.out(), now=now)
        row.status, row.snoozed_until = status, until
        row.division_id = agent.division_id or row.division_id
    await store_conversations(work.session, rows)
    _tell(work, actor, needs, is_transfer=True, now=now)
    return len(rows)


async def _to_divisions(
    work: UnitOfWork,
    actor: Actor,
    leaver: UUID,
    to: UUID | None,
    keys: Sequence[tuple[UUID, UUID]],
    *,
    now: datetime,
) -> int:
    rotas = await _lock_divisions(work, to, keys)
    rows = await _lock_of(work, leaver, keys)
    needs = [Need(row=row, before=row.out()) for row in rows]
    for row in rows:
        row.division_id = to or row.division_id
        if row.status == "snoozed":
            row.assignee_id = None
        else:
            let_wait(row, now)
    owners = await _take_turns(work, rotas, leaver, needs, now)
    await store_conversations(work.session, rows)
    _tell(work, actor, needs, is_transfer=to is not None, now=now)
    await record_owners(work, owners, now=now)
    return len(rows)


async def _lock_divisions(
    work: UnitOfWork, to: UUID | None, keys: Sequence[tuple[UUID, UUID]]
) -> dict[DivisionKey, Rota]:
    """Lock the divisions that they go to, before the conversations."""
    if to:
        rotas = await lock_rotas(work.session, [(work.account_id, to)])
        if not rotas:
            raise NotFound("There is no such division.")
        return rotas
    rows = await read_conversations(work.session, keys)
    wanted = {(row.account_id, row.division_id) for row in rows.values() if row.division_id}
    return await lock_rotas(work.session, wanted)


async def _lock_of(
    work: UnitOfWork, leaver: UUID, keys: Sequence[tuple[UUID, UUID]]
) -> list[ConversationRow]:
    """Lock those that the agent still owns, in the order of their places in the queue."""
    rows = (await lock_conversations(work.session, keys)).values()
    mine = (row for row in rows if row.assignee_id == leaver and row.status != "resolved")
    return sorted(mine, key=queue_place)


async def _take_turns(
    work: UnitOfWork,
    rotas: dict[DivisionKey, Rota],
    leaver: UUID,
    needs: Sequence[Need],
    now: datetime,
) -> Owners:
    """Take a turn for each where nobody waits before it; whoever hands over has none of them."""
    owners = Owners(rotas=rotas)
    await seat_agents(work.session, rotas)
    for key, rota in sorted(rotas.items()):
        rota.seats = [seat for seat in rota.seats if seat.agent_id != leaver]
        if not rota.has_queue:
            waiting = [
                need
                for need in needs
                if need.row.status == "waiting" and need.row.division_id == key[1]
            ]
            assign_next(owners, rota, waiting, now=now)
    return owners


def _tell(
    work: UnitOfWork, actor: Actor, needs: Sequence[Need], *, is_transfer: bool, now: datetime
) -> None:
    for need in needs:
        after = need.row.out()
        by, audience = actor.out(), Audience.of(after, need.before)
        if is_transfer:
            work.collect(
                ConversationTransferred(
                    at=now, conversation_id=after.id, conversation=after, by=by, note=""
                ),
                audience,
            )
        else:
            work.collect(
                ConversationReleased(at=now, conversation_id=after.id, conversation=after, by=by),
                audience,
            )
