"""Search: what it finds, for whom, how it is narrowed down, and how it is paged."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from helpdesk import clock
from tests.api.house import House, make_house
from tests.factories import make_account, make_agent, make_device, make_division, receive
from tests.served import Caller

WEEK = timedelta(days=7)


@pytest.fixture
async def house(hall: House) -> House:
    """A house of its own on the hall's server, so that nobody else's messages are found."""
    account = await make_account(hall.account.database, hall.account.vault)
    return await make_house(account, hall.served)


async def ask(caller: Caller, q: str, **query: Any) -> dict[str, Any]:
    answer = await caller.get("/api/v1/search", params={"q": q} | query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def texts(caller: Caller, q: str, **query: Any) -> list[str]:
    return [hit["message"]["text"] for hit in (await ask(caller, q, **query))["items"]]


async def note(caller: Caller, conversation: Any, text: str) -> None:
    body = {"client_id": str(uuid4()), "text": text}
    answer = await caller.post(f"/api/v1/conversations/{conversation.id}/notes", json=body)
    assert answer.status_code == 201, answer.text


async def test_messages_and_notes_are_found_newest_first_page_by_page(house: House) -> None:
    owner = await house.caller("owner")
    for place in range(4):
        line = await receive(house.account, house.device, text=f"My Order {place}")
    await note(owner, line.conversation, "his order is late")
    await receive(house.account, house.device, text="something else")
    expected = ["his order is late", *(f"My Order {place}" for place in (3, 2, 1, 0))]
    assert await texts(owner, "order") == expected
    found, after = [], None
    while True:
        page = await ask(owner, "ORDER", limit=2, **({"after": after} if after else {}))
        found += [hit["message"]["text"] for hit in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == expected


async def test_a_hit_says_where_it_is_and_what_was_found(house: House) -> None:
    owner = await house.caller("owner")
    line = await receive(house.account, house.device, text="Is my ORDER there?", name="Nadia")
    [hit] = (await ask(owner, "order"))["items"]
    assert hit["excerpt"] == {"before": "Is my ", "hit": "ORDER", "after": " there?"}
    assert hit["message"]["conversation_id"] == str(line.conversation.id)
    assert (hit["contact"]["name"], hit["status"]) == ("Nadia", "waiting")


async def test_the_search_is_narrowed_down_by_each_filter(house: House) -> None:
    owner, other = await house.caller("owner"), await make_device(house.account, number="62898")
    label = (await owner.post("/api/v1/labels", json={"name": "Late", "color": 1})).json()["id"]
    line = await receive(house.account, house.device, text="order one", number="6285550071")
    old = clock.now() - WEEK
    await receive(
        house.account, other, text="order two", number="6285550072", at=int(old.timestamp())
    )
    talk = f"/api/v1/conversations/{line.conversation.id}"
    await note(owner, line.conversation, "order three")
    moved = await owner.post(f"{talk}/transfer", json={"division_id": str(house.division)})
    assert moved.status_code == 200, moved.text
    await owner.post(f"{talk}/assign", json={"agent_id": str(house.agent.id)})
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"one", "two", "three"}),
        ({"kind": "message"}, {"one", "two"}),
        ({"kind": "note"}, {"three"}),
        ({"kind": "contact"}, set()),
        ({"device_id": str(other.id)}, {"two"}),
        ({"division_id": str(house.division)}, {"one", "three"}),
        ({"agent_id": str(house.agent.id)}, {"one", "three"}),
        ({"label_id": label}, set()),
        ({"since": (old + timedelta(hours=1)).isoformat()}, {"one", "three"}),
        ({"until": (old + timedelta(hours=1)).isoformat()}, {"two"}),
    ]
    for query, words in cases:
        assert set(await texts(owner, "order", **query)) == {f"order {each}" for each in words}, (
            query
        )
    for marked in (talk, f"/api/v1/contacts/{line.conversation.contact.id}"):
        await owner.patch(marked, json={"labels": [label]})
        assert len(await texts(owner, "order", label_id=label)) == 2, marked
        await owner.patch(marked, json={"labels": []})


async def test_nothing_in_what_is_looked_for_is_special(house: House) -> None:
    owner = await house.caller("owner")
    await receive(house.account, house.device, text=r"100% wool_(a\b)")
    for q, count in ((r"0% WOOL_(A\B", 1), ("1_0%", 0), ("0_ wool", 0), ("%%%", 0)):
        assert len(await texts(owner, q)) == count, q


async def test_a_number_finds_its_contact_in_any_spelling(house: House) -> None:
    owner = await house.caller("owner")
    await receive(house.account, house.device, number="628555001234", name="Nadia")
    for q in ("0855-5001-234", "+62 855 5001 234", "628555001234", "(0855) 5001234", "nadi"):
        assert [each["name"] for each in (await ask(owner, q))["contacts"]] == ["Nadia"], q
        only = await ask(owner, q, kind="contact")
        assert ([each["name"] for each in only["contacts"]], only["items"]) == (["Nadia"], [])
    assert (await ask(owner, "nadi", device_id=str(house.device.id)))["contacts"] == []


async def test_contacts_come_page_by_page(house: House) -> None:
    owner = await house.caller("owner")
    for place in range(3):
        await receive(
            house.account, house.device, number=f"62855500123{place}", name=f"Ana {place}"
        )
    found, after = [], None
    while True:
        more = {"after": after} if after else {}
        page = await ask(owner, "ana", kind="contact", limit=2, **more)
        found += [each["name"] for each in page["contacts"]]
        after = page["next"]
        if after is None:
            break
    assert found == ["Ana 0", "Ana 1", "Ana 2"]


async def test_an_agent_finds_what_the_inbox_shows_and_no_more(house: House) -> None:
    """One's own, one's division's, somebody else's; with `sees` of one's own only the first."""
    owner, elsewhere = await house.caller("owner"), await make_division(house.account, name="B")
    own = await make_agent(house.account, house.device, sees="own", token="t" * 40, name="Own")
    ani = await house.caller("agent")
    only_own = await house.served.agent(house.device, "t" * 40)
    lines = {}
    for place, name in enumerate(("mine", "division", "foreign", "his")):
        lines[name] = await receive(
            house.account, house.device, text=f"order {name}", number=f"62855500{place:02}",
            name=f"order of {name}",
        )  # fmt: skip
        await note(owner, lines[name].conversation, f"order note {name}")
    for name, division, agent in (
        ("mine", elsewhere, house.agent.id),
        ("division", house.division, None),
        ("foreign", elsewhere, None),
        ("his", elsewhere, own.id),
    ):
        talk = f"/api/v1/conversations/{lines[name].conversation.id}"
        await owner.post(f"{talk}/transfer", json={"division_id": str(division)})
        if agent:
            await owner.post(f"{talk}/assign", json={"agent_id": str(agent)})
    for caller, names in (
        (owner, {"mine", "division", "foreign", "his"}),
        (ani, {"mine", "division"}),
        (only_own, {"his"}),
    ):
        found = await ask(caller, "order")
        expected = {f"order {each}" for each in names} | {f"order note {each}" for each in names}
        assert {hit["message"]["text"] for hit in found["items"]} == expected
        seen = await caller.get("/api/v1/conversations", params={"view": "all"})
        assert {hit["message"]["conversation_id"] for hit in found["items"]} == {
            each["id"] for each in seen.json()["items"]
        }
        assert {each["name"] for each in found["contacts"]} == {f"order of {n}" for n in names}


async def test_a_devices_token_finds_its_own_messages_and_no_notes(house: House) -> None:
    owner, other = await house.caller("owner"), await make_device(house.account, number="62897")
    line = await receive(house.account, house.device, text="order here")
    await receive(house.account, other, text="order there")
    await note(owner, line.conversation, "order note")
    program = await house.caller("device")
    assert await texts(program, "order") == ["order here"]
    assert await texts(program, "order", kind="note") == []


async def test_bad_questions_are_refused_by_their_name(house: House) -> None:
    owner = await house.caller("owner")
    for query, field in (
        ({}, "q"),
        ({"q": "ab"}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": "order", "kind": "file"}, "kind"),
        ({"q": "order", "since": "1066-01-01T00:00:00Z"}, "since"),
        ({"q": "order", "after": "?"}, "after"),
        ({"q": "order", "kind": "contact", "after": "?"}, "after"),
    ):
        answer = await owner.get("/api/v1/search", params=query)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field]), query
