"""Starting conversations, finding them by name or number, and their history, over HTTP."""

import asyncio
from collections import Counter

import pytest

from helpdesk import clock
from tests.api.house import House
from tests.api.test_conversations import colleague, do, owned, waiting
from tests.factories import make_conversation

CONVERSATIONS = "/api/v1/conversations"


def form(house: House, number: str = "0812 0000 9999", **more: str) -> dict[str, str]:
    """Return what is sent to start a conversation on the house's device."""
    return {"device_id": str(house.device.id), "number": number} | more


async def test_who_starts_a_conversation_owns_it(house: House) -> None:
    ani = await house.caller("agent")
    answer = await ani.post(CONVERSATIONS, json=form(house, name="Sari"))
    assert answer.status_code == 201
    conversation = answer.json()
    assert conversation["contact"]["number"] == "6281200009999"
    assert conversation["contact"]["name"] == "Sari"
    assert conversation["assignee_id"] == str(house.agent.id)
    assert conversation["division_id"] == str(house.division)
    assert conversation["status"] == "assigned"
    listed = (await ani.get(CONVERSATIONS, params={"view": "mine"})).json()["items"]
    assert [each["id"] for each in listed] == [conversation["id"]]


async def test_twenty_who_start_with_one_number_at_once_share_one_conversation(
    house: House,
) -> None:
    ani = await house.caller("agent")
    answers = await asyncio.gather(*(ani.post(CONVERSATIONS, json=form(house)) for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {200: 19, 201: 1}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_the_customers_answer_comes_into_the_started_conversation(house: House) -> None:
    ani = await house.caller("agent")
    started = (await ani.post(CONVERSATIONS, json=form(house))).json()
    await house.served.hook(house.device, **{"from": "6281200009999"})
    now = (await ani.get(f"{CONVERSATIONS}/{started['id']}")).json()
    assert (now["unread"], now["last_message"]["text"]) == (1, "Hello")


async def test_a_colleagues_hidden_conversation_is_not_started_twice(house: House) -> None:
    theirs = await owned(house)
    _, budi = await colleague(house, sees="own")
    answer = await budi.post(CONVERSATIONS, json=form(house, theirs.contact.number))
    assert answer.status_code == 409
    assert answer.json()["reason"] == "open_elsewhere"
    assert answer.json()["owner"]["id"] == str(house.agent.id)
    assert "conversation" not in answer.json()


async def test_what_is_no_number_is_refused_beside_its_field(house: House) -> None:
    answer = await (await house.caller("agent")).post(CONVERSATIONS, json=form(house, "12"))
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["number"]


@pytest.mark.parametrize("spelling", ["0812-3456-7777", "+62 812 3456 7777", "34567777", "tono"])
async def test_a_part_of_name_or_number_finds_the_conversation(house: House, spelling: str) -> None:
    wanted = await make_conversation(
        house.account, house.device, number="6281234567777", name="Hartono_50%"
    )
    await waiting(house)
    sari = await house.caller("supervisor")
    found = (await sari.get(CONVERSATIONS, params={"q": spelling})).json()["items"]
    assert [each["id"] for each in found] == [str(wanted.id)]


async def test_a_search_takes_no_character_as_special(house: House) -> None:
    wanted = await make_conversation(house.account, house.device, name="Hartono_50%")
    await make_conversation(house.account, house.device, number="62811", name="Hartono 5000")
    sari = await house.caller("supervisor")
    found = (await sari.get(CONVERSATIONS, params={"q": "o_50%"})).json()["items"]
    assert [each["id"] for each in found] == [str(wanted.id)]


async def test_history_tells_each_step_newest_first(house: House) -> None:
    conversation, ani = await waiting(house), await house.caller("agent")
    for verb in ("take", "resolve", "reopen"):
        await do(ani, conversation.id, verb)
    steps = (await ani.get(f"{CONVERSATIONS}/{conversation.id}/events")).json()["items"]
    kinds = [step["type"] for step in steps]
    assert kinds == [
        "conversation.reopened",
        "conversation.resolved",
        "conversation.assigned",
    ]
    assert {step["by"]["name"] for step in steps} == {house.agent.name}
    assert steps[1]["status"] == "resolved"
    assert steps[2]["assignee_id"] == str(house.agent.id)
    assert steps[2]["at"] <= clock.now().isoformat()


async def test_history_comes_in_pages(house: House) -> None:
    conversation, ani = await waiting(house), await house.caller("agent")
    await do(ani, conversation.id, "take")
    for _ in range(3):
        await do(ani, conversation.id, "resolve")
        await do(ani, conversation.id, "reopen")
    path, seen, after = f"{CONVERSATIONS}/{conversation.id}/events", [], None
    while True:
        page = (
            await ani.get(path, params={"limit": 2, **({"after": after} if after else {})})
        ).json()
        seen += [step["seq"] for step in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 7


async def test_history_of_a_hidden_conversation_is_not_there(house: House) -> None:
    conversation = await owned(house)
    _, budi = await colleague(house, sees="own")
    assert (await budi.get(f"{CONVERSATIONS}/{conversation.id}/events")).status_code == 404
