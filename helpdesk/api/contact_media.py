"""The files of a contact over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath, FromQuery, QueryParameter

from helpdesk.api.access import ANYBODY, allow
from helpdesk.api.deps import Acting, After, Limit, Reading
from helpdesk.api.pages import LineKey, Page, page, read_after
from helpdesk.queries.contact_media import MediaKind, list_contact_media
from helpdesk.queries.contacts import get_contact
from helpdesk.shapes.messages import MessageOut

Kind = Annotated[
    MediaKind | None,
    QueryParameter(description="Only these; a `picture` is an image, a sticker or a video."),
]


@get("/contacts/{contact_id:uuid}/media", opt=allow(ANYBODY), operation_id="list_contact_media")
async def list_all(
    contact_id: FromPath[UUID],
    reading: Reading,
    actor: Acting,
    kind: FromQuery[Kind] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[MessageOut]:
    """List the messages with files of all conversations with a contact that the caller sees."""
    contact = await get_contact(reading, actor, contact_id)
    key = read_after(after, LineKey)
    lines = await list_contact_media(
        reading,
        actor,
        contact.id,
        kind=kind,
        before=(key.sort_at, key.number) if key else None,
        limit=limit,
    )
    return page(lines, limit, lambda line: (line.sort_at, line.number))


router = Router("/", route_handlers=[list_all])
