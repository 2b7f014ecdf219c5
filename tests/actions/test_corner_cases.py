"""The corner cases of the routing's specification: each row is a test named by its words."""

from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.agents import change_agent
from helpdesk.actions.conversations import resolve_conversation
from helpdesk.actions.waiting import assign_waiting
from helpdesk.audiences import Audience
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    make_agent,
    make_device,
    make_division,
    open_console,
    receive,
)
from tests.workers.sending import ask


@pytest.fixture
async def division(account: AccountUnderTest) -> UUID:
    return await make_division(account)


@pytest.fixture
async def device(account: AccountUnderTest, division: UUID) -> DeviceUnderTest:
    return await make_device(account, default_division_id=division)


async def drain(account: AccountUnderTest, division: UUID) -> None:
    """Try the queue once."""
    async with account.database.unit_of_work() as work:
        await assign_waiting(work, (account.id, division), now=clock.now())


async def loads(account: AccountUnderTest) -> dict[str | None, int]:
    """How many open conversations each agent has, by name; None: nobody."""
    rows = await ask(
        account,
        """
        select a.name, count(*) from conversation c left join agent a on a.id = c.assignee_id
        where c.status <> 'resolved' group by 1
        """,
    )
    return {row[0]: row[1] for row in rows}


@pytest.mark.parametrize("absent", [0, 2], ids=["nobody", "all are offline"])
async def test_0_agents_or_all_offline_waits_untouched_and_supervisors_see_it_at_once(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID, absent: int
) -> None:
    for number in range(absent):
        await make_agent(account, device, name=f"A{number}", division_id=division)
    line = await receive(account, device)
    await drain(account, division)
    assert line.conversation.status == "waiting"
    told = await account.events("conversation.opened")
    assert told[0].audience == Audience(division_ids=frozenset([division]))
    [row] = await ask(account, "select turn_number, cycle, cycle_start from division")
    assert tuple(row) == (0, 1, 1)
    assert await ask(account, "select from turn") == []


async def test_1_agent_is_always_that_agent_and_each_turn_is_a_cycle(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> None:
    await open_console(account, await make_agent(account, device, division_id=division))
    for number in range(3):
        await receive(account, device, number=f"628555{number}000")
    assert await loads(account) == {"Ani": 3}
    turns = await ask(account, "select number, cycle from turn order by number")
    assert [tuple(row) for row in turns] == [(1, 1), (2, 2), (3, 3)]


async def test_capacity_lowered_below_what_is_open_takes_nothing_away_and_gives_nothing_new(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> None:
    ani = await make_agent(account, device, division_id=division)
    await open_console(account, ani)
    lines = [await receive(account, device, number=f"628555{n}000") for n in range(3)]
    async with account.work() as work:
        await change_agent(work, ani.id, {"open_limit": 2}, now=clock.now())
    await receive(account, device, number="6285559000")
    seen = []
    for line in lines[:2]:
        await drain(account, division)
        seen.append(await loads(account))
        async with account.work() as work:
            await resolve_conversation(work, ani, line.conversation.id, now=clock.now())
    await drain(account, division)
    assert seen == [{"Ani": 3, None: 1}, {"Ani": 2, None: 1}]
    assert await loads(account) == {"Ani": 2}
