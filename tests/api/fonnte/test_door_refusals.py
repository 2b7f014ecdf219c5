"""`/send` refuses in Fonnte's words, and what is refused leaves nothing behind (FONNTE.md 1.1)."""

import json
import secrets
from typing import Any

import pytest

from tests.api.fonnte.door import TARGET, Body, Door, read, refusal
from tests.api.house import make_house
from tests.factories import make_account

EMPTY = "invalid/empty body value"
LARGE: list[Body] = [
    {"target": TARGET, "message": "x" * 60_001},
    {"target": f"{TARGET}|{'x' * 2_001}", "message": "{name}"},
    {"target": f"{TARGET}|{'x' * 1_999}", "message": "{name}" * 31},
    {"target": ",".join([TARGET] * 10_001), "message": "Halo"},
    {"target": ",".join([TARGET] * 200), "message": "x" * 60_000},
    {"target": ",".join([TARGET] * 300), "data": json.dumps([{"message": "Halo"}] * 300)},
    {"message": "x" * 20_000, "data": json.dumps([{"target": TARGET}] * 600)},
    {"target": f"{TARGET}|{'x' * 2_000}", "message": "{name}" * 10_000},
]
JSON: list[tuple[Any, str]] = [
    ([1], EMPTY),
    ("text", EMPTY),
    ({"target": [TARGET], "message": "Halo"}, EMPTY),
    ({"target": TARGET, "message": {"text": "Halo"}}, EMPTY),
    ({"target": TARGET, "message": True}, EMPTY),
    ({"target": TARGET, "message": "Halo", "schedule": True}, EMPTY),
    ({"target": TARGET, "message": "Halo", "typing": 2}, EMPTY),
    ({"target": TARGET, "message": "Halo", "inboxid": 1.5}, EMPTY),
    ({"data": [{"target": TARGET, "message": "Halo"}]}, EMPTY),
    ({"data": '[{"target":"0812345678","message":["x"]}]'}, EMPTY),
]
BROKEN = [
    (b'{"target": ', "application/json"),
    (b"nothing", "application/json"),
    (b'{"target": NaN, "message": "x"}', "application/json"),
    (b'{"a":' * 3_000, "application/json"),
    (b"\xff\xfe\x00", "application/json"),
    (b"\xff\xfe\x00", "text/plain"),
    (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x"),
    (b"target=1", "multipart/form-data"),
    (b"target=1", "multipart/form-data; boundary="),
    (b"a&" * 2_000, "application/x-www-form-urlencoded"),
]


@pytest.mark.parametrize("fields", LARGE, ids=lambda each: str(each)[:60])
async def test_what_is_too_much_is_refused(hall_door: Door, fields: Body) -> None:
    before = await hall_door.count()
    assert refusal(await hall_door.send(fields)) == "input invalid"
    assert await hall_door.count() == before


@pytest.mark.parametrize(("value", "reason"), JSON, ids=lambda each: str(each)[:60])
async def test_json_of_a_wrong_type_is_refused(hall_door: Door, value: Any, reason: str) -> None:
    assert refusal(await hall_door.send(json=value)) == reason


@pytest.mark.parametrize(("content", "kind"), BROKEN, ids=lambda each: str(each)[:40])
async def test_a_broken_body_is_refused(hall_door: Door, content: bytes, kind: str) -> None:
    headers = {"Authorization": hall_door.house.device.token, "Content-Type": kind}
    assert refusal(await hall_door.send(content=content, headers=headers)) == EMPTY


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", ""])
async def test_a_post_without_body_is_refused_for_its_empty_values(
    hall_door: Door, kind: str
) -> None:
    headers = {"Authorization": hall_door.house.device.token, "Content-Type": kind}
    assert refusal(await hall_door.send(headers=headers)) == EMPTY


async def test_one_bad_target_sends_nothing_to_the_good_ones(hall_door: Door) -> None:
    before = await hall_door.count()
    await hall_door.send({"target": f"{TARGET},1", "message": "Halo"})
    assert await hall_door.count() == before


async def test_a_body_that_is_too_large_is_413_and_still_tells_why(hall_door: Door) -> None:
    headers = {"Authorization": hall_door.house.device.token}
    answer = await hall_door.caller.post("/send", headers=headers, content=b"x" * (17 * 2**20))
    assert answer.status_code == 413
    assert answer.json() == {"reason": "A file has at most 16 MB.", "status": False}


@pytest.mark.parametrize("token", ["", "Bearer", "nonsense", "a,b", "," * 60, "é" * 20])
async def test_an_unknown_token_is_refused_without_a_request_number(
    hall_door: Door, token: str
) -> None:
    headers = {"Authorization": token.encode()}
    answer = await hall_door.caller.post("/send", headers=headers, data={"target": TARGET})
    assert read(answer) == {"reason": "invalid token", "status": False}


async def test_one_unknown_token_of_several_refuses_them_all(hall_door: Door) -> None:
    headers = {"Authorization": f"{hall_door.house.device.token},{secrets.token_hex()}"}
    body = await hall_door.send({"target": TARGET, "message": "Halo"}, headers=headers)
    assert body == {"reason": "invalid token", "status": False}


async def test_devices_of_two_accounts_send_nothing_together(hall_door: Door) -> None:
    house = hall_door.house
    other = await make_house(
        await make_account(house.account.database, house.account.vault), house.served
    )
    headers = {"Authorization": f"{house.device.token},{other.device.token}"}
    body = await hall_door.send({"target": TARGET, "message": "Halo"}, headers=headers)
    assert refusal(body) == "devices must belong to an account"
