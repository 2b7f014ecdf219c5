"""Judging turns: how they fell, and how they would have fallen under another setting. Pure.

A rehearsal lets the real rotation take its turns again, over the agents who were there at the time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from random import Random
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.rotate import take_turn
from helpdesk.queries.fairness import PastTurn
from helpdesk.queries.rotas import Rota, Seat
from helpdesk.shapes.fairness import FairnessOut, RehearsalOut, RehearsedShareOut, ShareOut
from helpdesk.shapes.words import Rotation

NOBODY = UUID(int=0)


class Setting(Struct, frozen=True, kw_only=True):
    """What is rehearsed."""

    rotation: Rotation
    own_device_only: bool


def judge(turns: Sequence[PastTurn], *, since: datetime, until: datetime) -> FairnessOut:
    """Say who had which part of the turns."""
    had = Counter(turn.agent_id for turn in turns)
    could = Counter(agent_id for turn in turns for agent_id in turn.eligible)
    passed: dict[UUID, Counter[str]] = {agent_id: Counter() for agent_id in could}
    for turn in turns:
        for agent_id, reason in turn.excluded.items():
            passed.setdefault(agent_id, Counter())[reason] += 1
    return FairnessOut(
        since=since,
        until=until,
        turns=len(turns),
        spread=_spread(had, turns, (turn.eligible for turn in turns)),
        shares=[
            ShareOut(
                agent_id=agent_id,
                turns=had[agent_id],
                eligible=could[agent_id],
                passed_over=dict(reasons),
            )
            for agent_id, reasons in sorted(passed.items(), key=lambda each: -had[each[0]])
        ],
    )


def rehearse(
    turns: Sequence[PastTurn],
    setting: Setting,
    agents: Mapping[UUID, Seat],
    *,
    since: datetime,
    until: datetime,
    random: Random,
) -> RehearsalOut:
    """Take every turn again under the setting; `agents` tell the device and weight of each."""
    people = sorted({agent_id for turn in turns for agent_id in (*turn.eligible, *turn.excluded)})
    rota = _empty_rota(setting.rotation, people, agents)
    could = [_eligible(turn, setting, agents) for turn in turns]
    picks = [_take(rota, eligible, random, until) for eligible in could]
    had = Counter(turn.agent_id for turn in turns)
    would = Counter(pick for pick in picks if pick)
    return RehearsalOut(
        since=since,
        until=until,
        rotation=setting.rotation,
        own_device_only=setting.own_device_only,
        arrivals=len(turns),
        waiting=picks.count(None),
        spread=_spread(would, turns, could),
        shares=[
            RehearsedShareOut(agent_id=each, turns=had[each], rehearsed=would[each])
            for each in sorted(people, key=lambda each: -had[each])
        ],
    )


def _spread(
    had: Counter[UUID], turns: Sequence[PastTurn], could: Iterable[frozenset[UUID]]
) -> int | None:
    if not turns:
        return None
    always = frozenset.intersection(*could)
    counts = [had[agent_id] for agent_id in always]
    return max(counts) - min(counts) if len(counts) > 1 else None


def _eligible(turn: PastTurn, setting: Setting, agents: Mapping[UUID, Seat]) -> frozenset[UUID]:
    others = {each for each, reason in turn.excluded.items() if reason == "other_device"}
    everybody = turn.eligible | others
    if not setting.own_device_only:
        return everybody
    return frozenset(
        each for each in everybody if each in agents and agents[each].device_id == turn.device_id
    )


def _empty_rota(rotation: Rotation, people: Sequence[UUID], agents: Mapping[UUID, Seat]) -> Rota:
    return Rota(
        account_id=NOBODY,
        division_id=NOBODY,
        rotation=rotation,
        when_nobody="wait",
        is_own_device_only=False,
        turn_number=0,
        cycle=1,
        cycle_start=1,
        seats=[
            Seat(
                agent_id=each,
                device_id=NOBODY,
                weight=agents[each].weight if each in agents else 1,
            )
            for each in people
        ],
    )


def _take(rota: Rota, eligible: frozenset[UUID], random: Random, now: datetime) -> UUID | None:
    for seat in rota.seats:
        seat.presence = "online" if seat.agent_id in eligible else "offline"
    turn = take_turn(rota, conversation_id=NOBODY, device_id=NOBODY, now=now, random=random)
    return turn.agent_id if turn else None
