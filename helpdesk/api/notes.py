"""Notes over REST: lines that stay in the house."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from helpdesk.actions.notes import add_note
from helpdesk.api.access import STAFF, allow
from helpdesk.api.deps import Acting, Now, Work
from helpdesk.api.openapi import also
from helpdesk.shapes.messages import MessageOut

MOST_MENTIONS = 50


class NoteIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A note; the same `client_id` again returns the first one, with 200 instead of 201.

    `mentions` are agents that it calls: those who can see the conversation.
    """

    client_id: UUID
    text: Annotated[str, Meta(min_length=1, max_length=10_000)]
    mentions: Annotated[list[UUID], Meta(max_length=MOST_MENTIONS)] = []


@post(
    "/conversations/{conversation_id:uuid}/notes",
    opt=allow(STAFF) | also(200),
    operation_id="add_note",
)
async def add(
    conversation_id: FromPath[UUID], data: JSONBody[NoteIn], work: Work, actor: Acting, now: Now
) -> Response[MessageOut]:
    """Write a note that stays in the house; unread and waiting stay as they are."""
    noted = await add_note(
        work,
        actor,
        conversation_id,
        data.client_id,
        data.text,
        mentions=data.mentions,
        now=now,
    )
    return Response(noted.message, status_code=201 if noted.is_new else 200)


router = Router("/", route_handlers=[add])
