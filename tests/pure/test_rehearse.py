"""How turns fell, and how they would have fallen: judged by plain counting."""

from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest

from helpdesk.actions.rehearse import Setting, judge, rehearse
from helpdesk.queries.fairness import PastTurn
from helpdesk.queries.rotas import Seat

ANI, BUDI, CITRA = (UUID(int=number) for number in (1, 2, 3))
SHOP, STALL = (UUID(int=number) for number in (8, 9))
WHEN = {
    "since": datetime(2026, 3, 1, tzinfo=UTC),
    "until": datetime(2026, 3, 8, tzinfo=UTC),
}
FULL = Setting(rotation="full", own_device_only=False)


def turn(agent: UUID, *eligible: UUID, device: UUID = SHOP, **excluded: UUID) -> PastTurn:
    passed = {agent_id: reason for reason, agent_id in excluded.items()}
    return PastTurn(agent, frozenset(eligible), passed, device)


def test_shares_count_turns_chances_and_reasons() -> None:
    told = judge([turn(ANI, ANI, BUDI, away=CITRA), turn(BUDI, BUDI, away=CITRA, full=ANI)], **WHEN)
    shares = {each.agent_id: each for each in told.shares}
    assert told.turns == 2
    assert (shares[ANI].turns, shares[ANI].eligible, shares[ANI].passed_over) == (1, 1, {"full": 1})
    assert (shares[CITRA].turns, shares[CITRA].passed_over) == (0, {"away": 2})


def test_only_those_who_were_always_there_are_compared() -> None:
    turns = [turn(ANI, ANI, BUDI), turn(ANI, ANI, BUDI, CITRA), turn(BUDI, ANI, BUDI)]
    assert judge(turns, **WHEN).spread == 1
    assert judge([turn(ANI, ANI), turn(BUDI, BUDI)], **WHEN).spread is None
    assert judge([], **WHEN).spread is None


@pytest.mark.parametrize("seed", range(20))
def test_full_rotation_rehearsed_over_a_run_of_luck_is_even(seed: int) -> None:
    turns = [turn(ANI, ANI, BUDI, CITRA)] * 31
    told = rehearse(turns, FULL, {}, random=Random(seed), **WHEN)
    shares = {each.agent_id: (each.turns, each.rehearsed) for each in told.shares}
    assert shares[ANI][0] == 31
    assert sorted(rehearsed for _, rehearsed in shares.values()) == [10, 10, 11]
    assert (told.spread, told.waiting, told.arrivals) == (1, 0, 31)


def test_own_device_only_leaves_out_the_others_and_lets_wait_where_nobody_is_left() -> None:
    turns = [turn(ANI, ANI, BUDI), turn(BUDI, BUDI), turn(BUDI, ANI, BUDI, device=STALL)]
    setting = Setting(rotation="full", own_device_only=True)
    agents = {
        ANI: Seat(agent_id=ANI, device_id=SHOP),
        BUDI: Seat(agent_id=BUDI, device_id=STALL),
    }
    told = rehearse(turns, setting, agents, random=Random(1), **WHEN)
    assert {each.agent_id: each.rehearsed for each in told.shares} == {ANI: 1, BUDI: 1}
    assert told.waiting == 1


def test_who_was_left_out_for_the_device_comes_in_without_that_rule() -> None:
    told = rehearse([turn(ANI, ANI, other_device=BUDI)] * 2, FULL, {}, random=Random(1), **WHEN)
    assert {each.agent_id: each.rehearsed for each in told.shares} == {ANI: 1, BUDI: 1}


def test_the_same_draws_come_again() -> None:
    turns = [turn(ANI, ANI, BUDI, CITRA)] * 50
    setting = Setting(rotation="partial", own_device_only=False)
    told = [rehearse(turns, setting, {}, random=Random(7), **WHEN) for _ in range(2)]
    assert told[0] == told[1]


def test_a_partial_rotation_is_rehearsed_by_the_weights_that_agents_have() -> None:
    turns = [turn(ANI, ANI, BUDI)] * 1_000
    setting = Setting(rotation="partial", own_device_only=False)
    agents = {ANI: Seat(agent_id=ANI, device_id=SHOP, weight=9)}
    told = rehearse(turns, setting, agents, random=Random(1), **WHEN)
    rehearsed = {each.agent_id: each.rehearsed for each in told.shares}
    assert 860 <= rehearsed[ANI] <= 940
    assert rehearsed[ANI] + rehearsed[BUDI] == 1_000
