"""What waits to be sent, over REST: read, taken back, put to another time, sent again."""

from typing import Literal
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from helpdesk.actions.queued import cancel_message, reschedule_messages, resend_message
from helpdesk.api.access import ANYBODY, allow
from helpdesk.api.deps import Acting, Now, Reading, Work
from helpdesk.api.pages import require_time
from helpdesk.errors import NotFound
from helpdesk.queries.queued import find_queued
from helpdesk.queries.visible import get_visible_message
from helpdesk.shapes.messages import MessageOut, QueuedOut
from helpdesk.shapes.words import Moment


class RescheduleIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """When it is to go out; what is past is now.

    `schedule` takes everything along that the device sends by the same schedule, for supervisors
    and tokens alone.
    """

    due_at: Moment
    scope: Literal["message", "schedule"] = "message"


@get("/messages/{message_id:uuid}/queued", opt=allow(ANYBODY), operation_id="get_queued_message")
async def read(message_id: FromPath[UUID], reading: Reading, actor: Acting) -> QueuedOut:
    """Read when a message goes out; 404 when it does not wait any more."""
    message = await get_visible_message(reading, actor, message_id)
    queued = await find_queued(reading, actor.account_id, message.id)
    if queued is None:
        raise NotFound("The message does not wait to be sent.")
    return queued


@post(
    "/messages/{message_id:uuid}/cancel",
    opt=allow(ANYBODY),
    status_code=200,
    operation_id="cancel_message",
)
async def cancel(message_id: FromPath[UUID], work: Work, actor: Acting, now: Now) -> MessageOut:
    """Take back what waits to be sent: it is `failed` as `cancelled`. 409 once it is being sent."""
    return await cancel_message(work, actor, message_id, now=now)


@post(
    "/messages/{message_id:uuid}/reschedule",
    opt=allow(ANYBODY),
    status_code=200,
    operation_id="reschedule_message",
)
async def reschedule(
    message_id: FromPath[UUID], data: JSONBody[RescheduleIn], work: Work, actor: Acting
) -> list[QueuedOut]:
    """Put what waits to another time, and return what was. 409 once it is being sent."""
    require_time("due_at", data.due_at)
    return await reschedule_messages(
        work, actor, message_id, data.due_at, is_whole_schedule=data.scope == "schedule"
    )


@post(
    "/messages/{message_id:uuid}/resend",
    opt=allow(ANYBODY),
    status_code=200,
    operation_id="resend_message",
)
async def resend(message_id: FromPath[UUID], work: Work, actor: Acting, now: Now) -> MessageOut:
    """Send again what failed, was cancelled or expired, without counting it again."""
    return await resend_message(work, actor, message_id, now=now)


router = Router("/", route_handlers=[read, cancel, reschedule, resend])
