"""Targets that are rotators, and senders that share the sending (FONNTE.md 1.0, 1.1)."""

from collections import Counter
from typing import Any

import pytest

from helpdesk.database import execute
from tests.api.fonnte.door import SENT_TO, TARGET, Body, Door, read, refusal
from tests.factories import make_account, make_device

NUMBERS = [f"628120000000{n}" for n in range(3)]


async def make(door: Door, **fields: Any) -> str:
    """Make a rotator and return its target."""
    owner = await door.house.caller("owner")
    body = {"name": "Leads", "numbers": [{"number": each} for each in NUMBERS]} | fields
    answer = await owner.post("/api/v1/rotators", json=body)
    return str(answer.raise_for_status().json()["target"])


async def picks(door: Door) -> dict[str, int]:
    owner = await door.house.caller("owner")
    [rotator] = (await owner.get("/api/v1/rotators")).json()["items"]
    return dict(rotator["picks"])


async def addresses(door: Door, body: Body) -> list[str]:
    return [each["address"] for each in await door.messages(body)]


async def test_a_rotator_is_replaced_by_a_number_for_each_time_it_is_named(door: Door) -> None:
    target = await make(door)
    body = await door.send({"target": f"{target},{TARGET},{target}, {target}", "message": "Halo"})
    assert body["target"][1] == SENT_TO
    assert {each for each in body["target"] if each != SENT_TO} == set(NUMBERS)
    assert await addresses(door, body) == body["target"]
    assert await picks(door) == dict.fromkeys(NUMBERS, 1)


async def test_the_rotation_goes_on_over_requests(door: Door) -> None:
    target = await make(door)
    sent = [await door.send({"target": target, "message": "Halo"}) for _ in range(3)]
    assert {body["target"][0] for body in sent} == set(NUMBERS)


async def test_variables_are_those_beside_the_rotator(door: Door) -> None:
    target = await make(door, numbers=[{"number": NUMBERS[0]}])
    fields = {"target": f"{target}|Fajar|Senin", "message": "Halo {name}, {var1}"}
    [message] = await door.messages(await door.send(fields))
    assert (message["text"], message["contact_name"]) == ("Halo Fajar, Senin", "Fajar")


@pytest.mark.parametrize("get", [False, True])
async def test_a_rotator_is_taken_by_get_and_in_data(door: Door, get: bool) -> None:  # noqa: FBT001
    target = await make(door)
    if get:
        query = {"target": target, "message": "Halo", "token": door.house.device.token}
        body = read(await door.caller.get("/send", params=query))
    else:
        body = await door.send({"data": f'[{{"target":"{target}","message":"Halo"}}]'})
    assert body["target"][0] in NUMBERS


@pytest.mark.parametrize("number", ["2", "0", "", "x", "9999999999"])
async def test_an_unknown_rotator_refuses_the_request(door: Door, number: str) -> None:
    known = await make(door)
    body = await door.send({"target": f"{known},rotator#{number}", "message": "Halo"})
    assert refusal(body) == "target invalid"
    assert await door.count() == 0
    assert await picks(door) == {}


async def test_a_rotator_of_another_account_is_unknown(door: Door) -> None:
    other = await make_account(door.account.database, door.account.vault)
    async with other.work() as work:
        await execute(work.session, _FOREIGN, other.id)
    body = await door.send({"target": "rotator#1", "message": "Halo"})
    assert refusal(body) == "target invalid"


async def test_a_send_that_is_refused_burns_no_pick(door: Door) -> None:
    target = await make(door)
    first = await door.send({"target": target, "message": "Halo"})
    for fields in ({"message": "x" * 60_001}, {"url": "http://localhost/a.png"}, {"choices": "a"}):
        refusal(await door.send({"target": target} | fields))
    rest = await door.send({"target": f"{target},{target}", "message": "Halo"})
    assert {*first["target"], *rest["target"]} == set(NUMBERS)
    assert sum((await picks(door)).values()) == 3


async def test_several_devices_are_drawn_by_the_rotation_alike(door: Door) -> None:
    others = [await make_device(door.account, number=f"628110000000{n}") for n in (2, 3)]
    target = await make(door)
    headers = {"Authorization": ",".join(each.token for each in (door.house.device, *others))}
    fields = {"target": ",".join([target] * 300), "message": "Halo"}
    body = await door.send(fields, headers=headers)
    assert Counter(body["target"]) == dict.fromkeys(NUMBERS, 100)
    senders = Counter(each["device_id"] for each in await door.messages(body))
    assert len(senders) == 3
    assert min(senders.values()) > 50


async def test_one_token_that_is_not_valid_refuses_them_all(door: Door) -> None:
    headers = {"Authorization": f"{door.house.device.token},sUqjkKH+UG+@3SmnKrhz"}
    body = await door.send({"target": TARGET, "message": "Halo"}, headers=headers)
    assert body == {"reason": "invalid token", "status": False}
    assert await door.count() == 0


_FOREIGN = """
insert into rotator (account_id, id, number, name, rotation, numbers, turn_number, cycle,
                     cycle_start, created_at)
values ($1, gen_random_uuid(), 1, 'R', 'full', '[{"number":"6281299999999","weight":1}]', 0, 1, 1,
        now())
"""
