"""The laws of the rotation, F0 to F6 and K1, against a model of its specification."""

from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.actions.rotate import is_anybody_eligible, take_back
from helpdesk.queries.rotas import Seat
from tests.pure.rotas import DEVICE, OTHER_DEVICE, make_rota, picks, set_online, turn, who
from tests.pure.rotation_model import FullRotation

AGENTS = 6
presences = st.lists(st.sets(st.integers(0, AGENTS - 1)), min_size=1, max_size=60)
seeds = st.integers(0, 2**32)


@given(presences, seeds)
def test_every_pick_is_one_that_the_specification_allows(
    presences: list[set[int]], seed: int
) -> None:
    rota, random, model = make_rota(AGENTS), Random(seed), FullRotation[UUID]()
    for online in presences:
        set_online(rota, online)
        taken = turn(rota, random)
        if taken is None:
            assert not online
        else:
            eligible = frozenset(map(who, online))
            model.note(eligible, taken.agent_id)
            assert frozenset(taken.eligible) == eligible


@given(st.integers(1, 8), st.integers(1, 5), seeds)
def test_with_the_same_agents_each_cycle_is_a_permutation(
    agents: int, cycles: int, seed: int
) -> None:
    rota, random = make_rota(agents), Random(seed)
    for cycle in range(1, cycles + 1):
        taken = [turn(rota, random) for _ in range(agents)]
        assert {each.agent_id for each in taken if each} == {who(n) for n in range(agents)}
        assert {each.cycle for each in taken if each} == {cycle}


@given(st.integers(2, 8), seeds)
def test_the_first_of_a_cycle_is_not_the_last_of_the_one_before(agents: int, seed: int) -> None:
    taken = picks(make_rota(agents), agents * 10, Random(seed))
    assert all(one != next_ for one, next_ in pairwise(taken))


@given(presences, seeds, st.integers(0, 59))
def test_agents_who_are_always_eligible_differ_by_one_pick_in_a_window(
    presences: list[set[int]], seed: int, start: int
) -> None:
    rota, random, taken = make_rota(AGENTS), Random(seed), []
    for others in presences:
        set_online(rota, others | {0, 1, 2})
        taken.append(turn(rota, random))
    window = [each for each in taken[start:] if each]
    starts_cycle = start < len(taken) and (
        start == 0 or taken[start - 1].cycle != taken[start].cycle  # type: ignore[union-attr]
    )
    counts = [sum(each.agent_id == who(number) for each in window) for number in range(3)]
    assert max(counts) - min(counts) <= (1 if starts_cycle else 2)


@given(st.integers(1, 6), st.integers(1, 6), seeds)
def test_a_joiner_gets_a_turn_in_this_cycle(agents: int, had_turn: int, seed: int) -> None:
    rota, random = make_rota(agents), Random(seed)
    had_turn = min(had_turn, agents)
    early = picks(rota, had_turn, random)
    rota.seats.append(Seat(agent_id=who(99), device_id=DEVICE))
    late = picks(rota, agents + 1 - had_turn, random)
    assert set(early) | set(late) == {seat.agent_id for seat in rota.seats}


def test_a_leaver_leaves_and_the_cycle_goes_on_without_it() -> None:
    rota = make_rota(4)
    early = picks(rota, 2)
    rest = [seat for seat in rota.seats if seat.agent_id not in early]
    rota.seats = [seat for seat in rota.seats if seat is not rest[0]]
    assert picks(rota, 1) == [rest[1].agent_id]
    assert set(picks(rota, 3)) == {*early, rest[1].agent_id}


def test_going_offline_and_back_gains_nothing() -> None:
    rota = make_rota(3)
    first = picks(rota, 1)[0]
    set_online(rota, [n for n in range(3) if who(n) != first])
    second = picks(rota, 1)[0]
    set_online(rota, range(3))
    assert {first, second, *picks(rota, 1)} == {who(n) for n in range(3)}


@pytest.mark.parametrize("seed", range(40))
def test_the_last_one_picked_who_left_excludes_nobody_else(seed: int) -> None:
    rota = make_rota(3)
    last = picks(rota, 3)[-1]
    rota.seats = [seat for seat in rota.seats if seat.agent_id != last]
    taken = turn(rota, Random(seed))
    assert taken
    assert set(taken.eligible) == {seat.agent_id for seat in rota.seats}
    assert taken.cycle == 2


def test_after_the_last_one_left_either_of_the_others_may_begin() -> None:
    firsts = set()
    for seed in range(40):
        rota = make_rota(3)
        order = picks(rota, 3, Random(1))
        rota.seats = [seat for seat in rota.seats if seat.agent_id != order[-1]]
        firsts |= set(picks(rota, 1, Random(seed)))
    assert firsts == set(order[:2])


def test_a_single_agent_has_every_turn_and_each_is_a_cycle() -> None:
    rota = make_rota(1)
    taken = [turn(rota) for _ in range(3)]
    assert [each.cycle for each in taken if each] == [1, 2, 3]


def test_when_nobody_is_eligible_the_rotation_stays_untouched() -> None:
    rota = make_rota(2)
    set_online(rota, [])
    assert turn(rota) is None
    assert (rota.turn_number, rota.cycle, rota.cycle_start) == (0, 1, 1)


