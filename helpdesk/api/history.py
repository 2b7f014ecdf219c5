"""All messages over REST, for those who supervise."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Router, get
from litestar.params import FromQuery, QueryParameter

from helpdesk.api.access import MANAGING, allow
from helpdesk.api.deps import Acting, After, Limit, Reading
from helpdesk.api.pages import LineKey, Page, page, read_after, require_time
from helpdesk.queries.history import WantedMessages, list_history
from helpdesk.shapes.history import HistoryLine, HistoryStatus
from helpdesk.shapes.words import Moment

Way = Annotated[Literal["in", "out"] | None, QueryParameter(name="direction")]
InStatus = Annotated[HistoryStatus | None, QueryParameter(name="status")]
Since = Annotated[Moment | None, QueryParameter(description="At this time or later.")]
Until = Annotated[Moment | None, QueryParameter(description="Before this time.")]
Search = Annotated[
    str,
    QueryParameter(
        max_length=200,
        description="A message's id or number, a part of a contact's number or name, or of a text.",
    ),
]


@get("/messages", opt=allow(MANAGING), operation_id="list_history")
async def list_all(  # noqa: PLR0913 - each is a parameter of the address
    reading: Reading,
    actor: Acting,
    device_id: FromQuery[UUID | None] = None,
    broadcast_id: FromQuery[UUID | None] = None,
    way: FromQuery[Way] = None,
    in_status: FromQuery[InStatus] = None,
    since: FromQuery[Since] = None,
    until: FromQuery[Until] = None,
    q: FromQuery[Search] = "",
    after: After = None,
    limit: Limit = 50,
) -> Page[HistoryLine]:
    """List messages of all devices, newest first: also those that are in no conversation."""
    for name, at in (("since", since), ("until", until)):
        if at:
            require_time(name, at)
    key = read_after(after, LineKey)
    wanted = WantedMessages(
        device_id=device_id,
        broadcast_id=broadcast_id,
        direction=way,
        status=in_status,
        since=since,
        until=until,
        search=q,
    )
    before = (key.sort_at, key.number) if key else None
    lines = await list_history(reading, actor.account_id, wanted, before=before, limit=limit)
    return page(lines, limit, lambda line: (line.message.sort_at, line.message.number))


router = Router("/", route_handlers=[list_all])
