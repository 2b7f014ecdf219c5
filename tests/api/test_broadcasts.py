"""Broadcasts over REST: checked, made once, listed, and stopped."""

from datetime import timedelta
from typing import Any

import pytest

from helpdesk import clock
from tests.api.house import House, make_house
from tests.factories import make_account
from tests.served import Caller

PATH = "/api/v1/broadcasts"


@pytest.fixture
async def house(hall: House) -> House:
    """A house of its own on the hall's server."""
    account = await make_account(hall.account.database, hall.account.vault)
    return await make_house(account, hall.served)


def body(house: House, **given: Any) -> dict[str, Any]:
    at = (clock.now() + timedelta(days=1)).isoformat()
    plain = {"device_id": str(house.device.id), "text": "Hi {name}", "starts_at": at}
    return plain | {"lines": "081234567890,Ani\n081234567891,Budi"} | given


async def post(caller: Caller, path: str, json: Any = None, **headers: str) -> dict[str, Any]:
    answer = await caller.post(path, json=json, headers=headers)
    assert answer.status_code < 300, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_check_tells_what_would_come_of_it_and_sends_nothing(house: House) -> None:
    owner = await house.caller("owner")
    checked = await post(owner, f"{PATH}/check", body(house, delay_min=10, delay_max=20))
    assert checked["previews"][1] == {"number": "6281234567891", "text": "Hi Budi"}
    assert (checked["targets"], checked["seconds"], checked["bad"]) == (2, 15, [])
    assert (await owner.get(PATH)).json()["items"] == []


async def test_the_same_request_sent_twice_makes_one_broadcast(house: House) -> None:
    program = await house.caller("account")
    sent = body(house)
    first = await post(program, PATH, sent, **{"Idempotency-Key": "once"})
    again = await post(program, PATH, sent, **{"Idempotency-Key": "once"})
    assert first["id"] == again["id"]
    page = (await program.get(PATH)).json()
    assert [each["id"] for each in page["items"]] == [first["id"]]


async def test_broadcasts_are_listed_newest_first_page_by_page(house: House) -> None:
    owner = await house.caller("owner")
    made = [(await post(owner, PATH, body(house)))["id"] for _ in range(3)]
    first = (await owner.get(f"{PATH}?limit=2")).json()
    second = (await owner.get(f"{PATH}?limit=2&after={first['next']}")).json()
    assert [each["id"] for each in first["items"] + second["items"]] == made[::-1]


async def test_a_broadcast_is_paused_resumed_and_cancelled(house: House) -> None:
    owner = await house.caller("supervisor")
    path = f"{PATH}/{(await post(owner, PATH, body(house)))['id']}"
    for verb, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        assert (await post(owner, f"{path}/{verb}"))["state"] == state
    refused = await owner.post(f"{path}/resume")
    assert (refused.status_code, refused.json()["reason"]) == (409, "broadcast_state")
    assert (await owner.get(path)).json()["state"] == "cancelled"


async def test_what_cannot_be_sent_is_refused_by_its_field(house: House) -> None:
    owner = await house.caller("owner")
    for given, field in (
        ({"lines": "Budi"}, "lines"),
        ({"lines": "", "label_ids": []}, "lines"),
        ({"delay_min": -1}, "delay_min"),
        ({"delay_max": 90_000}, "delay_max"),
        ({"starts_at": "1066-01-01T00:00:00Z"}, "starts_at"),
        ({"text": ""}, "text"),
        ({"text": 1}, "text"),
    ):
        answer = await owner.post(PATH, json=body(house, **given))
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field]), given


async def test_a_long_list_with_values_is_read_also_with_a_key(house: House) -> None:
    owner = await house.caller("owner")
    value = "x" * 2_000
    lines = "\n".join(f"62812{n:08},Ani,{value},{value}" for n in range(600))
    assert len(lines) > 2_000_000
    sent = body(house, lines=lines)
    assert (await post(owner, f"{PATH}/check", sent))["targets"] == 600
    assert (await post(owner, PATH, sent, **{"Idempotency-Key": "long"}))["targets"] == 600
