"""The way back from what was done with a conversation, for half a minute and for who did it."""

from collections.abc import Container, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import asdict

from helpdesk.actions.disposal import finish, owned, require_unblocked, resolved
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, NotFound
from helpdesk.events import ConversationUndone
from helpdesk.queries.agents import lock_agent
from helpdesk.queries.contact_rows import lock_contact_of
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import find_latest, lock_conversation
from helpdesk.queries.divisions import lock_division_alive
from helpdesk.queries.labels import lock_labels_alive
from helpdesk.queries.undos import (
    Standing,
    WayBack,
    find_undone,
    insert_way_back,
    take_way_back,
)
from helpdesk.queries.visible import is_visible
from helpdesk.shapes.conversations import ConversationOut, DeedOut
from helpdesk.shapes.words import UndoneDeed
from helpdesk.tables.columns import new_id

LASTS = timedelta(seconds=30)
PLACE = ("status", "division_id", "assignee_id", "snoozed_until", "is_answered")
"""Where a conversation stands, as people see it: whoever changes it has done something since."""
QUESTION = ("unread", "unanswered_since", "waiting_since", "waiting_number")
"""What the customer's lines change too."""
OTHERS = ("last_id", "labels")


async def offer_undo(
    work: UnitOfWork,
    actor: Actor,
    deed: UndoneDeed,
    was: Standing,
    row: ConversationRow,
    *,
    now: datetime,
) -> DeedOut:
    """Return the conversation after a deed with its way back; a program's token gets none."""
    if actor.kind == "token":
        return DeedOut(**asdict(row.out()), undo_id=None)
    id_ = new_id()
    way = WayBack(
        conversation_id=row.id,
        actor_id=actor.id,
        deed=deed,
        before=was,
        after=Standing.of(row),
        expires_at=now + LASTS,
    )
    await insert_way_back(work.session, actor.account_id, id_, way)
    return DeedOut(**asdict(row.out()), undo_id=id_)


async def undo_deed(work: UnitOfWork, actor: Actor, id_: UUID, *, now: datetime) -> ConversationOut:
    """Put a conversation back where it was before the actor did something with it.

    Its labels come back where these were changed, but for those removed since, else all but these:
    owner, division, rest and end, and what was unread and waited unless the customer wrote since.
    Raises NotFound for what is nobody's or another's, Conflict when it is too late or when
    something happened since; the conversation is in that for who still sees it.
    """
    session = work.session
    undone = await find_undone(session, actor.account_id, id_)
    if undone is None:
        raise NotFound("There is nothing to undo.")
    conversation_id, was = undone
    living = await lock_labels_alive(session, actor.account_id, was.labels)
    await lock_contact_of(session, actor.account_id, conversation_id)
    has_division = await _keep_division(work, was.division_id)
    row = await lock_conversation(session, actor.account_id, conversation_id)
    way = await take_way_back(session, actor.account_id, id_)
    if way is None or way.actor_id != actor.id:
        raise NotFound("There is nothing to undo.")
    if way.expires_at <= now:
        raise Conflict("It is too late to undo this.", reason="too_late")
    before = row.out()
    try:
        await _take_back(work, row, way, living, has_division=has_division)
    except Conflict as conflict:
        if not is_visible(actor, row):
            conflict.facts.pop("conversation", None)
        raise
    return await finish(work, ConversationUndone, actor, row, before, now=now, deed=way.deed)


async def _keep_division(work: UnitOfWork, id_: UUID | None) -> bool:
    """Keep a division from being removed; False where that was done."""
    try:
        if id_:
            await lock_division_alive(work.session, work.account_id, id_)
    except NotFound:
        return False
    return True


async def _take_back(
    work: UnitOfWork,
    row: ConversationRow,
    way: WayBack,
    living: Container[UUID],
    *,
    has_division: bool,
) -> None:
    stands = Standing.of(row)
    if way.deed == "label":
        _require_same(row, stands, way.after, ("labels",))
        row.labels = [each for each in way.before.labels if each in living]
    else:
        await _require_undoable(work, row, stands, way)
        if not has_division:
            raise Conflict(
                "The division that it was in was removed since.",
                reason="changed",
                changed="division_id",
                conversation=row.out(),
            )
        await _put_back(work, row, stands, way)


async def _require_undoable(
    work: UnitOfWork, row: ConversationRow, stands: Standing, way: WayBack
) -> None:
    if stands.status == "resolved" and way.after.status != "resolved":
        raise resolved(row)
    if way.after.status == "resolved" and stands.status != "resolved":
        raise Conflict("The conversation is open again.", reason="open", conversation=row.out())
    if stands.assignee_id != way.after.assignee_id:
        raise await owned(work, row)
    _require_same(row, stands, way.after, PLACE)
    require_unblocked(row)
    pair = (row.account_id, row.device.id, row.address_id)
    latest = (await find_latest(work.session, [pair])).get(pair)
    if latest != row.id:
        raise Conflict(
            "A newer conversation with this contact exists. Use that one.",
            reason="newer",
            conversation_id=latest,
        )


async def _put_back(work: UnitOfWork, row: ConversationRow, stands: Standing, way: WayBack) -> None:
    """Give back all but the labels; who is to own it again must still work here."""
    owner = way.before.assignee_id
    if owner and owner != stands.assignee_id:
        if not (await lock_agent(work.session, row.account_id, owner)).enabled:
            raise Conflict("This agent is disabled.", reason="agent_disabled")
        row.assignment += 1
    has_written = stands.last_id != way.after.last_id
    kept = {*OTHERS, *(QUESTION if has_written and stands.status != "resolved" else ())}
    _restore(row, way.before, (name for name in Standing.__struct_fields__ if name not in kept))
    work.wake("waiting")


def _require_same(
    row: ConversationRow, stands: Standing, after: Standing, names: Iterable[str]
) -> None:
    for name in names:
        if getattr(stands, name) != getattr(after, name):
            raise Conflict(
                "Something else was done with the conversation since.",
                reason="changed",
                changed=name,
                conversation=row.out(),
            )


def _restore(row: ConversationRow, standing: Standing, names: Iterable[str]) -> None:
    for name in names:
        setattr(row, name, getattr(standing, name))
