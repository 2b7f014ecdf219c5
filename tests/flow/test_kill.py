"""SIGKILL in the middle of everything: nothing lost, nothing doubled, nobody out of turn.

The counts grow with `HELPDESK_TEST_SCALE` (1; a soak takes 10).
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.flow.shop import SCALE, Shop, open_shop, post_until_taken

MESSAGES_OF_EACH = 5
SENDERS = 20
pytestmark = pytest.mark.timeout(150 * SCALE)


@pytest.fixture(scope="module")
def installation() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


@pytest.fixture
def shop(installation: Shop) -> Shop:
    installation.ensure_running()
    return installation


def written(count: int) -> list[dict[str, Any]]:
    """So many messages, of a fifth as many customers, in any order."""
    messages = [
        {
            "type": "message",
            "id": uuid4().hex,
            "from": str(62855000000 + number // MESSAGES_OF_EACH),
            "text": f"message {number}",
        }
        for number in range(count)
    ]
    random.shuffle(messages)
    return messages


async def write_under_kills(
    hook: str, messages: list[dict[str, Any]], kill: Callable[[], None], *, kills: int
) -> None:
    """Post every message until it is taken; kill each time that a further share has been."""
    due, taken = list(messages), 0
    shares = [len(messages) * (place + 1) // (kills + 1) for place in range(kills)]

    async def write(client: httpx.AsyncClient) -> None:
        nonlocal taken
        while due:
            message = due.pop()
            await post_until_taken(client, hook, message)
            taken += 1

    async with httpx.AsyncClient(timeout=20) as client, asyncio.TaskGroup() as tasks:
        for _ in range(SENDERS):
            tasks.create_task(write(client))
        for share in shares:
            while taken < share:
                await asyncio.sleep(0.005)
            await asyncio.to_thread(kill)


async def check(shop: Shop, device: dict[str, Any], messages: list[dict[str, Any]]) -> None:
    """Each message once, each customer one conversation, each agent in turn."""
    stored = await shop.ask("select text from message where device_id = $1", device["id"])
    assert Counter(row[0] for row in stored) == Counter(each["text"] for each in messages)
    customers = len({each["from"] for each in messages})
    conversations = "select status, assignee_id from conversation where device_id = $1"
    for _ in range(50):
        rows = await shop.ask(conversations, device["id"])
        if all(row["status"] == "assigned" for row in rows):
            break
        await asyncio.sleep(0.1)
    assert {row["status"] for row in rows} == {"assigned"}
    assert len(rows) == customers
    turns = await shop.ask(
        "select number, agent_id from turn where division_id = $1 order by number",
        device["default_division_id"],
    )
    assert [turn["number"] for turn in turns] == list(range(1, customers + 1))
    counts = Counter(turn["agent_id"] for turn in turns)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert counts == Counter(row["assignee_id"] for row in rows)
    for place in range(0, customers - 2, 3):
        assert len({turn["agent_id"] for turn in turns[place : place + 3]}) == 3


@pytest.mark.parametrize(
    ("count", "kills", "kill"),
    [(500, 5, Shop.kill_server), (150, 2, Shop.kill_postgres), (150, 2, Shop.kill_both)],
    ids=["server", "postgres", "both"],
)
async def test_messages_survive_sigkill_once_each_and_in_turn(
    shop: Shop, count: int, kills: int, kill: Callable[[Shop], None]
) -> None:
    device = await shop.furnish()
    messages = written(count * SCALE)
    await write_under_kills(
        device["hook_url"].replace("http://127.0.0.1:8000", shop.process.url),
        messages,
        lambda: kill(shop),
        kills=kills * SCALE,
    )
    await check(shop, device, messages)
