"""What people do with a conversation: take, assign, transfer, release, resolve, reopen, read.

Each names the owner it expects, under the conversation's lock: of two people who act at once
exactly one wins, and the other is told who.
"""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, UnsetType

from helpdesk.actions.agents import ensure_own_seat
from helpdesk.actions.assign import Need, Owners, assign_next, own, record_owners
from helpdesk.actions.conversation_owners import let_wait, wake_up
from helpdesk.actions.disposal import (
    end,
    finish,
    lock_disposable,
    lock_seen,
    owned,
    require_unblocked,
    resolved,
)
from helpdesk.actions.notes import collect_note, write_note
from helpdesk.actions.undo import offer_undo
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, NotFound
from helpdesk.events import (
    ConversationAssigned,
    ConversationReleased,
    ConversationReopened,
    ConversationResolved,
    ConversationTransferred,
    ConversationUpdated,
)
from helpdesk.queries.agents import list_working, lock_agent
from helpdesk.queries.contact_rows import lock_contact_of
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import find_latest, store_conversations
from helpdesk.queries.mentions import mark_seen
from helpdesk.queries.readings import store_reading
from helpdesk.queries.rotas import Rota, lock_rotas, seat_agents
from helpdesk.queries.undos import Standing
from helpdesk.shapes.conversations import ConversationOut, DeedOut
from helpdesk.whispers import reading_of


async def take_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, *, expected: UUID | None, now: datetime
) -> ConversationOut:
    """Make the actor the owner, if the owner is still the expected one (None: nobody).

    A supervisor gets an agent's seat without a division. Raises Conflict that names the owner.
    """
    row, before = await lock_seen(work, actor, id_)
    if row.status == "resolved":
        raise resolved(row)
    taker = actor.agent_id or await ensure_own_seat(work, actor, row.device.id, now=now)
    if row.assignee_id == taker:
        return before
    if row.assignee_id != expected:
        raise await owned(work, row)
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


async def assign_conversation(
    work: UnitOfWork,
    actor: Actor,
    id_: UUID,
    agent_id: UUID,
    *,
    expected: UUID | UnsetType | None,
    now: datetime,
) -> ConversationOut:
    """Make an agent the owner, if the owner is still the expected one (None: nobody; unset: any).

    For those who need not own it. Raises Conflict that names the owner.
    """
    row, before = await lock_seen(work, actor, id_)
    if row.status == "resolved":
        raise resolved(row)
    if row.assignee_id == agent_id and row.status == "assigned":
        return before
    if expected is not UNSET and row.assignee_id != expected:
        raise await owned(work, row)
    await _give(work, actor, row, agent_id, now)
    return await finish(work, ConversationAssigned, actor, row, before, now=now, turn_id=None)


async def transfer_to_agent(
    work: UnitOfWork, actor: Actor, id_: UUID, agent_id: UUID, *, note: str = "", now: datetime
) -> DeedOut:
    """Hand the conversation to an agent, whose division becomes the conversation's."""
    row, before = await lock_disposable(work, actor, id_)
    was = Standing.of(row)
    await _give(work, actor, row, agent_id, now)
    await _transferred(work, actor, row, before, note, now)
    return await offer_undo(work, actor, "transfer", was, row, now=now)


async def transfer_to_division(
    work: UnitOfWork, actor: Actor, id_: UUID, division_id: UUID, *, note: str = "", now: datetime
) -> DeedOut:
    """Hand the conversation to a division, which takes a turn for it or lets it wait."""
    rota = await _lock_rota(work, actor.account_id, division_id)
    row, before = await lock_disposable(work, actor, id_)
    was = Standing.of(row)
    row.division_id = division_id
    let_wait(row, now)
    owners = await _next_turn(work, rota, Need(row=row, before=before), now)
    await _transferred(work, actor, row, before, note, now)
    await record_owners(work, owners, now=now)
    work.wake("waiting")
    return await offer_undo(work, actor, "transfer", was, row, now=now)


