"""The list of all messages: what it holds, how it is narrowed down, and how it is paged."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from helpdesk import clock
from tests.api.house import House, make_house
from tests.factories import make_account, make_device, receive
from tests.served import Caller


@pytest.fixture
async def house(hall: House) -> House:
    """A house of its own on the hall's server, so that nobody else's messages are in the list."""
    account = await make_account(hall.account.database, hall.account.vault)
    return await make_house(account, hall.served)


async def ask(caller: Caller, **query: Any) -> dict[str, Any]:
    answer = await caller.get("/api/v1/messages", params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def texts(caller: Caller, **query: Any) -> list[str]:
    return [line["message"]["text"] for line in (await ask(caller, **query))["items"]]


async def later(caller: Caller, house: House, *numbers: str, text: str = "Hi") -> str:
    """Queue messages for tomorrow, and return their broadcast."""
    body = {
        "device_id": str(house.device.id),
        "text": text,
        "lines": "\n".join(numbers),
        "starts_at": (clock.now() + timedelta(days=1)).isoformat(),
    }
    made = await caller.post("/api/v1/broadcasts", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def test_messages_of_all_devices_come_newest_first_page_by_page(house: House) -> None:
    owner, other = await house.caller("owner"), await make_device(house.account, number="62899")
    for place in range(5):
        device = other if place % 2 else house.device
        await receive(house.account, device, text=f"in {place}", number=f"62855500{place:02}")
    await later(owner, house, "6281234567890", text="out")
    expected = ["out", "in 4", "in 3", "in 2", "in 1", "in 0"]
    assert await texts(owner) == expected
    found, after = [], None
    while True:
        page = await ask(owner, limit=2, **({"after": after} if after else {}))
        found += [line["message"]["text"] for line in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == expected


async def test_the_list_is_narrowed_down_by_each_filter(house: House) -> None:
    owner, other = await house.caller("owner"), await make_device(house.account, number="62898")
    line = await receive(house.account, other, text="Is 100% wool in?", number="6285550077")
    broadcast = await later(owner, house, "6281234567890", "6281234567891,Budi", text="Sale")
    [number] = {each["message"]["number"] for each in (await ask(owner, q="7890"))["items"]}
    now = clock.now()
    cases: list[tuple[dict[str, Any], int]] = [
        ({"device_id": str(other.id)}, 1),
        ({"direction": "in"}, 1),
        ({"direction": "out"}, 2),
        ({"status": "queued"}, 2),
        ({"status": "failed"}, 0),
        ({"broadcast_id": broadcast}, 2),
        ({"broadcast_id": broadcast, "status": "queued", "q": "sale"}, 2),
        ({"since": (now - timedelta(hours=1)).isoformat()}, 3),
        ({"until": (now - timedelta(hours=1)).isoformat()}, 0),
        ({"q": "0% WOOL"}, 1),
        ({"q": "1_0%"}, 0),
        ({"q": "budi"}, 1),
        ({"q": "0855 500-77"}, 1),
        ({"q": "+62 855-5007"}, 1),
        ({"q": "12345678"}, 2),
        ({"q": str(line.message.id)}, 1),
        ({"q": str(uuid4())}, 0),
        ({"q": str(number)}, 1),
        ({"q": "9" * 30}, 0),
    ]
    for query, count in cases:
        assert len((await ask(owner, **query))["items"]) == count, query


async def test_a_line_tells_the_contact_and_when_it_goes_out(house: House) -> None:
    owner = await house.caller("owner")
    await later(owner, house, "6281234567890,Ani")
    [line] = (await ask(owner, q="6281234567890"))["items"]
    assert (line["contact"]["name"], line["contact"]["number"]) == ("Ani", "6281234567890")
    assert (line["queued"]["state"], line["queued"]["is_changeable"]) == ("queued", True)
    await owner.post(f"/api/v1/messages/{line['message']['id']}/cancel")
    [line] = (await ask(owner, q=line["message"]["id"]))["items"]
    assert (line["queued"], line["message"]["failure"]) == (None, "cancelled")
    assert [len(await texts(owner, status=word)) for word in ("cancelled", "failed")] == [1, 0]


async def test_notes_are_no_messages(house: House) -> None:
    owner = await house.caller("owner")
    line = await receive(house.account, house.device, text="Hello")
    note = {"client_id": str(uuid4()), "text": "Hm"}
    await owner.post(f"/api/v1/conversations/{line.conversation.id}/notes", json=note)
    assert await texts(owner) == ["Hello"]


async def test_bad_filters_are_refused_by_their_name(house: House) -> None:
    owner = await house.caller("owner")
    for query, field in (
        ({"status": "lost"}, "status"),
        ({"direction": "note"}, "direction"),
        ({"since": "1066-01-01T00:00:00Z"}, "since"),
        ({"q": "x" * 201}, "q"),
        ({"after": "?"}, "after"),
    ):
        answer = await owner.get("/api/v1/messages", params=query)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
