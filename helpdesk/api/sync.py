"""The snapshot that a console starts from, at one moment, with the event it is up to."""

from uuid import UUID

from litestar import Router, get
from msgspec import Struct

from helpdesk.api.access import PEOPLE, allow
from helpdesk.api.deps import Acting, OpenParts, Reading
from helpdesk.api.session import SessionOut, describe
from helpdesk.queries.agents import list_agents
from helpdesk.queries.autoreplies import list_autoreplies
from helpdesk.queries.devices import brief, list_devices
from helpdesk.queries.divisions import list_divisions
from helpdesk.queries.events import get_head
from helpdesk.queries.fields import list_fields
from helpdesk.queries.inbox import Wanted, count_conversations, list_conversations
from helpdesk.queries.labels import list_labels
from helpdesk.queries.mentions import list_unseen
from helpdesk.queries.readings import list_readings
from helpdesk.queries.rotators import brief as brief_rotator
from helpdesk.queries.rotators import list_rotators
from helpdesk.queries.rules import list_rules
from helpdesk.queries.templates import list_templates
from helpdesk.shapes.autoreplies import AutoreplyOut
from helpdesk.shapes.contacts import FieldOut
from helpdesk.shapes.conversations import ConversationOut
from helpdesk.shapes.labels import LabelOut
from helpdesk.shapes.rotators import RotatorBrief
from helpdesk.shapes.rules import RuleOut
from helpdesk.shapes.setup import AgentOut, DeviceBrief, DivisionOut, TemplateOut

MOST_CONVERSATIONS = 5_000
FIRST_PAGE = 200


class SyncOut(Struct, frozen=True, kw_only=True):
    """Everything a console starts with; open `/ws?epoch=…&after=<cursor>` next.

    Agents get all visible unresolved conversations up to 5,000. Supervisors get the counts and
    the first page; `is_complete` says whether that is all. Rotators and autoreplies are
    for supervisors alone. `readings` says by conversation how much of what was `received` one has
    read; 0 where it is missing. `mentions` are the conversations in which a note calls one that was
    not seen yet.
    """

    epoch: str
    cursor: int
    me: SessionOut
    devices: list[DeviceBrief]
    divisions: list[DivisionOut]
    agents: list[AgentOut]
    templates: list[TemplateOut]
    rules: list[RuleOut]
    labels: list[LabelOut]
    fields: list[FieldOut]
    rotators: list[RotatorBrief]
    autoreplies: list[AutoreplyOut]
    conversations: list[ConversationOut]
    readings: dict[UUID, int]
    mentions: list[UUID]
    counts: dict[str, int]
    is_complete: bool


@get("/sync", opt=allow(PEOPLE), operation_id="sync")
async def sync(reading: Reading, parts: OpenParts, actor: Acting) -> SyncOut:
    """Take a snapshot."""
    account_id = actor.account_id
    head = await get_head(reading, account_id)
    most = FIRST_PAGE if actor.is_supervising else MOST_CONVERSATIONS
    conversations = await list_conversations(reading, actor, Wanted(), limit=most)
    counts = await count_conversations(reading, account_id) if actor.is_supervising else {}
    rotators = await list_rotators(reading, account_id) if actor.is_supervising else []
    autoreplies = await list_autoreplies(reading, account_id) if actor.is_supervising else []
    return SyncOut(
        epoch=head.epoch_for(actor),
        cursor=head.seq,
        me=await describe(reading, parts, actor),
        devices=[brief(device) for device in await list_devices(reading, account_id)],
        divisions=await list_divisions(reading, account_id),
        agents=await list_agents(reading, account_id),
        templates=await list_templates(reading, account_id),
        rules=await list_rules(reading, account_id),
        labels=await list_labels(reading, account_id),
        fields=await list_fields(reading, account_id),
        rotators=[brief_rotator(rotator) for rotator in rotators],
        autoreplies=autoreplies,
        conversations=[row.out() for row in conversations],
        readings=await list_readings(reading, actor),
        mentions=await list_unseen(reading, actor),
        counts=counts,
        is_complete=len(conversations) < most,
    )


@get("/readings", opt=allow(PEOPLE), operation_id="list_readings")
async def readings(reading: Reading, actor: Acting) -> dict[UUID, int]:
    """Tell how much I have read of what was received, by open conversation.

    The frame `conversation.read` tells the same as it happens; ask after a break, for frames
    without a number are not sent again.
    """
    return await list_readings(reading, actor)


router = Router("/", route_handlers=[sync, readings])
