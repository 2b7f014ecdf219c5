"""Search over REST: messages, notes and contacts."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Router, get
from litestar.params import FromQuery, QueryParameter

from helpdesk.api.access import ANYBODY, allow
from helpdesk.api.deps import Acting, After, Limit, Reading
from helpdesk.api.history import Since, Until
from helpdesk.api.pages import LineKey, page, read_after, require_time
from helpdesk.queries.contacts import WantedContacts, list_contacts
from helpdesk.queries.search import WantedHits, search_lines
from helpdesk.shapes.search import FoundOut

MOST_CONTACTS = 5

SoughtText = Annotated[
    str,
    QueryParameter(
        min_length=3,
        max_length=200,
        description="A part of a text, of a name, or of a number in any spelling.",
    ),
]
Kind = Annotated[
    Literal["message", "note", "contact"] | None,
    QueryParameter(description="Only these; contacts come in the order of their making."),
]
OfAgent = Annotated[UUID | None, QueryParameter(description="Who owns the conversation.")]
OfLabel = Annotated[
    UUID | None, QueryParameter(description="On the conversation, or on the contact.")
]


@get("/search", opt=allow(ANYBODY), operation_id="search")
async def search(  # noqa: PLR0913 - each is a parameter of the address
    reading: Reading,
    actor: Acting,
    q: FromQuery[SoughtText],
    kind: FromQuery[Kind] = None,
    device_id: FromQuery[UUID | None] = None,
    division_id: FromQuery[UUID | None] = None,
    agent_id: FromQuery[OfAgent] = None,
    label_id: FromQuery[OfLabel] = None,
    since: FromQuery[Since] = None,
    until: FromQuery[Until] = None,
    after: After = None,
    limit: Limit = 50,
) -> FoundOut:
    """Search what the caller sees, as in the list of conversations; newest first.

    Without `kind` the first page also has up to 5 contacts; only `label_id` narrows contacts down,
    so beside another filter there are none.
    """
    for name, at in (("since", since), ("until", until)):
        if at:
            require_time(name, at)
    contacts = WantedContacts(search=q, label_id=label_id)
    if kind == "contact":
        key = read_after(after, UUID)
        found = await list_contacts(reading, actor, contacts, after=key, limit=limit)
        return FoundOut(contacts=found, items=[], next=page(found, limit, lambda it: it.id).next)
    wanted = WantedHits(
        text=q,
        messages=kind != "note",
        notes=kind != "message",
        device_id=device_id,
        division_id=division_id,
        agent_id=agent_id,
        label_id=label_id,
        since=since,
        until=until,
    )
    line = read_after(after, LineKey)
    before = (line.sort_at, line.number) if line else None
    hits = await search_lines(reading, actor, wanted, before=before, limit=limit)
    is_wide = not (kind or after or device_id or division_id or agent_id or since or until)
    return FoundOut(
        contacts=await list_contacts(reading, actor, contacts, limit=MOST_CONTACTS)
        if is_wide
        else [],
        items=hits,
        next=page(hits, limit, lambda hit: (hit.message.sort_at, hit.message.number)).next,
    )


router = Router("/", route_handlers=[search])
