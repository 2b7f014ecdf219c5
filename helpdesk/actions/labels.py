"""Labels: added, changed, removed; and put on contacts and conversations.

A label is locked before the contacts and conversations that get or lose it, so that none gets one
that is being removed, and no event tells of one that is gone.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict, replace

from helpdesk.actions.contacts import keep_contact, lock_seen_contact
from helpdesk.actions.disposal import finish, lock_seen
from helpdesk.actions.undo import offer_undo
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.events import ConversationUpdated, LabelChanged
from helpdesk.queries.contact_conversations import list_open_of
from helpdesk.queries.conversations import lock_conversations
from helpdesk.queries.labels import (
    count_label_uses,
    count_labels,
    find_label,
    insert_label,
    list_labelled_conversations,
    lock_label,
    lock_labelled_contacts,
    lock_labels_alive,
    set_label,
    take_label_off,
)
from helpdesk.queries.undos import Standing
from helpdesk.shapes.conversations import ContactOut, DeedOut
from helpdesk.shapes.labels import LabelOut
from helpdesk.tables.columns import new_id

MOST_LABELS = 200


class NewLabel(Struct, frozen=True):
    """A label to be made."""

    name: str
    color: int = 1


async def add_label(work: UnitOfWork, new: NewLabel, *, now: datetime) -> LabelOut:
    """Add a label. Raises Conflict when another one has its name, or the account has too many."""
    name = check_name(new.name)
    if await count_labels(work.session, work.account_id) >= MOST_LABELS:
        raise Conflict(
            f"The account has {MOST_LABELS} labels. Delete one first.", reason="too_many_labels"
        )
    label_id = new_id()
    await insert_label(
        work.session,
        {
            "account_id": work.account_id,
            "id": label_id,
            "name": name,
            "color": new.color,
            "created_at": now,
        },
    )
    return await _tell(work, label_id, now)


async def change_label(
    work: UnitOfWork, id_: UUID, changes: Mapping[str, Any], *, now: datetime
) -> LabelOut:
    """Change columns of a label. Raises Conflict when another one has its name."""
    label = await lock_label(work.session, work.account_id, id_)
    if not changes:
        return label
    named = {"name": check_name(changes["name"])} if "name" in changes else {}
    await set_label(work.session, work.account_id, id_, {**changes, **named})
    return await _tell(work, id_, now)


async def remove_label(work: UnitOfWork, id_: UUID, *, now: datetime) -> None:
    """Remove a label and take it off everything. Raises Conflict while rules name it."""
    session, account_id = work.session, work.account_id
    await lock_label(session, account_id, id_)
    uses = await count_label_uses(session, account_id, id_)
    if uses.rules:
        raise Conflict(
            "Rules name this label. Change or delete these rules first.",
            reason="in_use",
            rules=uses.rules,
        )
    contacts = await lock_labelled_contacts(session, account_id, id_)
    shown = await list_open_of(session, [(account_id, each) for each in contacts])
    marked = await list_labelled_conversations(session, account_id, id_)
    await lock_conversations(session, {*shown, *((account_id, each) for each in marked)})
    await take_label_off(session, account_id, id_)
    await set_label(session, account_id, id_, {"deleted_at": now})
    await _tell(work, id_, now)


def check_name(name: str) -> str:
    """Return the name without spaces around it. Raises InputError when nothing is left."""
    trimmed = name.strip()
    if not trimmed:
        raise InputError(
            "A label has a name.", errors={"name": "Give a name that is more than spaces."}
        )
    return trimmed


async def label_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, labels: Iterable[UUID], *, now: datetime
) -> DeedOut:
    """Put these labels on a conversation, and no others; also on a resolved one."""
    wanted = await require_labels(work, labels)
    row, before = await lock_seen(work, actor, id_)
    if row.labels == wanted:
        return DeedOut(**asdict(before), undo_id=None)
    was = Standing.of(row)
    row.labels = wanted
    await finish(work, ConversationUpdated, actor, row, before, now=now)
    return await offer_undo(work, actor, "label", was, row, now=now)


async def label_contact(
    work: UnitOfWork, actor: Actor, id_: UUID, labels: Iterable[UUID], *, now: datetime
) -> ContactOut:
    """Put these labels on a contact, and no others. Raises NotFound when the actor sees it not."""
    wanted = await require_labels(work, labels)
    contact = await lock_seen_contact(work, actor, id_)
    return await keep_contact(work, contact, replace(contact, labels=wanted), now=now)


async def require_labels(
    work: UnitOfWork, labels: Iterable[UUID], *, field: str = "labels"
) -> list[UUID]:
    """Return the labels, each once, in the order given; they stay until the unit of work ends.

    Raises InputError for one that is not there.
    """
    wanted = list(dict.fromkeys(labels))
    living = await lock_labels_alive(work.session, work.account_id, wanted)
    if missing := [each for each in wanted if each not in living]:
        raise InputError(
            "There is no such label.", errors={field: f"There is no label {missing[0]}."}
        )
    return wanted


async def _tell(work: UnitOfWork, id_: UUID, now: datetime) -> LabelOut:
    label = await find_label(work.session, work.account_id, id_)
    if label is None:
        raise RuntimeError("the label vanished within its own unit of work")
    work.collect(LabelChanged(at=now, label=label), Audience.EVERYBODY)
    return label
