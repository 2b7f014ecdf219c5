"""What people do with a conversation: take, transfer, release, resolve, reopen, read.

Each names the owner it expects, under the conversation's lock: of two people who act at once
exactly one wins, and the other is told who.
"""

from datetime import datetime
from uuid import UUID

from helpdesk.actions.agents import ensure_own_seat
from helpdesk.actions.assign import Need, Owners, assign_next, own, record_owners
from helpdesk.actions.conversation_owners import let_wait
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, NotFound
from helpdesk.events import (
    Audience,
    ConversationAssigned,
    ConversationEvent,
    ConversationReleased,
    ConversationReopened,
    ConversationResolved,
    ConversationTransferred,
    ConversationUpdated,
)
from helpdesk.queries.agents import find_agent, list_working, lock_agent
from helpdesk.queries.contacts import lock_contact_of
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import find_latest, lock_conversation, store_conversations
from helpdesk.queries.rotas import Rota, lock_rotas, seat_agents
from helpdesk.queries.visible import require_visible
from helpdesk.shapes.conversations import ConversationOut


async def take_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, *, expected: UUID | None, now: datetime
) -> ConversationOut:
    """Make the actor the owner, if the owner is still the expected one (None: nobody).

    A supervisor gets an agent's seat without a division. Raises Conflict that names the owner.
    """
    row, before = await _lock(work, actor, id_)
    if row.status == "resolved":
        raise _resolved(row)
    taker = actor.agent_id or await ensure_own_seat(work, actor, row.device.id, now=now)
    if row.assignee_id == taker:
        return before
    if row.assignee_id != expected:
        raise await _owned(work, row)
    await lock_agent(work.session, actor.account_id, taker)
    own(row, taker, "taken", by=actor.out(), now=now)
    await store_conversations(work.session, [row])
    after = row.out()
    work.collect(
        ConversationAssigned(
            at=now, conversation_id=row.id, conversation=after, by=actor.out(), turn_id=None
        ),
        Audience.of(after, before),
    )
    work.wake("waiting")
    return after


async def transfer_to_agent(
    work: UnitOfWork, actor: Actor, id_: UUID, agent_id: UUID, *, now: datetime
) -> ConversationOut:
    """Hand the conversation to an agent, whose division becomes the conversation's."""
    row, before = await _lock_owned(work, actor, id_)
    agent = await lock_agent(work.session, actor.account_id, agent_id)
    if not agent.enabled:
        raise Conflict("This agent is disabled.", reason="agent_disabled")
    own(row, agent.id, "transferred", by=actor.out(), now=now)
    row.division_id = agent.division_id or row.division_id
    work.wake("waiting")
    return await _finish(work, ConversationTransferred, actor, row, before, now)


async def transfer_to_division(
    work: UnitOfWork, actor: Actor, id_: UUID, division_id: UUID, *, now: datetime
) -> ConversationOut:
    """Hand the conversation to a division, which takes a turn for it or lets it wait."""
    rota = await _lock_rota(work, actor.account_id, division_id)
    row, before = await _lock_owned(work, actor, id_)
    row.division_id = division_id
    let_wait(row, now)
    owners = await _next_turn(work, rota, Need(row=row, before=before), now)
    after = await _finish(work, ConversationTransferred, actor, row, before, now)
    await record_owners(work, owners, now=now)
    work.wake("waiting")
    return after


async def release_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, *, now: datetime
) -> ConversationOut:
    """Give the conversation back to its division, where it waits with its original time."""
    row, before = await _lock_owned(work, actor, id_)
    if row.assignee_id is None:
        raise Conflict("Nobody owns this conversation.", reason="not_assigned", conversation=before)
    let_wait(row, now)
    work.wake("waiting")
    return await _finish(work, ConversationReleased, actor, row, before, now)


async def resolve_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, *, now: datetime
) -> ConversationOut:
    """Mark the conversation as done; its owner is kept, for the case that it is reopened."""
    row, before = await _lock_owned(work, actor, id_)
    row.status = "resolved"
    row.resolved_at = now
    row.unread, row.waiting_since, row.waiting_number, row.route_due_at = 0, None, None, None
    row.end_menu()
    work.wake("waiting")
    return await _finish(work, ConversationResolved, actor, row, before, now)


