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

from helpdesk.workers.outbox import SLOTS_PER_DEVICE
from tests.flow.shop import SCALE, Shop, open_shop, post_until_taken
from tests.workers.sending import Slow, texts, until

MESSAGES_OF_EACH = 5
SENDERS = 20
MOST_IN_FLIGHT = SLOTS_PER_DEVICE
"""Of one device, in one process."""
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
            while taken < share:  # noqa: ASYNC110
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
    [(300, 3, Shop.kill_server), (150, 2, Shop.kill_postgres), (150, 2, Shop.kill_both)],
    ids=["server", "postgres", "both"],
)
async def test_messages_survive_sigkill_once_each_and_in_turn(
    shop: Shop, count: int, kills: int, kill: Callable[[Shop], None]
) -> None:
    device = await shop.furnish()
    messages = written(count * SCALE)
    await write_under_kills(
        shop.hook_of(device),
        messages,
        lambda: kill(shop),
        kills=kills * SCALE,
    )
    await check(shop, device, messages)


def replies(count: int, conversations: list[str], name: str) -> list[tuple[str, dict[str, str]]]:
    """So many answers, spread over the conversations: where to post each, and what."""
    return [
        (
            f"/conversations/{conversations[number % len(conversations)]}/messages",
            {"client_id": str(uuid4()), "text": f"{name} {number}"},
        )
        for number in range(count)
    ]


async def conversations_of(shop: Shop, device: dict[str, Any], customers: int) -> list[str]:
    """Let so many customers write, and return their conversations."""
    hook = shop.hook_of(device)
    async with httpx.AsyncClient(timeout=20) as client:
        for number in range(customers):
            sender = str(62877000000 + number)
            simulated = {"type": "message", "from": sender, "text": "Halo"}
            fonnte = {"sender": sender, "message": "Halo"}
            await post_until_taken(client, hook, simulated | fonnte)
    rows = await shop.ask("select id from conversation where device_id = $1", device["id"])
    return [str(row[0]) for row in rows]


async def settled(shop: Shop, devices: list[str]) -> Counter[tuple[str, str]]:
    """Wait until nothing is due or being sent, and count the statuses of each device's answers."""
    due = "select from outbox where device_id = any($1::uuid[]) and state <> 'unknown'"

    async def nothing_is_due() -> bool:
        return not await shop.ask(due, devices)

    await until(nothing_is_due, 90)
    rows = await shop.ask(
        "select device_id, status from message where direction = 'out' "
        "and device_id = any($1::uuid[])",
        devices,
    )
    return Counter((str(row[0]), row[1]) for row in rows)


async def test_replies_in_flight_at_the_kill_go_out_once_or_are_called_unknown(
    shop: Shop,
) -> None:
    async with Slow(0.3) as upstream:
        settings = {"kind": "fonnte", "base_url": upstream.base_url, "token": "t"}
        safe, unsafe = await shop.furnish(), await shop.furnish(**settings)
        count = 60 * SCALE
        chats = {
            name: await conversations_of(shop, device, count)
            for name, device in (("safe", safe), ("unsafe", unsafe))
        }
        posts = [post for name, ids in chats.items() for post in replies(count, ids, name)]
        random.shuffle(posts)
        in_flight = await answer_under_kills(shop, posts, upstream)
        statuses = await settled(shop, [safe["id"], unsafe["id"]])
    assert statuses[safe["id"], "sent"] == count
    shown = await shop.ask(
        "select content->>'text' from simulated_message where device_id = $1", safe["id"]
    )
    assert Counter(row[0] for row in shown) == Counter(f"safe {n}" for n in range(count))
    unknown = statuses[unsafe["id"], "unknown"]
    assert statuses[unsafe["id"], "sent"] + unknown == count
    assert unknown <= in_flight
    arrived = Counter(texts(upstream.received))
    assert set(arrived.values()) == {1}, "never twice"
    assert len(arrived) >= statuses[unsafe["id"], "sent"]


async def answer_under_kills(
    shop: Shop, posts: list[tuple[str, dict[str, str]]], upstream: Slow
) -> int:
    """Post every answer until it is taken, and kill meanwhile; returns how many sends that cut."""
    in_flight = 0

    async def answer(client: httpx.AsyncClient) -> None:
        while posts:
            place, body = posts.pop()
            await post_until_taken(client, place, body)
            await post_until_taken(client, place, body)

    async with shop.api() as client, asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(answer(client))
        for kill in (shop.kill_server, shop.kill_both, shop.kill_server):
            seen = len(upstream.received)
            while len(upstream.received) < seen + 5 and posts:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            in_flight += MOST_IN_FLIGHT
            await asyncio.to_thread(kill)
    return in_flight
