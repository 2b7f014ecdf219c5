"""Broadcasts over REST: one text to many numbers, and how far it has come."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from helpdesk.actions.broadcast_plans import NewBroadcast, check_broadcast
from helpdesk.actions.broadcasts import (
    add_broadcast,
    cancel_broadcast,
    pause_broadcast,
    resume_broadcast,
)
from helpdesk.api.access import MANAGING, allow
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page, TimeKey, page, read_after, require_time
from helpdesk.errors import Conflict, NotFound
from helpdesk.queries.broadcasts import get_broadcast, list_broadcasts
from helpdesk.shapes.broadcasts import BroadcastCheck, BroadcastOut
from helpdesk.shapes.words import Moment

MOST_BODY_BYTES = 8 * 1024 * 1024
"""Ten thousand numbers with their values."""

Seconds = Annotated[int, Meta(ge=0, le=86_400)]


class BroadcastIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A text, a file with a caption, or both, to `lines` or to contacts with one of the labels.

    `lines` is one number a line, or `number,name,var1,…` with values for the text's `{name}`,
    `{var1}` … `starts_at` is to the second; without it, and when it is past, it begins at once.
    Before each number but the first `delay_min` to `delay_max` seconds pass.
    """

    device_id: UUID
    text: Annotated[str, Meta(max_length=60_000)] = ""
    media_id: UUID | None = None
    lines: Annotated[str, Meta(max_length=4_000_000)] = ""
    label_ids: Annotated[list[UUID], Meta(max_length=50)] = []
    starts_at: Moment | None = None
    delay_min: Seconds = 0
    delay_max: Seconds = 0
    leave_out_bad_lines: bool = False


@get("/broadcasts", opt=allow(MANAGING), operation_id="list_broadcasts")
async def list_all(
    reading: Reading, actor: Acting, after: After = None, limit: Limit = 50
) -> Page[BroadcastOut]:
    """List broadcasts, the newest first. Their progress is mostly a second old."""
    key = read_after(after, TimeKey)
    before = (key.at, key.id) if key else None
    broadcasts = await list_broadcasts(reading, actor.account_id, before=before, limit=limit)
    return page(broadcasts, limit, lambda each: TimeKey(each.created_at, each.id))


@post(
    "/broadcasts",
    opt=allow(MANAGING) | faults(Conflict, NotFound),
    request_max_body_size=MOST_BODY_BYTES,
    operation_id="add_broadcast",
)
async def add(data: JSONBody[BroadcastIn], work: Work, actor: Acting, now: Now) -> BroadcastOut:
    """Queue a message to each target, all or none; each counts once against the device's month.

    Blocked contacts and repeated numbers are left out, and counted in the answer. 422 for bad lines
    unless `leave_out_bad_lines`. With an `Idempotency-Key` a second try sends nothing twice.
    """
    return await add_broadcast(work, actor, _new(data), now=now)


@post(
    "/broadcasts/check",
    opt=allow(MANAGING) | faults(NotFound),
    status_code=200,
    request_max_body_size=MOST_BODY_BYTES,
    operation_id="check_broadcast",
)
async def check(
    data: JSONBody[BroadcastIn], reading: Reading, actor: Acting, now: Now
) -> BroadcastCheck:
    """Tell what would come of a broadcast: whom it reaches, bad lines, the first three texts."""
    return await check_broadcast(reading, actor.account_id, _new(data), now=now)


@get("/broadcasts/{broadcast_id:uuid}", opt=allow(MANAGING), operation_id="get_broadcast")
async def read(broadcast_id: FromPath[UUID], reading: Reading, actor: Acting) -> BroadcastOut:
    """Read a broadcast. Its messages are those of `GET /messages` with its `broadcast_id`."""
    return await get_broadcast(reading, actor.account_id, broadcast_id)


@post(
    "/broadcasts/{broadcast_id:uuid}/pause",
    opt=allow(MANAGING) | faults(Conflict),
    status_code=200,
    operation_id="pause_broadcast",
)
async def pause(broadcast_id: FromPath[UUID], work: Work, now: Now) -> BroadcastOut:
    """Let nothing more of it go out, until it is resumed. What is being sent is sent."""
    return await pause_broadcast(work, broadcast_id, now=now)


@post(
    "/broadcasts/{broadcast_id:uuid}/resume",
    opt=allow(MANAGING) | faults(Conflict),
    status_code=200,
    operation_id="resume_broadcast",
)
async def resume(broadcast_id: FromPath[UUID], work: Work, now: Now) -> BroadcastOut:
    """Let a paused one go on, with the times between its messages as they were."""
    return await resume_broadcast(work, broadcast_id, now=now)


@post(
    "/broadcasts/{broadcast_id:uuid}/cancel",
    opt=allow(MANAGING) | faults(Conflict),
    status_code=200,
    operation_id="cancel_broadcast",
)
async def cancel(broadcast_id: FromPath[UUID], work: Work, now: Now) -> BroadcastOut:
    """Take back all of it that waits: these messages fail as `cancelled`, within seconds.

    What was accepted stays counted against the device's month, as with any message taken back.
    """
    return await cancel_broadcast(work, broadcast_id, now=now)


def _new(data: BroadcastIn) -> NewBroadcast:
    if data.starts_at:
        require_time("starts_at", data.starts_at)
    fields = {name: getattr(data, name) for name in data.__struct_fields__}
    return NewBroadcast(is_leaving_out_bad=fields.pop("leave_out_bad_lines"), **fields)


router = Router("/", route_handlers=[list_all, add, check, read, pause, resume, cancel])
