"""Fairness over REST: what it tells, what it leaves untouched, and what it refuses."""

from datetime import timedelta
from typing import Any

import pytest

from helpdesk import clock
from tests.api.house import House
from tests.factories import make_agent, make_division, open_console, receive
from tests.workers.sending import ask

STATE = """
select (select jsonb_agg(d) from division d), (select jsonb_agg(p) from rotation_place p),
  (select jsonb_agg(t) from turn t), (select last_value from message_number)
"""


async def with_turns(house: House, count: int) -> str:
    """Let customers come, and return the division's address."""
    budi = await make_agent(house.account, house.device, name="Budi", division_id=house.division)
    for agent in (house.agent, budi):
        await open_console(house.account, agent)
    for number in range(count):
        await receive(house.account, house.device, number=f"62855500{number:05}")
    return f"/api/v1/divisions/{house.division}"


async def test_turns_are_told_by_agent(house: House) -> None:
    place = await with_turns(house, 5)
    told = (await (await house.caller("agent")).get(f"{place}/fairness")).json()
    assert told["turns"] == 5
    assert told["spread"] == 1
    assert sorted(each["turns"] for each in told["shares"]) == [2, 3]
    assert {each["eligible"] for each in told["shares"]} == {5}


async def test_only_turns_of_the_time_are_told(house: House) -> None:
    place = await with_turns(house, 3)
    await ask(house.account, "update turn set at = at - interval '30 days' where number = 1")
    owner = await house.caller("owner")
    assert (await owner.get(f"{place}/fairness")).json()["turns"] == 2
    long_ago = {"since": (clock.now() - timedelta(days=60)).isoformat()}
    assert (await owner.get(f"{place}/fairness", params=long_ago)).json()["turns"] == 3


async def test_a_rehearsal_changes_nothing_and_is_repeatable(house: House) -> None:
    place = await with_turns(house, 6)
    owner = await house.caller("owner")
    before = [tuple(row) for row in await ask(house.account, STATE)]
    answers = [
        (await owner.post(f"{place}/rehearse", json={"rotation": "partial", "until": now})).json()
        for now in [clock.now().isoformat()] * 2
    ]
    assert answers[0] == answers[1]
    assert sum(each["rehearsed"] for each in answers[0]["shares"]) == 6
    assert [tuple(row) for row in await ask(house.account, STATE)] == before


@pytest.mark.parametrize(
    "params",
    [
        {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
        {"since": "2026-03-02T00:00:00"},
        {"since": "yesterday"},
        {"since": "0001-01-01T00:00:00Z"},
        {"since": "9999-12-31T23:59:59Z"},
    ],
    ids=["backwards", "no zone", "no time", "too early", "too late"],
)
async def test_a_time_that_is_none_is_refused_by_name(house: House, params: Any) -> None:
    owner = await house.caller("owner")
    answer = await owner.get(f"/api/v1/divisions/{house.division}/fairness", params=params)
    assert answer.status_code == 422
    assert "since" in answer.json()["errors"]


async def test_an_end_that_no_clock_shows_is_refused(house: House) -> None:
    owner = await house.caller("owner")
    place, never = f"/api/v1/divisions/{house.division}", "0001-01-01T00:00:00Z"
    for answer in (
        await owner.get(f"{place}/fairness", params={"until": never}),
        await owner.post(f"{place}/rehearse", json={"rotation": "partial", "until": never}),
    ):
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["until"])


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_a_rule_is_tried_at_no_time_that_no_clock_shows(house: House, at: str) -> None:
    owner = await house.caller("owner")
    trial = {"device_id": str(house.device.id), "text": "Hi", "at": at}
    answer = await owner.post("/api/v1/rules/try", json=trial)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["at"])


@pytest.mark.parametrize("what", ["turns", "fairness"])
async def test_agent_sees_the_turns_of_its_own_division_alone_and_only_if_it_sees_the_division(
    house: House, what: str
) -> None:
    other = await make_division(house.account, name="Care")
    agent, owner = await house.caller("agent"), await house.caller("owner")
    paths = [f"/api/v1/divisions/{each}/{what}" for each in (house.division, other)]
    assert [(await agent.get(path)).status_code for path in paths] == [200, 404]
    assert [(await owner.get(path)).status_code for path in paths] == [200, 200]
    await owner.patch(f"/api/v1/agents/{house.agent.id}", json={"sees": "own"})
    again = await house.served.agent(house.device, house.agent_token)
    assert [(await again.get(path)).status_code for path in paths] == [404, 404]
