"""The golden table: each fact of FONNTE.md, asked in every way, and answered to the letter."""

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import httpx
import pytest

from helpdesk.database import execute
from tests.api.fonnte.door import Door, open_door, read
from tests.api.fonnte.golden import DEVICE, ID, NEW, TOKEN, WAYS, Like, Row, find_difference, put_in
from tests.api.fonnte.golden_rows import ROWS
from tests.api.house import House, make_account_token
from tests.factories import make_account, make_device

NUMBERS = count(1)


@dataclass(frozen=True)
class Stand:
    """The door, before an account of its own with one device; what places and tokens stand for."""

    door: Door
    places: dict[str, str | int]
    tokens: dict[str, str]


async def open_stand(hall: House, row: Row) -> Stand:
    """Open the door of a new account that is as the row wants it."""
    account = await make_account(hall.account.database, hall.account.vault)
    number = f"{next(NUMBERS):08}"
    device = await make_device(account, number=f"62811{number}")
    token = await make_account_token(account)
    house = replace(hall, account=account, device=device, account_token=token)
    stand = Stand(
        open_door(house),
        {DEVICE: device.number, TOKEN: device.token, NEW: f"0812{number}"},
        {"device": device.token, "account": token, "nobody": "nobody-has-this"},
    )
    if row.is_queued:
        later = {"target": "081234567890", "message": "Halo", "followup": "3600"}
        stand.places[ID] = (await stand.door.send(later))["id"][0]
    if row.given:
        async with account.work() as work:
            await execute(work.session, row.given, account.id)
    return stand


async def ask(stand: Stand, row: Row, way: str) -> httpx.Response:
    """Ask what the row asks, written in one way, or with GET."""
    fields = put_in(dict(row.fields), stand.places)
    token = stand.tokens[row.token]
    bare = {"Authorization": token}
    caller = stand.door.caller
    if way == "GET" and row.path == "/send":
        return await caller.get("/send/", params=fields | {"token": token})
    if way == "GET":
        return await caller.get(row.path, headers=bare, params=fields)
    write, behind = WAYS[way]
    request: dict[str, Any] = write(fields)
    headers = bare | request.pop("headers", {})
    return await caller.post(row.path + behind, headers=headers, **request)


@pytest.fixture(scope="module")
async def plain(hall: House) -> Stand:
    """What everything is asked of that is refused, and so changes nothing."""
    return await open_stand(hall, Row(path="", answer={}))


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_a_fact_is_answered_to_the_letter_however_it_is_asked(
    hall: House, plain: Stand, row: Row
) -> None:
    stand = plain if row.changes_nothing else None
    for way in row.ways:
        stand = stand if stand and not row.is_once else await open_stand(hall, row)
        body = read(await ask(stand, row, way))
        assert find_difference(body, put_in(row.answer, stand.places)) == "", way
        if row.texts:
            stored = await stand.door.messages(body)
            assert [each["text"] for each in stored] == list(row.texts), way


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"a": 1}, {"a": "1"}),
        ({"a": True}, {"a": 1}),
        ({"b": 1, "a": 1}, {"a": 1, "b": 1}),
        ({"a": 1, "b": 1}, {"a": 1}),
        ({"a": [1, 2]}, {"a": [1]}),
        ({"a": ["x"]}, {"a": [Like(int)]}),
        ({"a": "code"}, {"a": Like(str, "[0-9]+")}),
    ],
    ids=str,
)
def test_an_answer_that_differs_in_type_order_or_length_is_noticed(told: Any, wanted: Any) -> None:
    assert find_difference(told, wanted)
    assert not find_difference(told, told)
