"""Webhooks of an installation in two processes: each event once, in order, also over a kill."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpdesk.bus import driver_dsn
from tests.conftest import Server, text_of
from tests.fake_fonnte import CUTS, FakeFonnte, Received, Reply
from tests.flow.process import Process, run
from tests.flow.shop import FRESH, Shop, post_until_taken
from tests.served import SECRET_KEY

CUSTOMERS, LINES = 4, 6
BROKEN = Reply(status=500)
pytestmark = pytest.mark.timeout(150)


@pytest.fixture
async def shop(server: Server, template: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop on the first of two server processes that share a database."""
    name = await server.make_database(template=template)
    url = text_of(server.app, name)
    named = {"HELPDESK_DATABASE_URL": url, "HELPDESK_SECRET_KEY": SECRET_KEY}
    made = await asyncio.to_thread(run, tmp_path, "bootstrap", "--json", **named)
    with Process("serve", tmp_path, **named) as first, Process("serve", tmp_path, **named) as other:
        for process in (first, other):
            await asyncio.to_thread(process.start_ready)
        yield Shop(first, json.loads(made.stdout)["account_token"], driver_dsn(url))
    await server.drop_database(name)


@pytest.fixture
async def receiver() -> AsyncIterator[FakeFonnte]:
    async with FakeFonnte() as receiver:
        yield receiver


async def subscribe(shop: Shop, receiver: FakeFonnte) -> tuple[dict[str, Any], str]:
    """Make a device and a webhook that is told what comes in on it."""
    device = await shop.furnish(agents=0)
    hook = {"url": f"{receiver.base_url}/hook", "event_types": ["message.received"]}
    return device, (await shop.make("webhooks", **hook, device_ids=[device["id"]]))["id"]


async def write(shop: Shop, device: dict[str, Any], prefix: str, first: int, last: int) -> None:
    """Let every customer write these lines, each after the other."""
    async with httpx.AsyncClient(timeout=20, limits=FRESH) as client:

        async def say(customer: int) -> None:
            for line in range(first, last):
                body = {"id": f"{prefix} {customer} {line}", "from": f"6285500{customer:04}"}
                text = {"type": "message", "text": f"{customer} {line}"}
                await post_until_taken(client, shop.hook_of(device), body | text)

        await asyncio.gather(*(say(customer) for customer in range(CUSTOMERS)))


async def wait_until_told(shop: Shop, webhook: str) -> None:
    """Let the minutes between retries pass until nothing is due any more."""
    hurry = """
        update webhook_delivery set due_at = now()
        where webhook_id = $1 and state = 'due' and due_at > now() + interval '31 seconds'
    """
    for _ in range(300):
        await shop.ask(hurry, webhook)
        due = "select from webhook_delivery where webhook_id = $1 and state = 'due'"
        if not await shop.ask(due, webhook):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("something is still due")


def orders(received: list[Received]) -> dict[str, list[int]]:
    """Return the lines of each customer in the order in which they arrived."""
    found: dict[str, list[int]] = {}
    for request in received:
        customer, line = json.loads(request.body)["message"]["text"].split()
        found.setdefault(customer, []).append(int(line))
    return found


async def test_a_receiver_that_fails_five_times_gets_each_once_in_order(
    shop: Shop, receiver: FakeFonnte
) -> None:
    assert len(await shop.ask("select from node")) == 2
    device, webhook = await subscribe(shop, receiver)
    receiver.then(BROKEN, CUTS, BROKEN, Reply(status=302), BROKEN)
    await write(shop, device, "a", 0, LINES)
    await wait_until_told(shop, webhook)
    assert len(receiver.received) == CUSTOMERS * LINES + 5
    assert list(orders(receiver.received[5:]).values()) == [list(range(LINES))] * CUSTOMERS
    ids = {request.headers["webhook-id"] for request in receiver.received}
    assert len(ids) == CUSTOMERS * LINES


async def test_a_kill_loses_nothing_and_repeats_under_the_same_id(
    shop: Shop, receiver: FakeFonnte
) -> None:
    device, webhook = await subscribe(shop, receiver)
    await write(shop, device, "b", 0, LINES)
    await receiver.wait_for(CUSTOMERS)
    await asyncio.to_thread(shop.kill_server)
    await write(shop, device, "b", LINES, LINES + 2)
    claimed = "update webhook_delivery set due_at = now() where webhook_id = $1 and state = 'due'"
    await shop.ask(claimed, webhook)
    await wait_until_told(shop, webhook)
    firsts = {request.headers["webhook-id"]: request for request in reversed(receiver.received)}
    assert len(firsts) == CUSTOMERS * (LINES + 2)
    in_order = list(reversed(firsts.values()))
    assert list(orders(in_order).values()) == [list(range(LINES + 2))] * CUSTOMERS
