"""Messages over REST: reading a thread, and answering in it."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct, field

from helpdesk.actions.reply import Draft, reply
from helpdesk.api.access import ANYBODY, allow
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import also
from helpdesk.api.pages import LineKey, Page, page, read_after
from helpdesk.errors import NotFound
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.messages import find_messages, list_messages
from helpdesk.queries.visible import require_visible
from helpdesk.shapes.messages import Location, MessageOut, Poll

BlankName = Annotated[str, Meta(max_length=100)]
Blank = Annotated[str, Meta(max_length=2_000)]


class ReplyIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """An answer; the same `client_id` again returns the first message, with 200 instead of 201.

    `blanks` fill the template's `{?…}`. A `text` beside a template replaces the template's.
    """

    client_id: UUID
    text: Annotated[str, Meta(max_length=60_000)] = ""
    template_id: UUID | None = None
    blanks: dict[BlankName, Blank] = field(default_factory=dict)
    media_id: UUID | None = None
    location: Location | None = None
    poll: Poll | None = None
    reply_to: UUID | None = None


@get(
    "/conversations/{conversation_id:uuid}/messages",
    opt=allow(ANYBODY),
    operation_id="list_messages",
)
async def list_thread(
    conversation_id: FromPath[UUID],
    reading: Reading,
    actor: Acting,
    after: After = None,
    limit: Limit = 50,
) -> Page[MessageOut]:
    """List a conversation's messages, newest first."""
    row = await get_conversation(reading, actor.account_id, conversation_id)
    require_visible(actor, row)
    key = read_after(after, LineKey)
    lines = await list_messages(
        reading,
        actor.account_id,
        conversation_id,
        before=(key.sort_at, key.number) if key else None,
        limit=limit,
    )
    return page(lines, limit, lambda line: (line.sort_at, line.number))


@post(
    "/conversations/{conversation_id:uuid}/messages",
    opt=allow(ANYBODY) | also(200),
    operation_id="reply",
)
async def answer(
    conversation_id: FromPath[UUID], data: JSONBody[ReplyIn], work: Work, actor: Acting, now: Now
) -> Response[MessageOut]:
    """Answer. It is stored and queued when this returns; what becomes of it comes as events."""
    draft = Draft(**{name: getattr(data, name) for name in data.__struct_fields__})
    replied = await reply(work, actor, conversation_id, draft, now=now)
    return Response(replied.message, status_code=201 if replied.is_new else 200)


@get("/messages/{message_id:uuid}", opt=allow(ANYBODY), operation_id="get_message")
async def read(message_id: FromPath[UUID], reading: Reading, actor: Acting) -> MessageOut:
    """Read one message."""
    found = await find_messages(reading, [(actor.account_id, message_id)])
    message = found.get(message_id)
    if message is None:
        raise NotFound("There is no such message.")
    if message.conversation_id:
        row = await get_conversation(reading, actor.account_id, message.conversation_id)
        require_visible(actor, row)
    elif not (actor.is_supervising or actor.device_id == message.device_id):
        raise NotFound("There is no such message.")
    return message


router = Router("/", route_handlers=[list_thread, answer, read])
