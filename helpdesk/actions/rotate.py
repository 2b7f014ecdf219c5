"""The rotation: whose turn it is. Pure; the caller holds the division's or the rotator's lock.

Full: nobody twice in a cycle, a cycle ends when everybody eligible had a turn, and where two or
more are eligible the last one of a cycle is not the first of the next. Partial: every turn is an
independent choice, with a chance in proportion to the weight. The cycle is kept as numbers: who has
a `last_turn` at or past the `cycle_start` had its turn.
"""

from collections.abc import Sequence
from datetime import datetime
from random import Random, SystemRandom
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from helpdesk.queries.rotas import Place, Rota, Seat, Standing
from helpdesk.shapes.turns import TurnOut
from helpdesk.tables.columns import new_id

SYSTEM_RANDOM = SystemRandom()
AnyPlace = TypeVar("AnyPlace", bound=Place)


class Candidates(Struct, frozen=True):
    """Who could have a turn, and by agent what keeps each from it: nothing, where they could."""

    eligible: list[Seat]
    obstacles: dict[UUID, str]
    is_anyway: bool


def take_turn(
    rota: Rota,
    *,
    conversation_id: UUID,
    device_id: UUID,
    avoided_id: UUID | None = None,
    now: datetime,
    random: Random = SYSTEM_RANDOM,
) -> TurnOut | None:
    """Take one turn for a conversation, or return None when nobody is eligible.

    Who is avoided counts as not eligible for this one pick, where somebody else is.
    Changes the rota: its numbers, and the seat's `last_turn` and `open_count`.
    """
    candidates = find_candidates(rota, device_id)
    eligible, obstacles = candidates.eligible, candidates.obstacles
    if not eligible:
        return None
    others = [seat for seat in eligible if seat.agent_id != avoided_id]
    if avoided_id and others and others != eligible:
        eligible, obstacles[avoided_id] = others, "no_answer"
    seat = pick(rota, eligible, random)
    seat.open_count += 1
    return TurnOut(
        id=new_id(),
        division_id=rota.division_id,
        number=rota.turn_number,
        rotation=rota.rotation,
        cycle=rota.cycle if rota.rotation == "full" else None,
        agent_id=seat.agent_id,
        conversation_id=conversation_id,
        eligible=[seat.agent_id for seat in eligible],
        weights=_weights(rota, eligible),
        excluded={str(agent_id): reason for agent_id, reason in obstacles.items() if reason},
        is_anyway=candidates.is_anyway,
        at=now,
    )


def find_candidates(rota: Rota, device_id: UUID) -> Candidates:
    """Return who could have the turn for a conversation of this device, and why others could not.

    Where nobody could, the division may give it to those who are away or offline.
    """
    obstacles = {seat.agent_id: _obstacle(rota, seat, device_id) for seat in rota.seats}
    eligible = [seat for seat in rota.seats if not obstacles[seat.agent_id]]
    is_anyway = not eligible and rota.when_nobody == "assign_anyway"
    if is_anyway:
        eligible = [seat for seat in rota.seats if obstacles[seat.agent_id] in {"offline", "away"}]
    return Candidates(eligible, obstacles, is_anyway)


def is_anybody_eligible(rota: Rota, device_id: UUID) -> bool:
    """Whether a turn for a conversation of this device would find somebody; changes nothing."""
    return bool(find_candidates(rota, device_id).eligible)


def take_back(rota: Rota, agent_id: UUID, device_id: UUID) -> bool:
    """Give its agent a conversation of this device again, without a turn; False if not eligible.

    Changes the seat's `open_count`.
    """
    for seat in rota.seats:
        if seat.agent_id == agent_id and not _obstacle(rota, seat, device_id):
            seat.open_count += 1
            return True
    return False


def _obstacle(rota: Rota, seat: Seat, device_id: UUID) -> str:
    """Return why the seat cannot have the turn, or nothing; what is lasting is said first."""
    if not seat.is_enabled:
        return "disabled"
    if rota.is_own_device_only and seat.device_id != device_id:
        return "other_device"
    if seat.limit is not None and seat.open_count >= seat.limit:
        return "full"
    return "" if seat.presence == "online" else seat.presence


def _weights(rota: Rota, eligible: Sequence[Seat]) -> dict[str, int]:
    """Return what made the chances uneven: nothing where they were even, or by no weight at all."""
    weights = {str(seat.agent_id): seat.weight for seat in eligible}
    is_weighted = rota.rotation == "partial" and len(set(weights.values())) > 1
    return weights if is_weighted else {}


def pick(
    standing: Standing, eligible: Sequence[AnyPlace], random: Random = SYSTEM_RANDOM
) -> AnyPlace:
    """Take the next turn and return who has it; one at least must be eligible.

    Changes the standing's numbers and, under full rotation, the place's `last_turn`.
    """
    standing.turn_number += 1
    return _pick(standing, eligible, random)


def draw(eligible: Sequence[AnyPlace], random: Random = SYSTEM_RANDOM) -> AnyPlace:
    """Return one by its weight, independent of all draws before: partial rotation."""
    return random.choices(eligible, [place.weight for place in eligible])[0]


def _pick(standing: Standing, eligible: Sequence[AnyPlace], random: Random) -> AnyPlace:
    if standing.rotation == "partial":
        return draw(eligible, random)
    had_none = [place for place in eligible if place.last_turn < standing.cycle_start]
    place = random.choice(had_none or _start_cycle(standing, eligible))
    place.last_turn = standing.last_pick = standing.turn_number
    return place


def _start_cycle(standing: Standing, eligible: Sequence[AnyPlace]) -> Sequence[AnyPlace]:
    """Begin a cycle with this turn and return who may have it: not the last one, if others can."""
    standing.cycle += 1
    standing.cycle_start = standing.turn_number
    return [place for place in eligible if place.last_turn != standing.last_pick] or eligible