async def reopen_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, *, now: datetime
) -> ConversationOut:
    """Open a resolved conversation again: for the agent who does it, else for its last owner.

    Raises Conflict when it is open, or when the contact has a newer one open.
    """
    await lock_contact_of(work.session, actor.account_id, id_)
    row, before = await _lock(work, actor, id_)
    if row.status != "resolved":
        raise Conflict("The conversation is open.", reason="open", conversation=before)
    pair = (row.account_id, row.device.id, row.contact.id)
    latest = (await find_latest(work.session, [pair])).get(pair)
    if latest != row.id:
        raise Conflict(
            "A newer conversation with this contact exists. Use that one.",
            reason="newer",
            conversation_id=latest,
        )
    row.resolved_at = None
    owner = await _reopener(work, actor, row)
    if owner:
        own(row, owner, "reopened", by=actor.out(), now=now)
    else:
        let_wait(row, now)
        work.wake("waiting")
    return await _finish(work, ConversationReopened, actor, row, before, now)


async def read_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, *, now: datetime
) -> ConversationOut:
    """Clear the unread count; a look by somebody who is not the owner leaves it."""
    row, before = await _lock(work, actor, id_)
    is_owner = row.assignee_id is None or row.assignee_id == actor.agent_id
    if row.unread == 0 or not (is_owner or actor.kind == "token"):
        return before
    row.unread = 0
    return await _finish(work, ConversationUpdated, actor, row, before, now)


async def _lock(
    work: UnitOfWork, actor: Actor, id_: UUID
) -> tuple[ConversationRow, ConversationOut]:
    row = await lock_conversation(work.session, actor.account_id, id_)
    require_visible(actor, row)
    return row, row.out()


async def _lock_owned(
    work: UnitOfWork, actor: Actor, id_: UUID
) -> tuple[ConversationRow, ConversationOut]:
    """Lock an open conversation that the actor may dispose of: its owner, or a supervisor."""
    row, before = await _lock(work, actor, id_)
    if row.status == "resolved":
        raise _resolved(row)
    if actor.role == "agent" and row.assignee_id != actor.agent_id:
        raise await _owned(work, row)
    return row, before


def _resolved(row: ConversationRow) -> Conflict:
    return Conflict(
        "The conversation is resolved. Reopen it first.", reason="resolved", conversation=row.out()
    )


async def _owned(work: UnitOfWork, row: ConversationRow) -> Conflict:
    owner = row.assignee_id and await find_agent(work.session, row.account_id, row.assignee_id)
    return Conflict(
        f"The conversation belongs to {owner.name}." if owner else "Nobody owns it now. Take it.",
        reason="not_owner",
        owner={"id": owner.id, "name": owner.name} if owner else None,
        conversation=row.out(),
    )


async def _lock_rota(work: UnitOfWork, account_id: UUID, division_id: UUID) -> Rota:
    rotas = await lock_rotas(work.session, [(account_id, division_id)])
    if not rotas:
        raise NotFound("There is no such division.")
    return rotas[account_id, division_id]


async def _next_turn(work: UnitOfWork, rota: Rota, need: Need, now: datetime) -> Owners:
    owners = Owners(rotas={(rota.account_id, rota.division_id): rota})
    if not rota.has_queue:
        await seat_agents(work.session, owners.rotas)
        assign_next(owners, rota, [need], now=now)
    return owners


async def _reopener(work: UnitOfWork, actor: Actor, row: ConversationRow) -> UUID | None:
    if actor.role == "agent":
        return actor.agent_id
    if row.assignee_id is None:
        return None
    working = await list_working(work.session, [(row.account_id, row.assignee_id)])
    return row.assignee_id if working else None


async def _finish(
    work: UnitOfWork,
    happened: type[ConversationEvent],
    actor: Actor,
    row: ConversationRow,
    before: ConversationOut,
    now: datetime,
) -> ConversationOut:
    await store_conversations(work.session, [row])
    after = row.out()
    work.collect(
        happened(at=now, conversation_id=row.id, conversation=after, by=actor.out()),
        Audience.of(after, before),
    )
    return after
