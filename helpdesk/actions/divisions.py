"""Divisions: added, changed, removed; what belonged to a removed one goes to another."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, structs

from helpdesk.actions.automatic import VARIABLES
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.events import (
    AgentChanged,
    ConversationTransferred,
    DeviceChanged,
    DivisionChanged,
    RuleChanged,
    TemplateChanged,
)
from helpdesk.hours import check_time_zone
from helpdesk.queries.agents import find_agent
from helpdesk.queries.conversations import lock_conversations, store_conversations
from helpdesk.queries.division_moves import count_uses, list_open_in, move_agents, move_defaults
from helpdesk.queries.divisions import (
    find_division,
    insert_division,
    lock_division,
    lock_division_alive,
    lock_division_alone,
    set_division,
)
from helpdesk.queries.rules import count_rules_to, move_rules
from helpdesk.queries.templates import brief, move_offers
from helpdesk.render import check_automatic
from helpdesk.shapes.setup import AgentBrief, DivisionOut, Window
from helpdesk.shapes.words import Rotation, WhenNobody
from helpdesk.tables.columns import new_id

COLUMNS = {"limit": "agent_limit", "own_device_only": "is_own_device_only"}
"""What is called otherwise where it is stored."""
TEXTS = frozenset({"greeting", "busy_text", "outside_text"})


class NewDivision(Struct, frozen=True, kw_only=True):
    """A division to be made; `limit` is of open conversations per agent, None without one."""

    name: str
    rotation: Rotation = "full"
    when_nobody: WhenNobody = "wait"
    limit: int | None = None
    own_device_only: bool = False
    reopen_window_minutes: int = 24 * 60
    answer_target_minutes: int = 12
    time_zone: str | None = None
    hours: list[Window] = []
    holidays: list[date] = []
    greeting: str = ""
    busy_text: str = ""
    outside_text: str = ""
    no_answer_minutes: int | None = None
    offline_minutes: int | None = 5
    shows_agent_name: bool = False


async def add_division(work: UnitOfWork, new: NewDivision, *, now: datetime) -> DivisionOut:
    """Add a division, without agents. Raises Conflict when another one has its name, InputError
    when a text cannot be filled in or the time zone is not known."""
    columns = structs.asdict(new)
    settings = {COLUMNS.get(name, name): value for name, value in columns.items()}
    division_id = new_id()
    await insert_division(
        work.session,
        {
            "account_id": work.account_id,
            "id": division_id,
            **_checked(settings),
            "turn_number": 0,
            "cycle": 1,
            "cycle_start": 1,
            "created_at": now,
        },
    )
    return await _tell(work, division_id, now)


async def change_division(
    work: UnitOfWork, id_: UUID, changes: Mapping[str, Any], *, now: datetime
) -> DivisionOut:
    """Change columns of a division; what waits is tried again. Its cycle goes on as it was.

    Raises Conflict when another one has its name, InputError when a text cannot be filled in or the
    time zone is not known.
    """
    division = await lock_division(work.session, work.account_id, id_)
    if not changes:
        return division
    await set_division(work.session, work.account_id, id_, _checked(changes))
    return await _tell(work, id_, now)


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns as they are stored."""
    checked = dict(changes)
    if "name" in changes:
        checked["name"] = check_name(changes["name"])
    if "holidays" in changes:
        checked["holidays"] = sorted(set(changes["holidays"]))
    for text in TEXTS & changes.keys():
        checked[text] = changes[text].strip()
        check_automatic(changes[text], VARIABLES, field=text)
    if changes.get("time_zone"):
        check_time_zone(changes["time_zone"])
    return checked


def check_name(name: str) -> str:
    """Return the name without spaces around it. Raises InputError when nothing is left."""
    trimmed = name.strip()
    if not trimmed:
        raise InputError(
            "A division has a name.", errors={"name": "Give a name that is more than spaces."}
        )
    return trimmed


