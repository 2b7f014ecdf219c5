"""What a socket says: hello, events in one chain, what was missed, resync, heartbeats."""

import asyncio
from uuid import uuid4

import pytest

from helpdesk import clock
from helpdesk.actions.agents import change_agent
from helpdesk.audiences import Audience
from helpdesk.live import socket as live_socket
from tests.factories import AccountUnderTest, make_division
from tests.live.desk import (
    Desk,
    close_code,
    frames_for,
    numbered,
    run_sql,
    stands_at,
    tell,
)
from tests.served import Served, next_event

SOMEBODY_ELSE = Audience(agent_ids=frozenset((uuid4(),)))


async def test_hello_comes_first_and_says_where_events_stand(desk: Desk, served: Served) -> None:
    await desk.agent()
    await tell(desk.account, 3)
    ani = await desk.sign_in(served)
    start = await stands_at(ani)
    async with served.socket(ani) as socket:
        hello = await next_event(socket)
    assert hello == {"type": "hello", "epoch": start["epoch"], "seq": 3}
    assert start["after"] == 3


async def test_without_after_only_what_is_new_comes(desk: Desk, served: Served) -> None:
    await desk.agent()
    await tell(desk.account, 3)
    async with served.socket(await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        await tell(desk.account)
        [event] = await numbered(socket, 1)
    assert (event["seq"], event["prev"]) == (4, 3)


async def test_chain_is_unbroken_for_who_sees_a_part(desk: Desk, served: Served) -> None:
    await desk.agent()
    ani = await desk.sign_in(served)
    async with served.socket(ani, **await stands_at(ani)) as socket:
        for number in range(1, 31):
            await tell(
                desk.account, audience=Audience.EVERYBODY if number % 3 == 0 else SOMEBODY_ELSE
            )
        events = await numbered(socket, 10)
    assert [event["seq"] for event in events] == list(range(3, 31, 3))
    assert [event["prev"] for event in events] == [0, *range(3, 30, 3)]


async def test_after_its_own_commit_an_event_needs_no_poll(desk: Desk, served: Served) -> None:
    await desk.agent()
    async with served.socket(await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        await tell(desk.account, 2, database=served.app.state.parts.database)
        events = await numbered(socket, 2, within=0.5)
    assert [event["seq"] for event in events] == [1, 2]


async def test_resume_replays_what_was_missed_once_in_order(desk: Desk, served: Served) -> None:
    await desk.agent()
    ani = await desk.sign_in(served)
    async with served.socket(ani, **await stands_at(ani)) as socket:
        await tell(desk.account, 2)
        await numbered(socket, 2)
    await tell(desk.account, 3)
    await tell(desk.account, 2, audience=SOMEBODY_ELSE)
    await tell(desk.account, 1)
    async with served.socket(ani, epoch=(await stands_at(ani))["epoch"], after=2) as socket:
        events = await numbered(socket, 4)
        assert [event["seq"] for event in events] == [3, 4, 5, 8]
        assert [event["prev"] for event in events] == [2, 3, 4, 5]
        assert not [frame for frame in await frames_for(socket, 0.3) if "prev" in frame]


async def test_2500_missed_events_are_paged_while_new_ones_arrive(
    desk: Desk, served: Served
) -> None:
    await desk.agent()
    ani = await desk.sign_in(served)
    start = await stands_at(ani)
    await tell(desk.account, 2_500)

    async def write() -> None:
        for number in range(100):
            here = served.app.state.parts.database if number % 2 else None
            await tell(desk.account, 3, database=here)

    async with served.socket(ani, **start) as socket:
        writing = asyncio.create_task(write())
        events = await numbered(socket, 2_800)
        await writing
    assert [event["seq"] for event in events] == list(range(1, 2_801))
    assert [event["prev"] for event in events] == list(range(2_800))


async def refused(desk: Desk, served: Served, **query: object) -> bool:
    """Whether a socket opened like this gets hello, resync and the end, and nothing else."""
    ani = await desk.sign_in(served)
    async with served.socket(ani, **await stands_at(ani) | query) as socket:
        assert (await next_event(socket))["type"] == "hello"
        first = await next_event(socket)
        return first == {"type": "resync"} and await close_code(socket) == 1000


@pytest.mark.parametrize(
    "query",
    [{"epoch": "0" * 32}, {"epoch": ""}, {"after": 4}, {"after": -1}, {"after": 10**30}],
    ids=["other epoch", "no epoch", "ahead of head", "negative", "beyond numbers"],
)
async def test_what_cannot_be_honoured_gets_resync(
    desk: Desk, served: Served, query: dict[str, object]
) -> None:
    await desk.agent()
    await tell(desk.account, 3)
    assert await refused(desk, served, **query)


async def test_past_the_retention_gets_resync_and_its_edge_does_not(
    desk: Desk, served: Served
) -> None:
    await desk.agent()
    await tell(desk.account, 10)
    await run_sql(desk.account, "delete from event where seq <= 5")
    assert await refused(desk, served, after=4)
    ani = await desk.sign_in(served)
    async with served.socket(ani, **await stands_at(ani) | {"after": 5}) as socket:
        assert [event["seq"] for event in await numbered(socket, 5)] == [6, 7, 8, 9, 10]


async def test_over_more_than_seven_days_nobody_resumes(desk: Desk, served: Served) -> None:
    await desk.agent()
    await tell(desk.account, 10)
    await run_sql(desk.account, "update event set at = at - interval '8 days' where seq <= 5")
    assert await refused(desk, served, after=4)
    ani = await desk.sign_in(served)
    async with served.socket(ani, **await stands_at(ani) | {"after": 5}) as socket:
        assert [event["seq"] for event in await numbered(socket, 5)] == [6, 7, 8, 9, 10]


async def test_all_events_gone_only_the_head_can_be_resumed(desk: Desk, served: Served) -> None:
    await desk.agent()
    await tell(desk.account, 10)
    await run_sql(desk.account, "delete from event")
    assert await refused(desk, served, after=9)
    ani = await desk.sign_in(served)
    async with served.socket(ani, **await stands_at(ani)) as socket:
        await tell(desk.account)
        assert [event["prev"] for event in await numbered(socket, 1)] == [10]


async def test_after_a_change_of_rights_the_old_place_gets_resync(
    desk: Desk, served: Served
) -> None:
    agent = await desk.agent()
    before = await stands_at(await desk.sign_in(served))
    other = await make_division(desk.account, name="Other")
    async with desk.account.work() as work:
        await change_agent(work, agent.id, {"division_id": other}, now=clock.now())
    assert await refused(desk, served, **before)


async def test_change_of_name_is_no_change_of_rights(desk: Desk, served: Served) -> None:
    agent = await desk.agent()
    ani = await desk.sign_in(served)
    async with served.socket(ani, **await stands_at(ani)) as socket:
        async with desk.account.work() as work:
            await change_agent(work, agent.id, {"name": "Ann"}, now=clock.now())
        [event] = await numbered(socket, 1)
    assert event["agent"]["name"] == "Ann"


async def test_heartbeat_counts_what_others_saw(
    desk: Desk, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "HEARTBEAT_SECONDS", 0.3)
    await desk.agent()
    ani = await desk.sign_in(served)
    start = await stands_at(ani)
    async with served.socket(ani, **start) as socket:
        await tell(desk.account)
        await tell(desk.account, 4, audience=SOMEBODY_ELSE)
        assert (await numbered(socket, 1))[0]["seq"] == 1
        async with asyncio.timeout(5):
            while (beat := await next_event(socket, "heartbeat"))["seq"] < 5:
                pass
    assert beat == {"type": "heartbeat", "seq": 5}
    async with served.socket(ani, epoch=start["epoch"], after=5) as socket:
        await tell(desk.account)
        [event] = await numbered(socket, 1)
    assert (event["seq"], event["prev"]) == (6, 5)


async def test_a_reader_is_told_at_once_when_it_has_caught_up(desk: Desk, served: Served) -> None:
    await desk.agent()
    ani = await desk.sign_in(served)
    start = await stands_at(ani)
    await tell(desk.account, 3, audience=SOMEBODY_ELSE)
    async with served.socket(ani, **start) as socket:
        beat = await next_event(socket, "heartbeat", within=3)
    assert beat["seq"] == start["after"] + 3


async def test_heartbeat_never_runs_ahead_of_what_was_sent(
    desk: Desk, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "HEARTBEAT_SECONDS", 0.0)
    await desk.agent()
    await tell(desk.account, 1_500)
    ani = await desk.sign_in(served)
    async with served.socket(ani, **await stands_at(ani) | {"after": 0}) as socket:
        last = beats = 0
        while last < 1_500:
            frame = await next_event(socket)
            if frame["type"] == "heartbeat":
                beats += 1
                assert frame["seq"] == last
            elif "prev" in frame:
                last = frame["seq"]
    assert beats >= 2


async def test_account_hears_nothing_of_another(
    desk: Desk, served: Served, other_account: AccountUnderTest
) -> None:
    await desk.agent()
    async with served.socket(await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        await tell(other_account, 5)
        await tell(other_account, 5, database=served.app.state.parts.database)
        await tell(desk.account, text="ours")
        events = [frame for frame in await frames_for(socket, 1.2) if "prev" in frame]
    assert [event["contact"]["name"] for event in events] == ["ours"]
