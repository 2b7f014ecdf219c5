"""Messages over REST: reading a thread, and answering in it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct, field

from helpdesk.actions.forward import Destination, forward_message
from helpdesk.actions.reply import Draft, reply
from helpdesk.actors import Actor
from helpdesk.api.access import ANYBODY, STAFF, allow
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import also
from helpdesk.api.pages import LineKey, page, read_after
from helpdesk.database import Session
from helpdesk.errors import InputError, NotFound
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.messages import list_messages, list_newer_messages
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


class ThreadPage(Struct, frozen=True, kw_only=True):
    """Lines of a conversation, newest first.

    `next` is given back as `after` for older lines, `previous` as `before` for newer ones; each is
    None at that end of the conversation.
    """

    items: list[MessageOut]
    next: str | None
    previous: str | None


Before = Annotated[
    str | None, QueryParameter(description="The `previous` of the page that comes after.")
]
Around = Annotated[
    UUID | None, QueryParameter(description="A message that the page is to have in its middle.")
]


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
    before: FromQuery[Before] = None,
    around: FromQuery[Around] = None,
    limit: Limit = 50,
) -> ThreadPage:
    """List a conversation's messages, newest first; give one of `after`, `before` and `around`."""
    row = await get_conversation(reading, actor.account_id, conversation_id)
    require_visible(actor, row)
    if sum(each is not None for each in (after, before, around)) > 1:
        raise InputError(
            "Give one of after, before and around.",
            errors={"around": "Give one of after, before and around."},
        )
    thread = _Thread(reading, actor, conversation_id)
    if around:
        return await thread.around(around, limit)
    end = read_after(before, LineKey, field="before")
    if end:
        return await thread.newer((end.sort_at, end.number), limit)
    start = read_after(after, LineKey)
    return await thread.older((start.sort_at, start.number) if start else None, limit)


Place = tuple[datetime, int]


class _Thread:
    """The lines of a conversation that a caller sees, page by page."""

    def __init__(self, reading: Session, actor: Actor, id_: UUID) -> None:
        self._lines = (reading, actor.account_id, id_)
        self._has_notes = sees_notes(actor)
        self._actor = actor

    async def older(self, before: Place | None, limit: int) -> ThreadPage:
        """Return what came before a place, or what came last."""
        items = await list_messages(
            *self._lines, before=before, has_notes=self._has_notes, limit=limit
        )
        newest = _cursor(items[0]) if before and items else None
        return ThreadPage(items=items, next=page(items, limit, _key).next, previous=newest)

    async def newer(self, after: Place, limit: int) -> ThreadPage:
        """Return what came after a place."""
        items = await list_newer_messages(
            *self._lines, after=after, has_notes=self._has_notes, limit=limit
        )
        is_full = len(items) == limit
        return ThreadPage(
            items=items,
            next=_cursor(items[-1]) if items else None,
            previous=_cursor(items[0]) if is_full else None,
        )

    async def around(self, id_: UUID, limit: int) -> ThreadPage:
        """Return a message with as much before as after it. Raises NotFound."""
        reading, _, conversation_id = self._lines
        line = await get_visible_message(reading, self._actor, id_)
        if line.conversation_id != conversation_id:
            raise NotFound("There is no such message in this conversation.")
        half = max(1, limit // 2)
        newer = await self.newer((line.sort_at, line.number), half)
        older = await self.older((line.sort_at, line.number + 1), max(1, limit - half))
        return ThreadPage(
            items=[*newer.items, *older.items], next=older.next, previous=newer.previous
        )


def _key(line: MessageOut) -> Place:
    return line.sort_at, line.number


def _cursor(line: MessageOut) -> str | None:
    return page([line], 1, _key).next


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
