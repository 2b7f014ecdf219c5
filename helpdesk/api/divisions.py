"""Divisions over REST."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions.divisions import (
    COLUMNS,
    NewDivision,
    add_division,
    change_division,
    remove_division,
)
from helpdesk.api.access import MANAGING, STAFF, allow
from helpdesk.api.agents import OpenLimit
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page, page, read_after
from helpdesk.errors import Conflict
from helpdesk.queries.divisions import get_division, list_divisions
from helpdesk.queries.turns import list_turns
from helpdesk.queries.visible import require_division_visible
from helpdesk.shapes.setup import DivisionOut, Window
from helpdesk.shapes.turns import TurnOut
from helpdesk.shapes.words import Name, Rotation, WhenNobody

Minutes = Annotated[int, Meta(ge=0, le=43_200)]
Target = Annotated[int, Meta(ge=1, le=1_440)]
Patience = Annotated[int, Meta(ge=1, le=10_080)]
Windows = Annotated[list[Window], Meta(max_length=50)]
Holidays = Annotated[list[date], Meta(max_length=500)]
AutomaticText = Annotated[str, Meta(max_length=4_000)]


class DivisionIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new division; `limit` is of open conversations per agent, null without one.

    Within `answer_target_minutes` a customer is to be answered; later the console shows it in red.

    `time_zone` is an IANA name, null the account's. Without `hours` it is always open, but for
    `holidays`. By itself, once an hour at most, a customer gets: `greeting` when a conversation is
    opened, `busy_text` when nobody is free, `outside_text` instead of both while it is closed; they
    take {contact.name}, {division.name}, {device.name} and {time.greeting}. An owner who did not
    reply at all within `no_answer_minutes` (`offline_minutes` when offline) loses the conversation
    to somebody else; null lets it wait. With `shows_agent_name` an agent's texts go out under the
    agent's name.
    """

    name: Name
    rotation: Rotation = "full"
    when_nobody: WhenNobody = "wait"
    limit: OpenLimit | None = None
    own_device_only: bool = False
    reopen_window_minutes: Minutes = 24 * 60
    answer_target_minutes: Target = 12
    time_zone: str | None = None
    hours: Windows = []
    holidays: Holidays = []
    greeting: AutomaticText = ""
    busy_text: AutomaticText = ""
    outside_text: AutomaticText = ""
    no_answer_minutes: Patience | None = None
    offline_minutes: Patience | None = 5
    shows_agent_name: bool = False


class DivisionPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a division; what is absent stays."""

    name: Name | UnsetType = UNSET
    rotation: Rotation | UnsetType = UNSET
    when_nobody: WhenNobody | UnsetType = UNSET
    limit: OpenLimit | UnsetType | None = UNSET
    own_device_only: bool | UnsetType = UNSET
    reopen_window_minutes: Minutes | UnsetType = UNSET
    answer_target_minutes: Target | UnsetType = UNSET
    time_zone: str | UnsetType | None = UNSET
    hours: Windows | UnsetType = UNSET
    holidays: Holidays | UnsetType = UNSET
    greeting: AutomaticText | UnsetType = UNSET
    busy_text: AutomaticText | UnsetType = UNSET
    outside_text: AutomaticText | UnsetType = UNSET
    no_answer_minutes: Patience | UnsetType | None = UNSET
    offline_minutes: Patience | UnsetType | None = UNSET
    shows_agent_name: bool | UnsetType = UNSET


class TurnKey(Struct, array_like=True):
    """A place in a division's turns."""

    number: Annotated[int, Meta(ge=0, le=2**63 - 1)]


@get("/divisions", opt=allow(STAFF), operation_id="list_divisions")
async def list_all(
    reading: Reading, actor: Acting, after: After = None, limit: Limit = 50
) -> Page[DivisionOut]:
    """List divisions."""
    divisions = await list_divisions(
        reading, actor.account_id, after=read_after(after, UUID), limit=limit
    )
    return page(divisions, limit, lambda division: division.id)


@post("/divisions", opt=allow(MANAGING), operation_id="add_division")
async def add(data: JSONBody[DivisionIn], work: Work, now: Now) -> DivisionOut:
    """Add a division."""
    new = NewDivision(**{name: getattr(data, name) for name in data.__struct_fields__})
    return await add_division(work, new, now=now)


@get("/divisions/{division_id:uuid}", opt=allow(STAFF), operation_id="get_division")
async def read(division_id: FromPath[UUID], reading: Reading, actor: Acting) -> DivisionOut:
    """Read a division."""
    return await get_division(reading, actor.account_id, division_id)


@patch(
    "/divisions/{division_id:uuid}",
    opt=allow(MANAGING) | faults(Conflict),
    operation_id="change_division",
)
async def change(
    division_id: FromPath[UUID], data: JSONBody[DivisionPatch], work: Work, now: Now
) -> DivisionOut:
    """Change a division. What waits in it is tried again at once."""
    return await change_division(work, division_id, columns_of(data, COLUMNS), now=now)


@delete(
    "/divisions/{division_id:uuid}",
    opt=allow(MANAGING) | faults(Conflict),
    operation_id="remove_division",
)
async def remove(
    division_id: FromPath[UUID],
    work: Work,
    actor: Acting,
    now: Now,
    reassign_to: FromQuery[UUID | None] = None,
) -> None:
    """Remove a division; `reassign_to` gets its conversations, agents, rules and templates."""
    await remove_division(work, actor, division_id, reassign_to=reassign_to, now=now)


@get("/divisions/{division_id:uuid}/turns", opt=allow(STAFF), operation_id="list_division_turns")
async def turns(
    division_id: FromPath[UUID],
    reading: Reading,
    actor: Acting,
    after: After = None,
    limit: Limit = 50,
) -> Page[TurnOut]:
    """List a division's turns, newest first: who had each, and why the others had not.

    Agents see those of their own division, where they see its conversations.
    """
    require_division_visible(actor, division_id)
    await get_division(reading, actor.account_id, division_id)
    key = read_after(after, TurnKey)
    taken = await list_turns(
        reading,
        actor.account_id,
        division_id=division_id,
        before=key.number if key else None,
        limit=limit,
    )
    return page(taken, limit, lambda turn: TurnKey(turn.number))


router = Router("/", route_handlers=[list_all, add, read, change, remove, turns])
