"""Conversations over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict, replace

from helpdesk.actions.labels import label_conversation
from helpdesk.actions.start import start_conversation
from helpdesk.actors import Actor
from helpdesk.api.access import ANYBODY, PEOPLE, STAFF, allow
from helpdesk.api.contacts import ContactName, LabelIds, Number
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import also, faults
from helpdesk.api.pages import Page, TimeKey, page, read_after
from helpdesk.errors import NotFound
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.events import list_conversation_events
from helpdesk.queries.inbox import View, Wanted, list_conversations
from helpdesk.queries.turns import find_last_turn
from helpdesk.queries.visible import require_visible, sees_notes
from helpdesk.shapes.conversations import ConversationEventOut, ConversationOut, DeedOut
from helpdesk.shapes.turns import WhyOut


class StartIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """The device to write from and a number in any spelling; `name` is for one without a name."""

    device_id: UUID
    number: Number
    name: ContactName = ""


class ConversationPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a conversation; `labels` are all that it has from now on."""

    labels: LabelIds | UnsetType = UNSET


Search = Annotated[
    str | None,
    QueryParameter(
        max_length=100, description="A part of the name, or of the number in any spelling."
    ),
]


@get("/conversations", opt=allow(ANYBODY), operation_id="list_conversations")
async def list_all(  # noqa: PLR0913 - each is a parameter of the address
    reading: Reading,
    actor: Acting,
    view: FromQuery[View] = "open",
    division_id: FromQuery[UUID | None] = None,
    device_id: FromQuery[UUID | None] = None,
    contact_id: FromQuery[UUID | None] = None,
    label_id: FromQuery[UUID | None] = None,
    q: FromQuery[Search] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[ConversationOut]:
    """List conversations that the caller sees, newest line first."""
    key = read_after(after, TimeKey)
    wanted = Wanted(
        view=view,
        division_id=division_id,
        device_id=device_id,
        contact_id=contact_id,
        label_id=label_id,
        search=q,
    )
    found = await list_conversations(
        reading, actor, wanted, after=(key.at, key.id) if key else None, limit=limit
    )
    following = page(found, limit, lambda row: (row.last_message_at, row.id)).next
    return Page(items=[_shown(row, actor) for row in found], next=following)


@post(
    "/conversations",
    opt=allow(PEOPLE) | also(200) | faults(NotFound),
    operation_id="start_conversation",
)
async def start(
    data: JSONBody[StartIn], work: Work, actor: Acting, now: Now
) -> Response[ConversationOut]:
    """Start a conversation and own it; one that is open already is answered with 200, as it is."""
    started = await start_conversation(
        work, actor, data.device_id, data.number, name=data.name, now=now
    )
    return Response(started.conversation, status_code=201 if started.is_new else 200)


@get("/conversations/{conversation_id:uuid}", opt=allow(ANYBODY), operation_id="get_conversation")
async def read(conversation_id: FromPath[UUID], reading: Reading, actor: Acting) -> ConversationOut:
    """Read one conversation."""
    row = await get_conversation(reading, actor.account_id, conversation_id)
    require_visible(actor, row)
    return _shown(row, actor)


@patch(
    "/conversations/{conversation_id:uuid}", opt=allow(STAFF), operation_id="change_conversation"
)
async def change(
    conversation_id: FromPath[UUID],
    data: JSONBody[ConversationPatch],
    work: Work,
    actor: Acting,
    now: Now,
) -> DeedOut:
    """Set the labels of a conversation."""
    if data.labels is not UNSET:
        return await label_conversation(work, actor, conversation_id, data.labels, now=now)
    row = await get_conversation(work.session, actor.account_id, conversation_id)
    require_visible(actor, row)
    return DeedOut(**asdict(_shown(row, actor)), undo_id=None)


@get(
    "/conversations/{conversation_id:uuid}/turn",
    opt=allow(STAFF),
    operation_id="get_conversation_turn",
)
async def why(conversation_id: FromPath[UUID], reading: Reading, actor: Acting) -> WhyOut:
    """Why this agent: the conversation's last turn, and how its present owner came by it."""
    row = await get_conversation(reading, actor.account_id, conversation_id)
    require_visible(actor, row)
    turn = await find_last_turn(reading, row)
    if turn is None:
        raise NotFound("No turn was taken for this conversation.")
    return turn


@get(
    "/conversations/{conversation_id:uuid}/events",
    opt=allow(ANYBODY),
    operation_id="list_conversation_events",
)
async def list_steps(
    conversation_id: FromPath[UUID],
    reading: Reading,
    actor: Acting,
    after: After = None,
    limit: Limit = 50,
) -> Page[ConversationEventOut]:
    """List what happened to a conversation, newest first: opened, routed, assigned, resolved."""
    row = await get_conversation(reading, actor.account_id, conversation_id)
    require_visible(actor, row)
    steps = await list_conversation_events(
        reading, actor.account_id, conversation_id, before=read_after(after, int), limit=limit
    )
    if not sees_notes(actor):
        steps = [replace(step, note="") for step in steps]
    return page(steps, limit, lambda step: step.seq)


def _shown(row: ConversationRow, actor: Actor) -> ConversationOut:
    """Return the conversation without what stays in the house, for whom that is."""
    out = row.out()
    if out.last_message and out.last_message.direction == "note" and not sees_notes(actor):
        return replace(out, last_message=None)
    return out


router = Router("/", route_handlers=[list_all, start, read, change, list_steps, why])
