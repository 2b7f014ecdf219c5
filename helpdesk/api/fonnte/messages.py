"""`/status`, `/delete-message`, `/reset-message`: what became of one message, and what shall."""

from datetime import datetime
from uuid import UUID

from litestar import HttpMethod, Response, post, route

from helpdesk import clock
from helpdesk.actions.deliver import EXPIRED
from helpdesk.actions.queued import CANCELLED, cancel_message, reschedule_messages, resend_message
from helpdesk.actors import Actor
from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.fonnte.answers import refused, say
from helpdesk.api.fonnte.body import Fields, read_sent
from helpdesk.api.fonnte.fields import flag, text, whole
from helpdesk.api.fonnte.orders import RANDOM, read_delay, read_moment
from helpdesk.api.fonnte.tokens import WRONG_SENDER, identify_one
from helpdesk.api.parts import parts_of
from helpdesk.database import Session, UnitOfWork
from helpdesk.errors import Conflict
from helpdesk.queries.messages import find_messages
from helpdesk.queries.queued import find_queued, find_sent_by
from helpdesk.shapes.messages import MessageOut, QueuedOut

READING = [HttpMethod.GET, HttpMethod.POST]
UNKNOWN = "invalid message id"
BAD_LINK = ("url unreachable", "url invalid")


@route("/status", http_method=READING, opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def status(request: AnyRequest) -> Response[bytes]:
    """Tell what became of a message."""
    actor = await identify_one(request, "device", WRONG_SENDER)
    number = whole((await read_sent(request)).fields, "id")
    if not number:
        raise refused("id required")
    async with parts_of(request).database.reading(actor.account_id) as session:
        message, item = await _find(session, actor, number)
    return say({"id": number, "message_status": describe(message, item, clock.now())})


@post("/delete-message", opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def take_back(request: AnyRequest) -> Response[bytes]:
    """Take back a message that waits to be sent."""
    actor = await identify_one(request, "device", WRONG_SENDER)
    number = whole((await read_sent(request)).fields, "id")
    now = clock.now()
    async with parts_of(request).database.unit_of_work(actor.account_id) as work:
        message, item = await _find(work.session, actor, number)
        if message.failure == CANCELLED:
            raise refused(UNKNOWN)
        try:
            await cancel_message(work, actor, message.id, now=now)
        except Conflict as error:
            word = _word(error, message, item, now)
            raise refused(f"cannot delete message with status {word}") from error
    return say({"detail": f"message {number} successfully deleted"})


@post("/reset-message", opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def reset(request: AnyRequest) -> Response[bytes]:
    """Put a message to another time, or send one again that failed or expired."""
    actor = await identify_one(request, "device", WRONG_SENDER)
    fields = (await read_sent(request)).fields
    number, now = whole(fields, "id"), clock.now()
    due_at = max(now, read_moment(whole(fields, "schedule")) or now)
    async with parts_of(request).database.unit_of_work(actor.account_id) as work:
        message, item = await _find(work.session, actor, number)
        if message.failure == CANCELLED:
            raise refused(UNKNOWN)
        try:
            await _reset(work, actor, message, fields, due_at, now)
        except Conflict as error:
            word = _word(error, message, item, now)
            raise refused(f"cannot reset message with status {word}") from error
    return say({"detail": f"message {number} successfully reset"})


async def _reset(
    work: UnitOfWork,
    actor: Actor,
    message: MessageOut,
    fields: Fields,
    due_at: datetime,
    now: datetime,
) -> None:
    is_whole = flag(fields, "byschedule", default=False)
    delay = read_delay(text(fields, "delay"))
    if message.status == "failed":
        await resend_message(work, actor, message.id, now=now)
    await reschedule_messages(
        work,
        actor,
        message.id,
        due_at,
        delay=delay,
        is_whole_schedule=is_whole,
        random=RANDOM,
    )


async def _find(session: Session, actor: Actor, number: int) -> tuple[MessageOut, QueuedOut | None]:
    """Return a message that the device was to send, and its place in the outbox.

    Raises InputError.
    """
    id_: UUID | None = await find_sent_by(session, actor.account_id, actor.id, number)
    if id_ is None:
        raise refused(UNKNOWN)
    message = (await find_messages(session, [(actor.account_id, id_)]))[id_]
    return message, await find_queued(session, actor.account_id, id_)


def describe(message: MessageOut, item: QueuedOut | None, now: datetime) -> str:
    """Return a message's status in Fonnte's words (FONNTE.md 1.3)."""
    match message.status:
        case "queued" | "sending":
            return _waiting(item, now)
        case "unknown":
            return "processing"
        case "failed":
            return _failed(message.failure)
        case _:
            return "sent"


def _waiting(item: QueuedOut | None, now: datetime) -> str:
    if item is None or not item.is_changeable:
        return "processing"
    return "waiting" if item.attempts == 0 and item.due_at > now else "pending"


def _failed(failure: str) -> str:
    reason = failure.lower()
    if reason.startswith(EXPIRED):
        return "expired"
    if reason in BAD_LINK:
        return "url unreachable"
    return "invalid" if reason.endswith("invalid") else "failed"


def _word(error: Conflict, message: MessageOut, item: QueuedOut | None, now: datetime) -> str:
    """Return the status for which something cannot be done; it may be newer than was read."""
    return "processing" if error.facts["reason"] == "sending" else describe(message, item, now)