async def remove_division(
    work: UnitOfWork, actor: Actor, id_: UUID, *, reassign_to: UUID | None, now: datetime
) -> None:
    """Remove a division; its name stays in history.

    Open conversations and agents go to `reassign_to`, and so do the rules, choices of menus, device
    defaults and templates that name it. Without `reassign_to` the defaults are cleared. Raises
    Conflict with the counts when there are conversations, agents or rules then.
    """
    await _lock(work, id_, reassign_to)
    if reassign_to:
        await _move_conversations(work, actor, id_, reassign_to, now)
        await _move_agents(work, id_, reassign_to, now)
    else:
        await _require_unused(work, id_)
    await _move_references(work, id_, reassign_to, now)
    await set_division(work.session, work.account_id, id_, {"deleted_at": now})
    await _tell(work, id_, now)


async def _lock(work: UnitOfWork, id_: UUID, reassign_to: UUID | None) -> None:
    """Lock both divisions in the one order: nothing new can refer to the first any more."""
    if id_ == reassign_to:
        raise InputError("Name another division.", errors={"reassign_to": "Give another division."})
    for each in sorted({id_, reassign_to or id_}):
        lock = lock_division_alone if each == id_ else lock_division_alive
        await lock(work.session, work.account_id, each)


async def _require_unused(work: UnitOfWork, id_: UUID) -> None:
    counts = await count_uses(work.session, work.account_id, id_)
    counts["rules"] = await count_rules_to(work.session, work.account_id, id_)
    if any(counts.values()):
        raise Conflict(
            "The division has open conversations, agents or rules. Say in `reassign_to` which"
            " division gets them.",
            reason="in_use",
            **counts,
        )


async def _move_conversations(
    work: UnitOfWork, actor: Actor, id_: UUID, to: UUID, now: datetime
) -> None:
    """Hand the open conversations over; they keep their owner, or their place in time."""
    found = await list_open_in(work.session, work.account_id, id_)
    locked = await lock_conversations(work.session, [(work.account_id, each) for each in found])
    rows = [row for row in locked.values() if row.division_id == id_ and row.status != "resolved"]
    befores = [row.out() for row in rows]
    for row in rows:
        row.division_id = to
    await store_conversations(work.session, rows)
    for row, before in zip(rows, befores, strict=True):
        after = row.out()
        work.collect(
            ConversationTransferred(
                at=now, conversation_id=row.id, conversation=after, by=actor.out(), note=""
            ),
            Audience.of(after, before),
        )


async def _move_agents(work: UnitOfWork, id_: UUID, to: UUID, now: datetime) -> None:
    moved = await move_agents(work.session, work.account_id, id_, to=to)
    for agent_id in moved:
        agent = await find_agent(work.session, work.account_id, agent_id)
        fields = {name: getattr(agent, name) for name in AgentBrief.__struct_fields__}
        work.collect(AgentChanged(at=now, agent=AgentBrief(**fields)), Audience.EVERYBODY)
    if moved:
        work.wake("rights")


async def _move_references(work: UnitOfWork, id_: UUID, to: UUID | None, now: datetime) -> None:
    """Hand over what names the division, as its links say of a row that vanishes.

    A template that is offered in this division alone is not offered everywhere afterwards: without
    another division it keeps naming the one that is gone.
    """
    session, account_id = work.session, work.account_id
    for device in await move_defaults(session, account_id, id_, to=to):
        work.collect(DeviceChanged(at=now, device=device), Audience.EVERYBODY)
    for rule in await move_rules(session, account_id, id_, to=to) if to else []:
        work.collect(RuleChanged(at=now, rule=rule), Audience.EVERYBODY)
    for template in await move_offers(session, account_id, id_, to=to) if to else []:
        work.collect(TemplateChanged(at=now, template=brief(template)), Audience.EVERYBODY)


async def _tell(work: UnitOfWork, id_: UUID, now: datetime) -> DivisionOut:
    division = await find_division(work.session, work.account_id, id_)
    if division is None:
        raise RuntimeError("the division vanished within its own unit of work")
    work.collect(DivisionChanged(at=now, division=division), Audience.EVERYBODY)
    work.wake("waiting")
    return division
