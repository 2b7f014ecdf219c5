"""Messages over REST: reading a thread, and answering in it."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct, field

from helpdesk.actions.forward import Destination, forward_message
from helpdesk.actions.reply import Draft, reply
from helpdesk.api.access import ANYBODY, STAFF, allow
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import also
from helpdesk.api.pages import LineKey, Page, page, read_after
from helpdesk.errors import InputError
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.messages import list_messages
from helpdesk.queries.visible import get_visible_message, require_visible, sees_notes
from helpdesk.shapes.messages import Location, MessageOut, Poll

BlankName = Annotated[str, Meta(max_length=100)]
Blank = Annotated[str, Meta(max_length=2_000)]


class ReplyIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """An answer; the same `client_id` again returns the first message, with 200 instead of 201.

    `blanks` fill the template's `{?…}`. A `text` beside a template replaces the template's.
    `used_template_ids` are templates that the text was made of, to be counted and no more: one that
    is not there is passed over.
    `expected_last_message_id` is the line that came last, as far as the writer knows: when somebody
    else wrote since, nothing is sent, and the 409 (`reason` `crossed`) carries those `messages`.
    """

    client_id: UUID
    text: Annotated[str, Meta(max_length=60_000)] = ""
    template_id: UUID | None = None
    used_template_ids: Annotated[list[UUID], Meta(max_length=20)] = field(default_factory=list)
    blanks: dict[BlankName, Blank] = field(default_factory=dict)
    media_id: UUID | None = None
    location: Location | None = None
    poll: Poll | None = None
    reply_to: UUID | None = None
    expected_last_message_id: UUID | None = None


class ForwardIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where to: an open conversation, or a number in any spelling by a device.

    The same `client_id` again returns the first message, with 200 instead of 201.
    """

    client_id: UUID
    conversation_id: UUID | None = None
    device_id: UUID | None = None
    number: Annotated[str, Meta(max_length=40)] = ""


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
        has_notes=sees_notes(actor),
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
    fields = {name: getattr(data, name) for name in data.__struct_fields__}
    expected = fields.pop("expected_last_message_id")
    draft = Draft(**fields)
    replied = await reply(work, actor, conversation_id, draft, now=now, expected_last=expected)
    return Response(replied.message, status_code=201 if replied.is_new else 200)


@get("/messages/{message_id:uuid}", opt=allow(ANYBODY), operation_id="get_message")
async def read(message_id: FromPath[UUID], reading: Reading, actor: Acting) -> MessageOut:
    """Read one message."""
    return await get_visible_message(reading, actor, message_id)


@post(
    "/messages/{message_id:uuid}/forward",
    opt=allow(STAFF) | also(200),
    operation_id="forward_message",
)
async def forward(
    message_id: FromPath[UUID], data: JSONBody[ForwardIn], work: Work, actor: Acting, now: Now
) -> Response[MessageOut]:
    """Send the same content into another conversation, or to a number, marked as forwarded."""
    to = Destination(
        conversation_id=data.conversation_id, device_id=data.device_id, number=data.number
    )
    if bool(data.conversation_id) == bool(data.device_id):
        raise InputError(
            "Name a conversation, or a device and a number.",
            errors={"conversation_id": "Give this, or device_id and number, not both."},
        )
    sent = await forward_message(work, actor, message_id, to, data.client_id, now=now)
    return Response(sent.message, status_code=201 if sent.is_new else 200)


router = Router("/", route_handlers=[list_thread, answer, read, forward])
