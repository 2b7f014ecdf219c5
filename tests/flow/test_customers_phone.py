"""A customer's phone, the server and an agent: pictures, polls and ticks go the whole way."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from helpdesk.queries.accounts import get_account
from helpdesk.signing import phone_key
from tests.api.house import House, make_house
from tests.factories import AccountUnderTest, open_console
from tests.served import Caller, Served, next_event
from tests.workers.sending import until

CUSTOMER = "628110000101"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
POLL = {"name": "When?", "choices": ["Today", "Tomorrow"], "is_multiple": False}


@dataclass
class Phone:
    """The page of the simulated phone: it has the key of its link, and nothing else."""

    house: House
    caller: Caller

    @property
    def place(self) -> str:
        return f"/api/v1/simulated/devices/{self.house.device.id}"

    async def post(self, **body: Any) -> None:
        """Post to the hook that the list of devices names."""
        [device] = (await self.caller.get("/api/v1/simulated/devices")).json()["items"]
        answer = await self.caller.post(device["hook_url"], json=body)
        assert answer.status_code == 200, answer.text

    async def write(self, **message: Any) -> str:
        hook_id = str(uuid4())
        who = {"type": "message", "id": hook_id, "from": CUSTOMER, "name": "Nadia"}
        await self.post(**who, **message)
        return hook_id

    async def upload(self) -> str:
        answer = await self.caller.post(f"{self.place}/media", files={"file": ("box.png", PNG)})
        id_: str = answer.json()["id"]
        return id_

    async def lines(self) -> list[dict[str, Any]]:
        """Both sides of the chat, oldest first."""
        answer = await self.caller.get(f"{self.place}/messages", params={"number": CUSTOMER})
        lines: list[dict[str, Any]] = answer.json()["items"]
        return lines[::-1]

    async def until_shown(self, count: int) -> list[dict[str, Any]]:
        async def are_shown() -> bool:
            return len(await self.lines()) == count

        await until(are_shown)
        return await self.lines()


@pytest.fixture
async def house(account: AccountUnderTest, served: Served) -> House:
    house = await make_house(account, served)
    await open_console(account, house.agent)
    rule = {"device_id": str(house.device.id), "name": "All", "condition": {"type": "always"}}
    owner = await house.caller("owner")
    made = await owner.post("/api/v1/rules", json=rule | {"division_id": str(house.division)})
    assert made.status_code == 201
    return house


@pytest.fixture
async def phone(house: House) -> Phone:
    async with house.account.reading() as session:
        account = await get_account(session, house.account.id)
    caller = house.served.caller()
    caller.headers["X-Phone-Key"] = phone_key(house.account.vault, account.id, account.token_digest)
    return Phone(house, caller)


async def mine(agent: Caller) -> dict[str, Any]:
    [conversation] = (await agent.get("/api/v1/conversations?view=mine")).json()["items"]
    found: dict[str, Any] = conversation
    return found


async def test_picture_of_a_customer_is_in_the_agents_thread_at_once(
    house: House, phone: Phone
) -> None:
    agent = await house.caller("agent")
    snapshot = (await agent.get("/api/v1/sync")).json()
    async with house.served.socket(
        agent, epoch=snapshot["epoch"], after=snapshot["cursor"]
    ) as socket:
        hook_id = await phone.write(kind="image", media=await phone.upload(), text="It is dented")
        event = await next_event(socket, "message.received")
    media = event["message"]["media"]
    assert (media["filename"], media["mime"], media["state"]) == ("box.png", "image/png", "stored")
    assert (await agent.get(media["url"])).content == PNG
    [line] = await phone.lines()
    assert (line["hook_id"], line["text"], line["is_read"]) == (hook_id, "It is dented", False)
    await agent.post(f"/api/v1/conversations/{(await mine(agent))['id']}/read")
    [line] = await phone.lines()
    assert line["is_read"]


async def test_poll_is_answered_and_the_agent_sees_the_vote(house: House, phone: Phone) -> None:
    agent = await house.caller("agent")
    await phone.write(text="When do you come?")
    place = f"/api/v1/conversations/{(await mine(agent))['id']}/messages"
    await agent.post(place, json={"client_id": str(uuid4()), "poll": POLL})
    _, asked = await phone.until_shown(2)
    assert (asked["kind"], asked["poll"], asked["sender"]) == ("poll", POLL, house.agent.name)
    await phone.write(kind="poll_vote", text="Tomorrow", poll=POLL, choices=["Tomorrow"])
    newest = (await agent.get(place)).json()["items"][0]
    assert (newest["direction"], newest["kind"]) == ("in", "poll_vote")
    assert (newest["choices"], newest["poll"]["name"]) == (["Tomorrow"], "When?")
    assert (await phone.lines())[-1]["choices"] == ["Tomorrow"]


async def test_ticks_follow_the_receipts_of_the_phone(house: House, phone: Phone) -> None:
    agent = await house.caller("agent")
    await phone.write(text="Hello")
    place = f"/api/v1/conversations/{(await mine(agent))['id']}/messages"
    answer = (await agent.post(place, json={"client_id": str(uuid4()), "text": "Hi"})).json()
    await phone.until_shown(2)

    async def is_sent() -> bool:
        return (await phone.lines())[-1]["status"] == "sent"

    await until(is_sent)
    for status in ("delivered", "read"):
        await phone.post(type="receipt", id=answer["id"], status=status)
        told = (await agent.get(f"/api/v1/messages/{answer['id']}")).json()
        assert told["status"] == status
        assert (await phone.lines())[-1]["status"] == status


async def test_lost_answer_leaves_the_fate_unknown_though_it_arrived(
    house: House, phone: Phone
) -> None:
    agent = await house.caller("agent")
    await phone.write(text="Hello")
    await phone.caller.patch(phone.place, json={"lose_answer": True})
    place = f"/api/v1/conversations/{(await mine(agent))['id']}/messages"
    answer = (await agent.post(place, json={"client_id": str(uuid4()), "text": "Hi"})).json()
    [_, arrived] = await phone.until_shown(2)
    assert arrived["id"] == answer["id"]

    async def is_unknown() -> bool:
        told = (await agent.get(f"/api/v1/messages/{answer['id']}")).json()
        return bool(told["status"] == "unknown")

    await until(is_unknown)


async def test_refused_message_fails_for_good_and_the_next_one_arrives(
    house: House, phone: Phone
) -> None:
    agent = await house.caller("agent")
    await phone.write(text="Hello")
    await phone.caller.patch(phone.place, json={"refuse_next": True})
    place = f"/api/v1/conversations/{(await mine(agent))['id']}/messages"
    refused, taken = [
        (await agent.post(place, json={"client_id": str(uuid4()), "text": text})).json()
        for text in ("one", "two")
    ]
    [_, arrived] = await phone.until_shown(2)
    assert arrived["id"] == taken["id"]
    told = (await agent.get(f"/api/v1/messages/{refused['id']}")).json()
    assert (told["status"], "refuse" in told["failure"]) == ("failed", True)
