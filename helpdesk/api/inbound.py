"""Inbound deliveries that did not become messages, over REST, for a supervisor to look at."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Router, get
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct

from helpdesk.api.access import MANAGING, allow
from helpdesk.api.deps import Acting, After, Limit, Reading
from helpdesk.api.pages import Page, TimeKey, page, read_after
from helpdesk.queries.inbound import KeptDelivery, list_inbound
from helpdesk.shapes.words import Moment
from helpdesk.tables.inbound import InboundState

MOST_BODY_BYTES = 64 * 1024

KeptState = Literal["unparsed", "parked", "failed", "ignored"]
StateFilter = Annotated[KeptState, QueryParameter(name="state")]


class InboundOut(Struct, frozen=True, kw_only=True):
    """A delivery as the gateway sent it; `body` is text, cut at 64 KiB."""

    id: UUID
    device_id: UUID
    state: InboundState
    reason: str
    content_type: str
    body: str
    received_at: Moment


@get("/inbound", opt=allow(MANAGING), operation_id="list_inbound")
async def list_all(
    reading: Reading,
    actor: Acting,
    kept_state: FromQuery[StateFilter] = "unparsed",
    after: After = None,
    limit: Limit = 50,
) -> Page[InboundOut]:
    """List deliveries in a state, newest first."""
    key = read_after(after, TimeKey)
    kept = await list_inbound(
        reading,
        actor.account_id,
        state=kept_state,
        most_bytes=MOST_BODY_BYTES,
        after=(key.at, key.id) if key else None,
        limit=limit,
    )
    return page(list(map(_out, kept)), limit, lambda each: (each.received_at, each.id))


def _out(kept: KeptDelivery) -> InboundOut:
    return InboundOut(
        id=kept.id,
        device_id=kept.device_id,
        state=kept.state,
        reason=kept.reason,
        content_type=kept.content_type,
        body=kept.body.decode(errors="replace"),
        received_at=kept.received_at,
    )


router = Router("/", route_handlers=[list_all])