async def release_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, *, now: datetime
) -> DeedOut:
    """Give the conversation back to its division, where it waits with its original time."""
    row, before = await lock_disposable(work, actor, id_)
    if row.assignee_id is None:
        raise Conflict("Nobody owns this conversation.", reason="not_assigned", conversation=before)
    was = Standing.of(row)
    let_wait(row, now)
    work.wake("waiting")
    await finish(work, ConversationReleased, actor, row, before, now=now)
    return await offer_undo(work, actor, "release", was, row, now=now)


async def resolve_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, *, reason: str = "", now: datetime
) -> DeedOut:
    """Mark the conversation as done; its owner is kept, for the case that it is reopened."""
    row, before = await lock_disposable(work, actor, id_)
    was = Standing.of(row)
    end(row, now)
    work.wake("waiting")
    await finish(work, ConversationResolved, actor, row, before, now=now, reason=reason.strip())
    return await offer_undo(work, actor, "resolve", was, row, now=now)


async def reopen_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, *, now: datetime
) -> ConversationOut:
    """Open a resolved conversation again: for the agent who does it, else for its last owner.

    A snoozed one goes back to its owner; he or a supervisor may do it. Raises Conflict when it is
    open, when the contact is blocked, or when it has a newer one open.
    """
    await lock_contact_of(work.session, actor.account_id, id_)
    row, before = await lock_seen(work, actor, id_)
    if row.status == "snoozed":
        return await _wake(work, actor, row, before, now)
    if row.status != "resolved":
        raise Conflict("The conversation is open.", reason="open", conversation=before)
    require_unblocked(row)
    pair = (row.account_id, row.device.id, row.address_id)
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
    return await finish(work, ConversationReopened, actor, row, before, now=now)


async def read_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, *, now: datetime
) -> ConversationOut:
    """Keep that the actor has read all of it; a program's token is no reader.

    The conversation's own unread count is cleared by its owner's look, and by a program's.
    """
    row, before = await lock_seen(work, actor, id_)
    if actor.kind != "token":
        await store_reading(work.session, actor, row.id, row.received, now)
        await mark_seen(work.session, actor, row.id, now)
        await work.whisper(reading_of(actor, row.id, row.received).body())
    is_owner = row.assignee_id is None or row.assignee_id == actor.agent_id
    if row.unread == 0 or not (is_owner or actor.kind == "token"):
        return before
    row.unread = 0
    return await finish(work, ConversationUpdated, actor, row, before, now=now)


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


async def _give(
    work: UnitOfWork, actor: Actor, row: ConversationRow, agent_id: UUID, now: datetime
) -> None:
    agent = await lock_agent(work.session, actor.account_id, agent_id)
    if not agent.enabled:
        raise Conflict("This agent is disabled.", reason="agent_disabled")
    own(row, agent.id, "transferred", by=actor.out(), now=now)
    row.division_id = agent.division_id or row.division_id
    work.wake("waiting")


async def _transferred(
    work: UnitOfWork,
    actor: Actor,
    row: ConversationRow,
    before: ConversationOut,
    note: str,
    now: datetime,
) -> None:
    """Finish a transfer; the note for whom it goes to becomes a line of the conversation."""
    note = note.strip()
    line = await write_note(work, actor, row, note, now=now) if note else None
    after = await finish(work, ConversationTransferred, actor, row, before, now=now, note=note)
    if line:
        collect_note(work, line, after, now=now)


async def _wake(
    work: UnitOfWork, actor: Actor, row: ConversationRow, before: ConversationOut, now: datetime
) -> ConversationOut:
    if actor.role == "agent" and row.assignee_id != actor.agent_id:
        raise await owned(work, row)
    wake_up(row, now)
    work.wake("waiting")
    return await finish(work, ConversationReopened, actor, row, before, now=now)


async def _reopener(work: UnitOfWork, actor: Actor, row: ConversationRow) -> UUID | None:
    if actor.role == "agent":
        return actor.agent_id
    if row.assignee_id is None:
        return None
    working = await list_working(work.session, [(row.account_id, row.assignee_id)])
    return row.assignee_id if working else None
