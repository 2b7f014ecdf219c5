"""Fairness over REST: how a division's turns fell, and a rehearsal of another setting."""

import asyncio
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from helpdesk.actions.rehearse import Setting, judge, rehearse
from helpdesk.api.access import MANAGING, STAFF, allow
from helpdesk.api.deps import Acting, Now, Reading
from helpdesk.api.pages import require_time
from helpdesk.database import Session
from helpdesk.errors import InputError
from helpdesk.queries.divisions import get_division
from helpdesk.queries.fairness import PastTurn, list_past_turns, map_agents
from helpdesk.queries.visible import require_division_visible
from helpdesk.shapes.fairness import FairnessOut, RehearsalOut
from helpdesk.shapes.words import Moment, Rotation

USUAL = timedelta(days=7)
MOST_TURNS = 20_000


class RehearsalIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which setting to rehearse, and over which time: without one, the last 7 days."""

    rotation: Rotation
    own_device_only: bool = False
    since: Moment | None = None
    until: Moment | None = None


@get("/divisions/{division_id:uuid}/fairness", opt=allow(STAFF), operation_id="get_fairness")
async def fairness(
    division_id: FromPath[UUID],
    reading: Reading,
    actor: Acting,
    now: Now,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
) -> FairnessOut:
    """Tell how a division's turns fell, of the last 7 days unless a time is given.

    Agents see this of their own division, where they see its conversations.
    """
    require_division_visible(actor, division_id)
    begin, end = _time(since, until, now)
    turns = await _turns(reading, actor.account_id, division_id, begin, end)
    return judge(turns, since=begin, until=end)


@post(
    "/divisions/{division_id:uuid}/rehearse",
    opt=allow(MANAGING),
    operation_id="rehearse_rotation",
    status_code=200,
)
async def rehearsal(
    division_id: FromPath[UUID],
    data: JSONBody[RehearsalIn],
    reading: Reading,
    actor: Acting,
    now: Now,
) -> RehearsalOut:
    """Take past turns again under another setting; changes nothing. The same asked again is
    answered with the same draws."""
    begin, end = _time(data.since, data.until, now)
    turns = await _turns(reading, actor.account_id, division_id, begin, end)
    agents = await map_agents(reading, actor.account_id, division_id)
    setting = Setting(rotation=data.rotation, own_device_only=data.own_device_only)
    return await asyncio.to_thread(
        rehearse,
        turns,
        setting,
        agents,
        since=begin,
        until=end,
        random=Random(division_id.int),  # noqa: S311 - draws for show, the same each time
    )


def _time(
    since: datetime | None, until: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    end = until or now
    begin = since or now
    for name, at in (("until", end), ("since", begin)):
        require_time(name, at)
    begin = since or end - USUAL
    if begin >= end:
        raise InputError(
            "The time ends before it begins.", errors={"since": "Give one before `until`."}
        )
    return begin, end


async def _turns(
    reading: Session, account_id: UUID, division_id: UUID, since: datetime, until: datetime
) -> list[PastTurn]:
    await get_division(reading, account_id, division_id)
    turns = await list_past_turns(
        reading, account_id, division_id, since=since, until=until, limit=MOST_TURNS + 1
    )
    if len(turns) > MOST_TURNS:
        raise InputError(
            f"There are more than {MOST_TURNS:,} turns in this time.",
            errors={"since": "Choose a shorter time."},
        )
    return turns


router = Router("/", route_handlers=[fairness, rehearsal])
