"""Merging two contacts that are one person, and undoing it.

Nothing that was said moves: the merged contact's row becomes a further number of the one that
stays, so that its conversations, messages and notes are shown as that one's, a new message from it
goes there, and answers go on leaving to the number that the customer writes from. What the one that
stays had not is taken over and recorded; undoing takes exactly that off again.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from helpdesk.actions.contacts import tell_contacts
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.events import ContactUpdated, ConversationUpdated
from helpdesk.queries.contact_conversations import list_audiences, list_open_of
from helpdesk.queries.contact_merges import (
    Gained,
    get_merge,
    insert_merge,
    list_rows_of,
    point_rows,
    read_merged,
    set_undone,
)
from helpdesk.queries.contact_rows import (
    ContactRow,
    lock_contact,
    lock_merging,
    lock_whole,
    set_contacts,
)
from helpdesk.queries.contacts import get_contact
from helpdesk.queries.conversations import lock_conversations
from helpdesk.queries.fields import keep_fields
from helpdesk.queries.labels import keep_labels
from helpdesk.shapes.contacts import MergeOut
from helpdesk.shapes.conversations import ContactOut
from helpdesk.tables.columns import new_id

MOST_LABELS = 20
"""As many as a contact may be given."""


async def merge_contacts(
    work: UnitOfWork, actor: Actor, id_: UUID, other_id: UUID, *, now: datetime
) -> MergeOut:
    """Merge another contact into one that stays; its own name and values win.

    For those who see both. Raises NotFound, InputError for a contact and itself, or a group,
    Conflict where one is blocked, or both are one already.
    """
    kept, merged = await _lock_both(work, actor, id_, other_id)
    gained = Gained(
        labels=[each for each in merged.labels if each not in kept.labels],
        fields={each: value for each, value in merged.fields.items() if each not in kept.fields},
        name="" if kept.name else merged.name,
    )
    if len(kept.labels + gained.labels) > MOST_LABELS:
        raise InputError(
            f"Together they have more than {MOST_LABELS} labels.",
            errors={"contact_id": f"Take labels off: {MOST_LABELS} together are the most."},
        )
    moved = await list_rows_of(work.session, work.account_id, merged.id)
    await point_rows(work.session, work.account_id, moved, kept.id)
    await set_contacts(work.session, [_with(kept, gained, merged)])
    merge_id, by = new_id(), actor.out()
    await insert_merge(
        work.session,
        {
            "account_id": work.account_id,
            "id": merge_id,
            "contact_id": kept.id,
            "merged_id": merged.id,
            "moved": moved,
            "gained": gained,
            "merger_kind": by.kind,
            "merger_id": by.id,
            "merger_name": by.name,
            "created_at": now,
        },
    )
    await _tell(work, actor, [kept.id], merged, moved, now)
    return (await get_merge(work.session, work.account_id, kept.id, merge_id)).out


async def undo_merge(
    work: UnitOfWork, actor: Actor, id_: UUID, merge_id: UUID, *, now: datetime
) -> ContactOut:
    """Undo a merge into a contact that the actor sees, and return this one as it is now.

    What was changed since stays, and what another merged contact has as well. Raises Conflict where
    it is blocked, and NotFound, also where it was merged on into another contact: that merge is
    undone first.
    """
    await lock_merging(work.session, work.account_id)
    seen = await get_contact(work.session, actor, id_)
    kept = await lock_contact(work.session, work.account_id, seen.id)
    merge = await get_merge(work.session, work.account_id, kept.id, merge_id)
    if kept.blocked_at:
        raise Conflict("A blocked contact stays as it is. Unblock it first.", reason="blocked")
    apart, *its_numbers = merge.moved
    await point_rows(work.session, work.account_id, [apart], None)
    await point_rows(work.session, work.account_id, its_numbers, apart)
    others = await read_merged(work.session, work.account_id, kept.id)
    await set_contacts(work.session, [_without(kept, merge.gained, others)])
    await set_undone(work.session, work.account_id, merge_id, now)
    after = await _tell(work, actor, [kept.id, apart], None, merge.moved, now)
    return after[kept.id].out()


async def _lock_both(
    work: UnitOfWork, actor: Actor, id_: UUID, other_id: UUID
) -> tuple[ContactRow, ContactRow]:
    """Lock two contacts that the actor sees and that may be merged."""
    if id_ == other_id:
        raise InputError(
            "This is the same contact.", errors={"contact_id": "Give another contact."}
        )
    await keep_labels(work.session, work.account_id)
    await keep_fields(work.session, work.account_id)
    await lock_merging(work.session, work.account_id)
    stays = await get_contact(work.session, actor, id_)
    goes = await get_contact(work.session, actor, other_id)
    if stays.id == goes.id:
        raise Conflict("They are one contact already.", reason="merged", contact=stays)
    locked = await lock_whole(work.session, work.account_id, [stays.id, goes.id])
    _require_mergeable(locked[stays.id], locked[goes.id])
    return locked[stays.id], locked[goes.id]


def _require_mergeable(kept: ContactRow, merged: ContactRow) -> None:
    if "group" in {kept.kind, merged.kind}:
        raise InputError(
            "A group is never merged.", errors={"contact_id": "Give a person, not a group."}
        )
    if kept.blocked_at or merged.blocked_at:
        raise Conflict("A blocked contact is not merged. Unblock it first.", reason="blocked")


def _with(kept: ContactRow, gained: Gained, merged: ContactRow) -> ContactRow:
    return replace(
        kept,
        labels=kept.labels + gained.labels,
        fields=kept.fields | gained.fields,
        name=kept.name or gained.name,
        is_named=kept.is_named or bool(gained.name and merged.is_named),
    )


def _without(kept: ContactRow, gained: Gained, others: Gained) -> ContactRow:
    """Return the contact without what it got by a merge, where that is still as it was then, and
    none of the others that are still merged into it has it."""
    fields = {
        id_: value
        for id_, value in kept.fields.items()
        if gained.fields.get(id_) != value or others.fields.get(id_) == value
    }
    labels = [each for each in kept.labels if each not in gained.labels or each in others.labels]
    is_name_gained = bool(gained.name) and kept.name == gained.name
    return replace(
        kept,
        labels=labels,
        fields=fields,
        name="" if is_name_gained else kept.name,
        is_named=kept.is_named and not is_name_gained,
    )


async def _tell(
    work: UnitOfWork,
    actor: Actor,
    ids: list[UUID],
    merged: ContactRow | None,
    moved: Collection[UUID],
    now: datetime,
) -> dict[UUID, ContactRow]:
    """Tell of the contacts as they are now, and return them; of one that was merged, and of the
    open conversations that show another contact than before."""
    after = await lock_whole(work.session, work.account_id, ids)
    await tell_contacts(work, list(after.values()), now=now)
    keys = [(work.account_id, id_) for id_ in ids]
    if merged:
        audience = (await list_audiences(work.session, keys))[ids[0]]
        out = merged.out(merged_into=ids[0])
        work.collect(ContactUpdated(at=now, contact=out), audience)
    rows = await lock_conversations(work.session, await list_open_of(work.session, keys))
    for row in rows.values():
        if row.address_id in moved:
            shown = row.out()
            work.collect(
                ConversationUpdated(
                    at=now, conversation_id=row.id, conversation=shown, by=actor.out()
                ),
                Audience.of(shown),
            )
    return after
