"""Rotations that are wrong on purpose: the check of the runs must find each of them out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from random import Random
from uuid import UUID

import pytest

from helpdesk.actions import rotate
from helpdesk.queries.rotas import Rota, Seat
from tests.pure.rotation_model import Violation
from tests.pure.rotation_paper import Paper

RUNS, STEPS = 100, 60
Pick = Callable[[Rota, Sequence[Seat], Random], Seat]
real_pick = rotate._pick


def noted(rota: Rota, seat: Seat) -> Seat:
    """Keep the numbers as the product does."""
    seat.last_turn = rota.last_pick = rota.turn_number
    return seat


def beginners(rota: Rota, eligible: Sequence[Seat]) -> list[Seat]:
    """Who may begin a cycle: a mutant is to be found out by its own fault, not by this one."""
    return [seat for seat in eligible if seat.last_turn != rota.last_pick] or list(eligible)


def pointer_modulo_list() -> Pick:
    return lambda rota, eligible, _: noted(rota, eligible[rota.turn_number % len(eligible)])


def plain_random() -> Pick:
    return lambda rota, eligible, random: noted(rota, random.choice(eligible))


def least_busy() -> Pick:
    return lambda rota, eligible, _: noted(rota, min(eligible, key=lambda seat: seat.open_count))


def counter_of_the_agent() -> Pick:
    had: Counter[UUID] = Counter()

    def pick(rota: Rota, eligible: Sequence[Seat], _random: Random) -> Seat:
        seat = min(eligible, key=lambda seat: had[seat.agent_id])
        had[seat.agent_id] += 1
        return noted(rota, seat)

    return pick


def cycle_cleared_on_join_or_leave() -> Pick:
    staff: dict[UUID, set[UUID]] = {}

    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        now = {seat.agent_id for seat in rota.seats}
        if staff.setdefault(rota.division_id, now) != now:
            staff[rota.division_id] = now
            rota.cycle_start = rota.turn_number
        return real_pick(rota, eligible, random)

    return pick


def forgotten_while_away() -> Pick:
    left_with: dict[UUID, int] = {}

    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        for seat in rota.seats:
            if seat.presence != "online":
                left_with[seat.agent_id] = seat.last_turn
            elif left_with.get(seat.agent_id) == seat.last_turn:
                seat.last_turn = 0
        return real_pick(rota, eligible, random)

    return pick


def kept_in_memory_so_that_a_rollback_burns_a_turn() -> Pick:
    picked: defaultdict[UUID, set[UUID]] = defaultdict(set)

    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        had = picked[rota.division_id]
        had_none = [seat for seat in eligible if seat.agent_id not in had]
        if not had_none:
            had.clear()
        seat = random.choice(had_none or beginners(rota, eligible))
        had.add(seat.agent_id)
        return noted(rota, seat)

    return pick


def kept_in_the_memory_of_each_node() -> Pick:
    places: tuple[dict[UUID, int], ...] = ({}, {})
    starts: tuple[defaultdict[UUID, int], ...] = (defaultdict(int), defaultdict(int))

    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        node = random.randrange(2)
        place, start = places[node], starts[node]
        had_none = [s for s in eligible if place.get(s.agent_id, 0) <= start[rota.division_id]]
        if not had_none:
            start[rota.division_id], had_none = rota.turn_number - 1, beginners(rota, eligible)
        seat = random.choice(had_none)
        place[seat.agent_id] = rota.turn_number
        return noted(rota, seat)

    return pick


def coarse_time_in_place_of_a_counter() -> Pick:
    had_at: dict[UUID, int] = {}
    began_at: defaultdict[UUID, int] = defaultdict(int)

    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        second = 1 + rota.turn_number // 3
        began = began_at[rota.division_id]
        had_none = [seat for seat in eligible if had_at.get(seat.agent_id, -1) < began]
        if not had_none:
            began_at[rota.division_id], had_none = second, beginners(rota, eligible)
        seat = random.choice(had_none)
        had_at[seat.agent_id] = second
        return noted(rota, seat)

    return pick


def the_last_of_a_cycle_may_begin_the_next() -> Pick:
    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        had_none = [seat for seat in eligible if seat.last_turn < rota.cycle_start]
        if not had_none:
            rota.cycle, rota.cycle_start = rota.cycle + 1, rota.turn_number
        return noted(rota, random.choice(had_none or eligible))

    return pick


PICKS = [
    pointer_modulo_list,
    plain_random,
    least_busy,
    counter_of_the_agent,
    cycle_cleared_on_join_or_leave,
    forgotten_while_away,
    kept_in_memory_so_that_a_rollback_burns_a_turn,
    kept_in_the_memory_of_each_node,
    coarse_time_in_place_of_a_counter,
    the_last_of_a_cycle_may_begin_the_next,
]


def find_out() -> str:
    """Return what the check says of runs with the choice as it is now, or nothing."""
    for seed in range(RUNS):
        paper = Paper(Random(seed))
        for _ in range(3):
            paper.join()
        try:
            for _ in range(STEPS):
                paper.step()
        except Violation as violation:
            return f"seed {seed}: {violation}"
    return ""


@pytest.mark.parametrize("make_pick", PICKS)
def test_a_wrong_choice_is_found_out(
    monkeypatch: pytest.MonkeyPatch, make_pick: Callable[[], Pick]
) -> None:
    monkeypatch.setattr(rotate, "_pick", make_pick())
    assert find_out()


def test_the_product_itself_is_found_right() -> None:
    assert not find_out()
