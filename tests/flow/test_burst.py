"""Many at once, and the strange: every webhook goes the whole way over HTTP."""

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from helpdesk import clock
from tests.api.house import make_account_token
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    make_agent,
    make_conversation,
    make_device,
    make_division,
    open_console,
)
from tests.fake_fonnte import FakeFonnte
from tests.served import Served, next_event, serve
from tests.workers.sending import ask, make_fonnte, until

SHAPES = ("json", "form", "multipart")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=40)
    async with httpx.AsyncClient(timeout=20, limits=limits) as client:
        yield client


async def staff(
    account: AccountUnderTest, device: DeviceUnderTest, *, agents: int = 3, **columns: Any
) -> UUID:
    """Make a division of so many agents who are online."""
    division = await make_division(account, **columns)
    for number in range(agents):
        agent = await make_agent(account, device, name=f"A{number}", division_id=division)
        await open_console(account, agent)
    return division


async def count(account: AccountUnderTest, table: str) -> int:
    [row] = await ask(account, f"select count(*) from {table}")  # noqa: S608 - ours
    return int(row[0])


async def until_all_assigned(account: AccountUnderTest) -> list[UUID]:
    """Wait until nobody waits, and return the owners."""
    unowned = "select from conversation where status <> 'assigned'"

    async def nobody_waits() -> bool:
        return not await ask(account, unowned)

    await until(nobody_waits)
    return [row[0] for row in await ask(account, "select assignee_id from conversation")]


@pytest.mark.parametrize("servers", [1, 2])
async def test_new_customers_with_three_messages_each_at_once_take_one_turn_each(
    account: AccountUnderTest, client: httpx.AsyncClient, tmp_path: Path, servers: int
) -> None:
    device = await make_device(account)
    await staff(account, device)
    bodies = [
        {"type": "message", "id": f"{customer}-{line}", "from": f"628550{customer:04}"}
        for line in range(3)
        for customer in range(20)
    ]
    async with AsyncExitStack() as stack:
        urls = [
            (await stack.enter_async_context(serve(account.database, tmp_path))).url
            for _ in range(servers)
        ]
        answers = await asyncio.gather(
            *(
                client.post(f"{urls[n % servers]}/hooks/simulated/{device.hook_key}", json=body)
                for n, body in enumerate(bodies)
            )
        )
        owners = await until_all_assigned(account)
    assert {answer.status_code for answer in answers} == {200}
    assert await count(account, "message") == 60
    assert len(owners) == await count(account, "turn") == 20
    assert sorted(Counter(owners).values()) == [6, 7, 7]
    assert len(await account.events("message.received")) == 60
    assert len(await account.events("conversation.opened")) == 20


async def post_as(
    client: httpx.AsyncClient, url: str, fields: dict[str, str], shape: str
) -> httpx.Response:
    """Post a webhook in one of the content types that are seen on the wire."""
    if shape == "json":
        return await client.post(url, json=fields)
    if shape == "form":
        return await client.post(url, data=fields)
    return await client.post(url, files={name: (None, text) for name, text in fields.items()})


def from_fonnte(device: DeviceUnderTest, sender: str, /, **fields: str) -> dict[str, str]:
    now = str(int(clock.now().timestamp()))
    return {
        "device": device.number,
        "sender": sender,
        "message": "Halo",
        "name": "Rama",
        "timestamp": now,
    } | fields


@pytest.fixture
async def fonnte(account: AccountUnderTest) -> AsyncIterator[DeviceUnderTest]:
    """A device on the gateway to Fonnte."""
    async with FakeFonnte() as upstream:
        yield await make_fonnte(account, upstream)


def hook_of(served: Served, device: DeviceUnderTest, gateway: str = "fonnte") -> str:
    return f"{served.url}/hooks/{gateway}/{device.hook_key}"


async def test_three_agents_get_three_of_nine_customers_each_though_every_webhook_comes_twice(
    account: AccountUnderTest, served: Served, client: httpx.AsyncClient, fonnte: DeviceUnderTest
) -> None:
    await staff(account, fonnte)
    for customer in range(9):
        fields = from_fonnte(fonnte, f"62855000{customer}", inboxid=str(1000 + customer))
        shape = SHAPES[customer % 3]
        first = await post_as(client, hook_of(served, fonnte), fields, shape)
        again = await post_as(client, hook_of(served, fonnte), fields, shape)
        assert (first.status_code, first.json()["new"]) == (200, 1), (shape, first.text)
        assert (again.status_code, again.json()["new"]) == (200, 0)
    owners = await until_all_assigned(account)
    assert sorted(Counter(owners).values()) == [3, 3, 3]
    assert await count(account, "message") == await count(account, "turn") == 9
    turns = await ask(account, "select agent_id from turn order by number")
    for cycle in range(0, 9, 3):
        assert len({row[0] for row in turns[cycle : cycle + 3]}) == 3


async def test_further_messages_stay_with_the_agent_who_has_the_conversation(
    account: AccountUnderTest, served: Served
) -> None:
    device = await make_device(account)
    await staff(account, device)
    for line in range(6):
        assert (await served.hook(device, text=f"line {line}")).status_code == 200
        owners = await until_all_assigned(account)
    assert len(owners) == await count(account, "turn") == 1
    assert await count(account, "message") == 6


