"""The chance in the rotation: by weight, and in partial rotation independent; by chi-square."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import product
from random import Random
from statistics import NormalDist
from uuid import UUID

import pytest

from helpdesk.actions import rotate
from helpdesk.actions.rotate import SYSTEM_RANDOM
from tests.pure.rotas import make_rota, picks, set_online, turn, who

PICKS = 20_000
ALPHA = 1e-6


def quantile(p: float, freedom: int) -> float:
    """The chi-square quantile: bisection of its distribution function, a power series."""
    low, high = 0.0, 1000.0
    while high - low > 1e-9 * (high + 1e-9):
        middle = (low + high) / 2
        low, high = (middle, high) if distribution(middle, freedom) < p else (low, middle)
    return low


def distribution(x: float, freedom: int) -> float:
    """The regularised lower incomplete gamma function at (freedom / 2, x / 2)."""
    a, half = freedom / 2, x / 2
    if half <= 0:
        return 0.0
    term = total = 1 / a
    step = a
    while term > total * 1e-16:
        step += 1
        term *= half / step
        total += term
    return total * math.exp(a * math.log(half) - half - math.lgamma(a))


def chi_square(counts: Sequence[int], weights: Sequence[int] = ()) -> float:
    """How far the counts are from being equal, or in proportion to the weights."""
    shares = weights or [1] * len(counts)
    total = sum(counts) / sum(shares)
    return sum(
        (count - total * share) ** 2 / (total * share)
        for count, share in zip(counts, shares, strict=True)
    )


def suspicion(taken: Sequence[UUID], k: int, lag: int, weights: Sequence[int] = ()) -> str:
    """Say what is not by weight or not independent in the picks of agents 0 to k - 1; nothing
    when all is well."""
    people, shares = [who(number) for number in range(k)], weights or [1] * k
    single = Counter(taken)
    pairs = Counter(zip(taken, taken[lag:], strict=False))
    both = [pairs[each] for each in product(people, repeat=2)]
    chances = [one * other for one, other in product(shares, repeat=2)]
    tests = {
        "marginal": (chi_square([single[one] for one in people], shares), k - 1),
        f"lag {lag}": (chi_square(both, chances), k * k - 1),
    }
    for name, (statistic, freedom) in tests.items():
        if statistic > quantile(1 - ALPHA / 2, freedom):
            return f"{name} too uneven: {statistic:.1f}"
        if freedom >= 4 and statistic < quantile(ALPHA / 2, freedom):
            return f"{name} too even: {statistic:.3f}"
    return ""


@pytest.mark.parametrize("k", [2, 3, 5, 7])
def test_partial_picks_are_uniform_and_independent(k: int) -> None:
    taken = picks(make_rota(k, rotation="partial"), PICKS, SYSTEM_RANDOM)
    assert len(taken) == PICKS
    assert not [found for lag in (1, 2, k) if (found := suspicion(taken, k, lag))]


WEIGHTS = [(1, 2), (5, 1, 1), (100, 50, 25, 25, 50), (1, 2, 3, 4, 5, 6, 7)]


@pytest.mark.parametrize("weights", WEIGHTS, ids=str)
def test_partial_picks_are_in_proportion_to_the_weights(weights: tuple[int, ...]) -> None:
    k = len(weights)
    taken = picks(make_rota(k, weights=weights, rotation="partial"), PICKS, SYSTEM_RANDOM)
    assert not [found for lag in (1, 2, k) if (found := suspicion(taken, k, lag, weights))]


@pytest.mark.parametrize("weights", WEIGHTS, ids=str)
def test_a_draw_that_ignores_the_weights_is_found_out(
    monkeypatch: pytest.MonkeyPatch, weights: tuple[int, ...]
) -> None:
    monkeypatch.setattr(rotate, "draw", lambda eligible, random: random.choice(eligible))
    k = len(weights)
    taken = picks(make_rota(k, weights=weights, rotation="partial"), PICKS, SYSTEM_RANDOM)
    assert suspicion(taken, k, 1, weights).startswith("marginal too uneven")


def test_weights_count_among_the_eligible_alone() -> None:
    rota = make_rota(3, weights=(1, 3, 96), rotation="partial")
    set_online(rota, [0, 1])
    assert not suspicion(picks(rota, PICKS, SYSTEM_RANDOM), 2, 1, (1, 3))


def test_full_rotation_has_no_regard_for_weights() -> None:
    taken = picks(make_rota(3, weights=(1, 10, 100)), 3 * 1_000, SYSTEM_RANDOM)
    assert set(Counter(taken).values()) == {1_000}


def test_a_turn_notes_the_weights_where_they_made_the_chances_uneven() -> None:
    rota = make_rota(3, weights=(1, 3, 3), rotation="partial")
    noted = {str(who(0)): 1, str(who(1)): 3}
    told = []
    for online, rotation in (([0, 1], "partial"), ([1, 2], "partial"), ([0, 1], "full")):
        set_online(rota, online)
        rota.rotation = rotation  # type: ignore[assignment]
        taken = turn(rota)
        assert taken
        told.append(taken.weights)
    assert told == [noted, {}, {}]


@pytest.mark.parametrize("k", [3, 5, 7])
def test_the_same_test_finds_a_full_rotation_not_independent(k: int) -> None:
    taken = picks(make_rota(k), PICKS, Random(1))
    assert suspicion(taken, k, 1)


def test_the_same_test_finds_one_who_gets_a_tenth_more() -> None:
    random = Random(1)
    people = [who(number) for number in range(5)]
    taken = random.choices(people, [1.1, 1, 1, 1, 1], k=PICKS)
    assert suspicion(taken, 5, 1).startswith("marginal too uneven")


@pytest.mark.parametrize("k", [3, 5])
def test_in_full_rotation_every_agent_is_at_every_place_of_a_cycle_equally_often(k: int) -> None:
    cycles = [picks(make_rota(k), k, SYSTEM_RANDOM) for _ in range(PICKS // k)]
    for place in range(k):
        counts = Counter(cycle[place] for cycle in cycles)
        assert chi_square([*counts.values()]) < quantile(1 - ALPHA, k - 1)


@pytest.mark.parametrize(("freedom", "value"), [(1, 3.841459), (4, 9.487729), (48, 65.170769)])
def test_the_quantiles_are_those_of_the_tables(freedom: int, value: float) -> None:
    assert quantile(0.95, freedom) == pytest.approx(value, rel=1e-6)


def test_the_quantile_of_one_degree_is_the_square_of_the_normal_one() -> None:
    normal = NormalDist().inv_cdf(1 - ALPHA / 2)
    assert quantile(1 - ALPHA, 1) == pytest.approx(normal**2, rel=1e-4)