def test_assign_anyway_gives_a_turn_to_the_absent_and_says_so() -> None:
    rota = make_rota(3, when_nobody="assign_anyway")
    set_online(rota, [])
    rota.seats[0].is_enabled = False
    rota.seats[1].presence = "away"
    rota.seats[2].limit = 0
    taken = turn(rota)
    assert taken
    assert taken.is_anyway
    assert taken.eligible == [who(1)]
    assert taken.excluded == {str(who(0)): "disabled", str(who(1)): "away", str(who(2)): "full"}


def test_assign_anyway_waits_when_everybody_is_full() -> None:
    rota = make_rota(2, when_nobody="assign_anyway")
    for seat in rota.seats:
        seat.limit, seat.presence = 0, "offline"
    assert turn(rota) is None


def test_assign_anyway_prefers_whoever_is_here() -> None:
    rota = make_rota(3, when_nobody="assign_anyway")
    set_online(rota, [1])
    taken = turn(rota)
    assert taken
    assert (taken.agent_id, taken.is_anyway) == (who(1), False)


@pytest.mark.parametrize("when_nobody", ["wait", "assign_anyway"])
def test_with_own_device_only_agents_of_other_devices_never_get_it(when_nobody: str) -> None:
    rota = make_rota(2, is_own_device_only=True, when_nobody=when_nobody)
    rota.seats[0].device_id = OTHER_DEVICE
    assert set(picks(rota, 5)) == {who(1)}
    rota.seats[1].is_enabled = False
    assert turn(rota) is None


@given(st.lists(st.integers(0, 4), min_size=1, max_size=5), seeds)
def test_no_turn_makes_the_open_conversations_more_than_the_limit(
    limits: list[int], seed: int
) -> None:
    rota, random = make_rota(len(limits)), Random(seed)
    for seat, limit in zip(rota.seats, limits, strict=True):
        seat.limit = limit
    assert len(picks(rota, 30, random)) == sum(limits)
    assert [seat.open_count for seat in rota.seats] == limits


def test_a_full_agent_does_not_lose_the_turn() -> None:
    rota = make_rota(3)
    rota.seats[0].limit = 0
    assert set(picks(rota, 2)) == {who(1), who(2)}
    rota.seats[0].limit = None
    assert picks(rota, 1) == [who(0)]


def test_who_gets_a_conversation_back_fills_a_place_without_a_turn() -> None:
    rota = make_rota(1)
    rota.seats[0].limit = 1
    assert take_back(rota, who(0), DEVICE)
    assert not take_back(rota, who(0), DEVICE)
    assert turn(rota) is None
    assert rota.turn_number == 0


def test_partial_turns_leave_the_cycle_to_be_taken_up_again() -> None:
    rota = make_rota(4)
    early = picks(rota, 2)
    places = [seat.last_turn for seat in rota.seats]
    rota.rotation = "partial"
    taken = [turn(rota) for _ in range(10)]
    assert {each.cycle for each in taken if each} == {None}
    assert [seat.last_turn for seat in rota.seats] == places
    rota.rotation = "full"
    assert {*early, *picks(rota, 2)} == {who(n) for n in range(4)}


def test_turn_numbers_have_no_gap_in_whichever_mode() -> None:
    rota = make_rota(3)
    numbers = []
    for number in range(1, 10):
        rota.rotation = "partial" if number % 3 else "full"
        taken = turn(rota)
        assert taken
        numbers.append(taken.number)
    assert numbers == list(range(1, 10))


@given(presences, st.lists(st.none() | st.integers(0, AGENTS - 1), min_size=60, max_size=60), seeds)
def test_who_is_avoided_is_left_out_of_one_pick_like_somebody_who_is_not_eligible(
    presences: list[set[int]], avoided: list[int | None], seed: int
) -> None:
    rota, random, model = make_rota(AGENTS), Random(seed), FullRotation[UUID]()
    for online, number in zip(presences, avoided, strict=False):
        set_online(rota, online)
        taken = turn(rota, random, avoided_id=None if number is None else who(number))
        if taken is None:
            assert not online
            continue
        others = online - {number}
        eligible = frozenset(map(who, others or online))
        model.note(eligible, taken.agent_id)
        assert frozenset(taken.eligible) == eligible
        is_named = number in online and bool(others)
        assert ("no_answer" in taken.excluded.values()) == is_named


def test_who_is_avoided_has_the_turn_where_nobody_else_can() -> None:
    rota = make_rota(2)
    set_online(rota, [0])
    taken = turn(rota, avoided_id=who(0))
    assert taken
    assert (taken.agent_id, taken.excluded) == (who(0), {str(who(1)): "offline"})


def test_who_was_avoided_once_has_the_next_turn_of_the_cycle() -> None:
    rota = make_rota(3)
    first = turn(rota, avoided_id=who(0))
    assert first
    assert {first.agent_id, *picks(rota, 2)} == {who(0), who(1), who(2)}
    assert rota.cycle == 1


@pytest.mark.parametrize("when_nobody", ["wait", "assign_anyway"])
def test_whether_anybody_is_eligible_is_what_the_next_turn_finds(when_nobody: str) -> None:
    for online in ([], [0], [0, 1]):
        rota = make_rota(2, when_nobody=when_nobody, is_own_device_only=True)
        rota.seats[0].device_id = OTHER_DEVICE
        set_online(rota, online)
        found = is_anybody_eligible(rota, DEVICE)
        assert rota.turn_number == 0
        assert found == bool(turn(rota))