async def test_a_poisonous_message_fails_alone_and_is_kept(
    account: AccountUnderTest, served: Served, client: httpx.AsyncClient
) -> None:
    device = await make_device(account)
    too_long_for_an_index = secrets.token_hex(8_000)
    poison = {"type": "message", "id": too_long_for_an_index, "from": "628559999", "text": "no"}
    bodies = [{"type": "message", "from": f"62855000{n}", "text": f"{n}"} for n in range(20)]
    bodies.insert(10, poison)
    url = hook_of(served, device, "simulated")
    answers = await asyncio.gather(*(client.post(url, json=body) for body in bodies))
    assert {answer.status_code for answer in answers} == {200}
    texts = {row[0] for row in await ask(account, "select text from message")}
    assert texts == {str(n) for n in range(20)}
    [kept] = await ask(account, "select body, state from inbound where state <> 'stored'")
    assert (json.loads(kept["body"]), kept["state"]) == (poison, "failed")


async def test_what_cannot_be_parsed_is_kept_and_listed(
    account: AccountUnderTest, served: Served, client: httpx.AsyncClient, fonnte: DeviceUnderTest
) -> None:
    bodies = [b"{not json", b"", b'{"what": "is this"}', b"\xff\xfe\x00"]
    for body in bodies:
        assert (await client.post(hook_of(served, fonnte), content=body)).status_code == 200
    supervisor = served.caller(await make_account_token(account))
    kept = (await supervisor.get("/api/v1/inbound?state=unparsed")).json()["items"]
    assert {each["body"].encode() for each in kept} >= {b"{not json", b""}
    assert len(kept) == 4
    assert all(each["reason"] for each in kept)
    assert await count(account, "message") == 0


async def test_a_body_that_names_another_device_is_parked(
    account: AccountUnderTest, served: Served, client: httpx.AsyncClient, fonnte: DeviceUnderTest
) -> None:
    fields = from_fonnte(fonnte, "628550001", device="6281999999999", inboxid="7")
    answer = await client.post(hook_of(served, fonnte), json=fields)
    assert (answer.status_code, await count(account, "message")) == (200, 0)
    assert [row[0] for row in await ask(account, "select state from inbound")] == ["parked"]
    again = await client.post(hook_of(served, fonnte), json=fields | {"device": fonnte.number})
    assert again.json()["new"] == 1, "parked, it must not use up the message's key"


@pytest.mark.parametrize(("is_on", "stored"), [(False, 0), (True, 1)])
async def test_a_groups_message_is_taken_only_where_groups_are_switched_on(
    account: AccountUnderTest, served: Served, *, is_on: bool, stored: int
) -> None:
    device = await make_device(account, is_group_routed=is_on)
    await staff(account, device)
    group = {"from": "120363025@g.us", "member": "628551234", "name": "Rama"}
    assert (await served.hook(device, **group)).status_code == 200
    assert await count(account, "message") == await count(account, "turn") == stored
    state = "stored" if is_on else "ignored"
    assert [row[0] for row in await ask(account, "select state from inbound")] == [state]


async def test_an_own_message_is_shown_as_sent_from_the_phone_and_takes_no_turn(
    account: AccountUnderTest, served: Served, client: httpx.AsyncClient, fonnte: DeviceUnderTest
) -> None:
    await staff(account, fonnte)
    open_ = await make_conversation(account, fonnte, number="628550001")
    for customer in ("628550001", "628550002"):
        fields = from_fonnte(fonnte, customer, quick="true", inboxid=customer)
        assert (await client.post(hook_of(served, fonnte), json=fields)).status_code == 200
    rows = await ask(
        account, "select conversation_id, is_from_phone, direction, status from message order by 1"
    )
    assert [tuple(row) for row in rows] == [
        (open_.id, True, "out", "sent"),
        (None, True, "out", "sent"),
    ]
    assert await count(account, "turn") == 0
    assert await count(account, "conversation") == 1


async def test_a_late_message_lands_at_its_place_in_the_thread(
    account: AccountUnderTest, served: Served
) -> None:
    device = await make_device(account)
    now = clock.now().timestamp()
    for text, at in (("third", now - 10), ("first", now - 300), ("second", now - 60)):
        await served.hook(device, text=text, at=at)
    [row] = await ask(account, "select id from conversation")
    caller = served.caller(device.token)
    page = (await caller.get(f"/api/v1/conversations/{row[0]}/messages")).json()["items"]
    assert [message["text"] for message in page] == ["third", "second", "first"]
    conversation = (await caller.get(f"/api/v1/conversations/{row[0]}")).json()
    assert conversation["last_message"]["text"] == "third"


async def test_the_consoles_are_told_when_a_device_is_disconnected(
    account: AccountUnderTest, served: Served, client: httpx.AsyncClient, fonnte: DeviceUnderTest
) -> None:
    await make_agent(account, fonnte, token="t" * 20)
    ani = await served.agent(fonnte, "t" * 20)
    news = {"device": fonnte.number, "status": "disconnect", "reason": "logged out"}
    async with served.socket(ani) as socket:
        await next_event(socket, "hello")
        for _ in range(2):
            assert (await client.post(hook_of(served, fonnte), json=news)).status_code == 200
        event = await next_event(socket, "device.disconnected")
    assert event["device"]["status"] == "disconnect"
    assert len(await account.events("device.disconnected")) == 1
