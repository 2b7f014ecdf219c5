"""Rotators: kept as lists, and taking turns as divisions do."""

import asyncio
from collections import Counter
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.rotators import (
    NewRotator,
    add_rotator,
    change_rotator,
    pick_numbers,
    remove_rotator,
)
from helpdesk.audiences import Audience
from helpdesk.errors import Conflict, InputError, NotFound
from helpdesk.queries.rotators import get_rotator, list_rotators
from helpdesk.shapes.rotators import RotatorNumber, RotatorOut
from helpdesk.shapes.words import Rotation
from tests.factories import AccountUnderTest, body_of
from tests.pure.rotation_model import FullRotation

NOW = clock.now()
NUMBERS = [f"628120000000{n}" for n in range(4)]


def listed(*numbers: str, weight: int = 1) -> list[RotatorNumber]:
    return [RotatorNumber(number=each, weight=weight) for each in numbers]


async def add(
    account: AccountUnderTest,
    name: str = "Leads",
    rotation: Rotation = "full",
    numbers: list[RotatorNumber] | None = None,
) -> RotatorOut:
    new = NewRotator(name, rotation, listed(*NUMBERS) if numbers is None else numbers)
    async with account.work() as work:
        return await add_rotator(work, new, now=NOW)


async def change(account: AccountUnderTest, id_: UUID, **changes: Any) -> RotatorOut:
    async with account.work() as work:
        return await change_rotator(work, id_, changes, now=NOW)


async def pick(account: AccountUnderTest, rotator: int = 1, times: int = 1) -> list[str]:
    async with account.work() as work:
        return await pick_numbers(work, [rotator] * times)


async def test_added_rotator_is_told_to_supervisors_without_picks(
    account: AccountUnderTest,
) -> None:
    added = await add(account)
    [event] = await account.events()
    assert (event.type, event.audience) == ("rotator.changed", Audience.SUPERVISORS)
    assert body_of(event)["rotator"]["target"] == added.target == "rotator#1"
    assert "picks" not in body_of(event)["rotator"]
    async with account.reading() as session:
        assert await get_rotator(session, account.id, added.id) == added


async def test_numbers_are_taken_in_any_spelling(account: AccountUnderTest) -> None:
    added = await add(account, numbers=listed("0812 0000-0000", "+62 812 00000001", weight=7))
    assert added.numbers == listed("6281200000000", "6281200000001", weight=7)


async def test_what_is_no_number_or_there_twice_is_told_by_its_place(
    account: AccountUnderTest,
) -> None:
    with pytest.raises(InputError) as refused:
        await add(account, numbers=listed("0812 0000 0000", "shop", "6281200000000"))
    assert refused.value.facts["errors"] == {
        "numbers[1].number": "Give 8 to 15 digits, such as 0811 2233 4455.",
        "numbers[2].number": "It is on the list already. Give it more weight.",
    }


async def test_name_is_its_own_in_the_account_whatever_its_case(account: AccountUnderTest) -> None:
    first = await add(account, " Leads ")
    assert first.name == "Leads"
    with pytest.raises(Conflict) as refused:
        await add(account, "LEADS")
    assert refused.value.facts["errors"] == {"name": "In use. Give another one."}
    other = await add(account, "Others")
    with pytest.raises(Conflict):
        await change(account, other.id, name="leads")
    with pytest.raises(InputError):
        await change(account, other.id, name="  ")


async def test_a_target_is_never_given_out_again(account: AccountUnderTest) -> None:
    first = await add(account)
    async with account.work() as work:
        await remove_rotator(work, first.id, now=NOW)
    assert (await add(account)).target == "rotator#2"
    with pytest.raises(NotFound):
        await pick(account, 1)
    async with account.reading() as session:
        assert [each.target for each in await list_rotators(session, account.id)] == ["rotator#2"]


async def test_rotators_made_at_once_have_targets_of_their_own(account: AccountUnderTest) -> None:
    made = await asyncio.gather(*(add(account, f"R{n}") for n in range(5)))
    assert {each.target for each in made} == {f"rotator#{n}" for n in range(1, 6)}


async def test_accounts_count_their_targets_apart(
    account: AccountUnderTest, other_account: AccountUnderTest
) -> None:
    assert (await add(account)).target == (await add(other_account)).target
    mine = await pick(account)
    async with other_account.reading() as session:
        assert [each.picks for each in await list_rotators(session, other_account.id)] == [{}]
    assert mine[0] in NUMBERS


async def test_full_rotation_keeps_the_laws_over_units_of_work(account: AccountUnderTest) -> None:
    await add(account)
    model, everybody = FullRotation[str](), frozenset(NUMBERS)
    for times in (1, 3, 5, 2, 9, 4):
        for picked in await pick(account, times=times):
            model.note(everybody, picked)


async def test_picks_at_once_are_still_an_exact_full_rotation(account: AccountUnderTest) -> None:
    added = await add(account)
    picked = await asyncio.gather(*(pick(account) for _ in range(20)))
    assert set(Counter(each for [each] in picked).values()) == {5}
    async with account.reading() as session:
        found = await get_rotator(session, account.id, added.id)
    assert found.picks == dict.fromkeys(NUMBERS, 5)


async def test_an_aborted_unit_of_work_burns_no_pick(account: AccountUnderTest) -> None:
    await add(account)
    taken = await pick(account, times=3)
    for _ in range(5):
        async with account.work() as work:
            await pick_numbers(work, [1])
            await work.session.rollback()
    assert {*taken, *await pick(account)} == set(NUMBERS)


async def test_a_number_that_left_has_its_place_when_it_comes_back(
    account: AccountUnderTest,
) -> None:
    added = await add(account)
    [first] = await pick(account)
    rest = [each for each in NUMBERS if each != first]
    await change(account, added.id, numbers=listed(*rest))
    await change(account, added.id, numbers=listed(*NUMBERS))
    assert set(await pick(account, times=3)) == set(rest)


async def test_a_joiner_is_picked_in_this_cycle(account: AccountUnderTest) -> None:
    added = await add(account, numbers=listed(*NUMBERS[:3]))
    taken = await pick(account, times=2)
    await change(account, added.id, numbers=listed(*NUMBERS))
    assert {*taken, *await pick(account, times=2)} == set(NUMBERS)


async def test_partial_rotation_goes_by_weight_and_leaves_the_cycle(
    account: AccountUnderTest,
) -> None:
    numbers = [*listed(NUMBERS[0], weight=9), *listed(NUMBERS[1])]
    added = await add(account, rotation="partial", numbers=numbers)
    counts = Counter(await pick(account, times=2_000))
    assert 1_700 <= counts[NUMBERS[0]] <= 1_900
    full = await change(account, added.id, rotation="full")
    assert full.picks == counts
    taken = await pick(account, times=20)
    assert all(one != other for one, other in pairwise(taken))


async def test_things_of_another_account_are_not_found(
    account: AccountUnderTest, other_account: AccountUnderTest
) -> None:
    foreign = await add(other_account)
    with pytest.raises(NotFound):
        await change(account, foreign.id, name="Ours")
    with pytest.raises(NotFound):
        await pick(account)
    with pytest.raises(NotFound):
        async with account.work() as work:
            await remove_rotator(work, foreign.id, now=NOW)


async def test_a_change_of_nothing_tells_nobody(account: AccountUnderTest) -> None:
    added = await add(account)
    assert await change(account, added.id) == added
    assert len(await account.events()) == 1
