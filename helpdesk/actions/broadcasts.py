"""Broadcasts: one text to many numbers, each a message of its own, paced by delays.

What happens to one is decided by its row, which is locked first; who may send a message of it is
decided by its item in the outbox: cancelling and sending take turns there, and one of them wins.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from helpdesk.actions.broadcast_plans import NewBroadcast, Prepared, prepare, require_targets
from helpdesk.actions.outgoing import Content, Manner
from helpdesk.actions.send import Send, send_to_addresses
from helpdesk.actions.target_lines import Target
from helpdesk.actions.variables import fill_variables
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.events import BroadcastCreated, BroadcastUpdated
from helpdesk.queries.broadcast_items import park, unpark
from helpdesk.queries.broadcasts import (
    get_broadcast,
    insert_broadcast,
    lock_broadcast,
    move_end,
    set_state,
)
from helpdesk.shapes.broadcasts import BroadcastBrief, BroadcastOut, BroadcastState, Progress
from helpdesk.shapes.messages import MediaOut
from helpdesk.tables.columns import new_id

MOST_CHARS = 10_000_000
"""Of all its messages together."""
MOST_NAME_CHARS = 256
SYSTEM_RANDOM = SystemRandom()
BEFORE: Mapping[BroadcastState, frozenset[BroadcastState]] = {
    "paused": frozenset({"running"}),
    "running": frozenset({"paused"}),
    "cancelled": frozenset({"running", "paused"}),
}
"""The states from which one may come to a state."""


async def add_broadcast(
    work: UnitOfWork,
    actor: Actor,
    new: NewBroadcast,
    *,
    now: datetime,
    random: Random = SYSTEM_RANDOM,
) -> BroadcastOut:
    """Queue a message to each target, all or none.

    Raises NotFound for an unknown device, InputError for what cannot be sent, for nobody to send
    to, and for bad lines unless they are to be left out; Conflict when the device may not send as
    much this month.
    """
    prepared = await prepare(work.session, work.account_id, new, now)
    require_targets(new, prepared)
    id_, start = new_id(), max(now, new.starts_at or now)
    waits = [0] + [random.randint(new.delay_min, new.delay_max) for _ in prepared.targets[1:]]
    sends, due_at = [], start
    for target, seconds in zip(prepared.targets, waits, strict=True):
        due_at += timedelta(seconds=seconds)
        sends.append(_send(actor, new, prepared.content.media, target, due_at, id_))
    if sum(len(send.content.text) for send in sends) > MOST_CHARS:
        raise InputError(
            "The messages are too long together.",
            errors={"text": "Shorten it, or send to fewer numbers at once."},
        )
    columns = _columns(new, prepared, actor) | {"starts_at": start, "ends_at": due_at}
    key = {"account_id": work.account_id, "id": id_, "created_at": now, "changed_at": now}
    await insert_broadcast(work.session, columns | key | {"count_due_at": start})
    await send_to_addresses(work, sends, now=now)
    broadcast = await get_broadcast(work.session, work.account_id, id_)
    work.collect(BroadcastCreated(at=now, broadcast=brief(broadcast)), Audience.SUPERVISORS)
    work.wake("broadcasts")
    return broadcast


async def pause_broadcast(work: UnitOfWork, id_: UUID, *, now: datetime) -> BroadcastOut:
    """Let nothing more of a broadcast go out; what else the device sends goes on.

    Raises NotFound, and Conflict (`broadcast_state`) unless it is running.
    """
    await _move(work, id_, "paused")
    await park(work.session, work.account_id, id_)
    return await _tell(work, id_, now)


async def resume_broadcast(work: UnitOfWork, id_: UUID, *, now: datetime) -> BroadcastOut:
    """Let a paused broadcast go on, with the times between its messages as they were.

    Raises NotFound, and Conflict (`broadcast_state`) unless it is paused.
    """
    await _move(work, id_, "running")
    await unpark(work.session, work.account_id, id_)
    await move_end(work.session, work.account_id, id_)
    work.wake("outbox")
    return await _tell(work, id_, now)


async def cancel_broadcast(work: UnitOfWork, id_: UUID, *, now: datetime) -> BroadcastOut:
    """Let nothing more of a broadcast go out, ever: what waits is taken back soon after.

    Raises NotFound, and Conflict (`broadcast_state`) when it is done or cancelled.
    """
    await _move(work, id_, "cancelled")
    return await _tell(work, id_, now)


def brief(broadcast: BroadcastOut) -> BroadcastBrief:
    """Return what events tell of a broadcast."""
    return BroadcastBrief(
        **{name: getattr(broadcast, name) for name in BroadcastBrief.__struct_fields__}
    )


async def _move(work: UnitOfWork, id_: UUID, state: BroadcastState) -> None:
    before = await lock_broadcast(work.session, work.account_id, id_)
    if before not in BEFORE[state]:
        raise Conflict(f"The broadcast is {before}.", reason="broadcast_state", state=before)
    await set_state(work.session, work.account_id, id_, state)


async def _tell(work: UnitOfWork, id_: UUID, now: datetime) -> BroadcastOut:
    broadcast = await get_broadcast(work.session, work.account_id, id_)
    work.collect(BroadcastUpdated(at=now, broadcast=brief(broadcast)), Audience.SUPERVISORS)
    work.wake("broadcasts")
    return broadcast


def _send(
    actor: Actor,
    new: NewBroadcast,
    media: MediaOut | None,
    target: Target,
    due_at: datetime,
    id_: UUID,
) -> Send:
    return Send(
        sender=actor.out(),
        device_id=new.device_id,
        address=target.address,
        name=target.values[0][:MOST_NAME_CHARS] if target.values else "",
        content=Content(text=fill_variables(new.text, target.values), media=media),
        due_at=due_at,
        manner=Manner(scheduled_at=new.starts_at, broadcast_id=id_),
    )


def _columns(new: NewBroadcast, prepared: Prepared, actor: Actor) -> dict[str, Any]:
    none = dict.fromkeys(Progress.__struct_fields__, 0)
    by, progress = actor.out(), Progress(**none | {"queued": len(prepared.targets)})
    return {
        "device_id": new.device_id,
        "state": "running",
        "text": new.text,
        "media_id": new.media_id,
        "label_ids": msgspec.json.encode(new.label_ids).decode(),
        "delay_min": new.delay_min,
        "delay_max": new.delay_max,
        "targets": len(prepared.targets),
        "duplicates": prepared.read.duplicates,
        "blocked": prepared.blocked,
        "bad_lines": len(prepared.read.bad),
        "progress": msgspec.json.encode(progress).decode(),
        **{f"by_{name}": value for name, value in asdict(by).items()},
    }
