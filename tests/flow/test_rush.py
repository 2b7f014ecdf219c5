"""Two server processes on one database, and everybody at once: nobody twice, nobody forgotten.

The counts grow with `HELPDESK_TEST_SCALE` (1; a soak takes 10: 500 customers, 10,000 turns, and
ten minutes).
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.flow.process import Process
from tests.flow.shop import FRESH, SCALE, Shop, open_shop
from tests.pure.rotation_model import FullRotation

CALLERS = 20
CUSTOMERS, MESSAGES = 50 * SCALE, 10
TURNS = 1_000 * SCALE
CHANGES_A_SECOND = 20
WATCHED_SECONDS = 20 if SCALE == 1 else 60 * SCALE
MOST_SECONDS = 2
"""Within which who waits is assigned once somebody is eligible."""

pytestmark = pytest.mark.timeout(180 * SCALE)


@dataclass(frozen=True)
class Pair:
    """A shop with two server processes, each of which is asked in turn."""

    shop: Shop
    urls: tuple[str, str]

    def hooks_of(self, device: dict[str, Any]) -> list[str]:
        """Where the device's gateway posts, at either process."""
        key = device["hook_url"].rpartition("/hooks/")[2]
        return [f"{url}/hooks/{key}" for url in self.urls]


@contextmanager
def open_pair() -> Iterator[Pair]:
    """Start both."""
    with open_shop() as shop, Process("serve", shop.process.data_dir) as other:
        other.start_ready()
        yield Pair(shop, (shop.process.url, other.url))


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with open_pair() as pair:
        yield pair


async def post_all(hooks: Sequence[str], messages: Sequence[dict[str, Any]]) -> None:
    """Post messages by many callers at once; each must be taken at the first try."""
    due = list(enumerate(messages))

    async def call(client: httpx.AsyncClient) -> None:
        while due:
            number, message = due.pop()
            answer = await client.post(hooks[number % len(hooks)], json=message)
            assert answer.status_code == 200, answer.text

    async with httpx.AsyncClient(timeout=30, limits=FRESH) as client, asyncio.TaskGroup() as tasks:
        for _ in range(CALLERS):
            tasks.create_task(call(client))


def message(customer: int) -> dict[str, Any]:
    return {"type": "message", "id": uuid4().hex, "from": f"62{customer:010}", "text": "Hello"}


async def until_nobody_waits(shop: Shop, device: dict[str, Any]) -> None:
    """Wait until the queue is empty."""
    async with asyncio.timeout(30):
        while await shop.ask(  # noqa: ASYNC110 - another process does it
            "select from conversation where device_id = $1 and status = 'waiting' limit 1",
            device["id"],
        ):
            await asyncio.sleep(0.1)


async def deadlocks(shop: Shop) -> int:
    """How many deadlocks the database has had."""
    sql = "select deadlocks from pg_stat_database where datname = current_database()"
    return int((await shop.ask(sql))[0][0])


async def turns_of(shop: Shop, device: dict[str, Any]) -> list[asyncpg.Record]:
    return await shop.ask(
        "select number, agent_id, conversation_id, eligible from turn where division_id = $1 "
        "order by number",
        device["default_division_id"],
    )


def check_rotation(turns: Sequence[asyncpg.Record]) -> None:
    """The turns have numbers without a gap, and in their order they are a full rotation."""
    model = FullRotation[UUID]()
    for turn in turns:
        model.note(frozenset(map(UUID, json.loads(turn["eligible"]))), turn["agent_id"])
    assert [turn["number"] for turn in turns] == list(range(1, len(turns) + 1))


async def test_each_new_customer_has_one_conversation_and_one_turn_though_all_write_at_once(
    pair: Pair,
) -> None:
    device = await pair.shop.furnish(agents=5)
    before = await deadlocks(pair.shop)
    lines = [message(customer) for _ in range(MESSAGES) for customer in range(CUSTOMERS)]
    await post_all(pair.hooks_of(device), lines)
    await until_nobody_waits(pair.shop, device)
    for table, expected in (("conversation", CUSTOMERS), ("message", CUSTOMERS * MESSAGES)):
        sql = f"select count(*) from {table} where device_id = $1"  # noqa: S608 - ours
        assert (await pair.shop.ask(sql, device["id"]))[0][0] == expected
    turns = await turns_of(pair.shop, device)
    check_rotation(turns)
    assert len({turn["conversation_id"] for turn in turns}) == len(turns) == CUSTOMERS
    counts = Counter(turn["agent_id"] for turn in turns)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert await deadlocks(pair.shop) == before


class Staff:
    """The agents of a device, who join, leave, go away and come back, twenty times a second."""

    def __init__(self, pair: Pair, device: dict[str, Any], random: Random) -> None:
        self.pair, self.device, self.random = pair, device, random
        self.here: list[str] = []
        self.away: list[str] = []
        self.changes: Counter[str] = Counter()

    async def begin(self) -> None:
        """Learn who is there."""
        sql = "select id from agent where device_id = $1"
        self.here = [str(row[0]) for row in await self.pair.shop.ask(sql, self.device["id"])]

    async def change(self, client: httpx.AsyncClient) -> None:
        """Do one thing, at either process."""
        deeds: list[Callable[[httpx.AsyncClient], Awaitable[None]]] = [self.toggle] * 4
        if len(self.here) + len(self.away) < 12:
            deeds += [self.join]
        if len(self.here) > 3:
            deeds += [self.leave]
        deed = self.random.choice(deeds)
        await deed(client)
        self.changes[deed.__name__] += 1

    async def toggle(self, client: httpx.AsyncClient) -> None:
        """Somebody goes away, or comes back."""
        goes = bool(self.here) and (not self.away or self.random.random() < 0.5)
        source, target = (self.here, self.away) if goes else (self.away, self.here)
        agent = source.pop(self.random.randrange(len(source)))
        url = f"{self.random.choice(self.pair.urls)}/api/v1/agents/{agent}/presence"
        assert (await client.post(url, json={"away": goes})).is_success
        target.append(agent)

    async def join(self, _client: httpx.AsyncClient) -> None:
        """Somebody new is there."""
        places = {"device_id": self.device["id"], "division_id": self.device["default_division_id"]}
        made = await self.pair.shop.make("agents", name="Joiner", **places)
        await self.pair.shop.put_on_duty(made["id"])
        self.here.append(made["id"])

    async def leave(self, client: httpx.AsyncClient) -> None:
        """Somebody is removed."""
        agent = self.here.pop(self.random.randrange(len(self.here)))
        url = f"{self.random.choice(self.pair.urls)}/api/v1/agents/{agent}"
        answer = await client.delete(url)
        assert answer.status_code == 204, answer.text


async def test_the_rotation_stays_exact_over_two_processes_while_agents_come_and_go(
    pair: Pair,
) -> None:
    device = await pair.shop.furnish(agents=5)
    staff = Staff(pair, device, Random(4))
    await staff.begin()
    before = await deadlocks(pair.shop)
    async with pair.shop.api() as client:

        async def come_and_go() -> None:
            while True:
                await asyncio.gather(staff.change(client), asyncio.sleep(1 / CHANGES_A_SECOND))

        async with asyncio.TaskGroup() as tasks:
            changing = tasks.create_task(come_and_go())
            await post_all(pair.hooks_of(device), [message(number) for number in range(TURNS)])
            changing.cancel()
        for agent in staff.away:
            await client.post(f"/agents/{agent}/presence", json={"away": False})
    await until_nobody_waits(pair.shop, device)
    turns = await turns_of(pair.shop, device)
    check_rotation(turns)
    assert len({turn["conversation_id"] for turn in turns}) == TURNS
    assert set(staff.changes) == {"toggle", "join", "leave"}
    assert await deadlocks(pair.shop) == before


QUEUE = """
select c.id, exists (
  select from agent a where a.account_id = c.account_id and a.division_id = c.division_id
    and a.is_enabled and a.deleted_at is null and not a.is_away
    and exists (select from console o where o.account_id = a.account_id and o.agent_id = a.id)
    and (a.open_limit is null or a.open_limit > (
      select count(*) from conversation mine where mine.account_id = a.account_id
        and mine.assignee_id = a.id and mine.status = 'assigned'))
  ) as could_go
from conversation c where c.device_id = $1 and c.status = 'waiting'
order by c.waiting_since, c.waiting_number
"""


class Queue:
    """Watches who waits, and how long somebody waited although an agent was eligible."""

    def __init__(self, shop: Shop, device: dict[str, Any]) -> None:
        self._shop, self._device = shop, device
        self.longest = 0.0
        self.longest_queue = 0
        self._since: float | None = None

    async def watch(self) -> None:
        """Look ten times a second until cancelled."""
        while True:
            queue = await self._shop.ask(QUEUE, self._device["id"])
            self.longest_queue = max(self.longest_queue, len(queue))
            now = time.monotonic()
            if queue and queue[0]["could_go"]:
                self._since = self._since or now
                self.longest = max(self.longest, now - self._since)
            else:
                self._since = None
            await asyncio.sleep(0.1)


HISTORY = """
select body -> 'conversation' ->> 'id' as id, body -> 'conversation' ->> 'status' as status,
       (body -> 'conversation' ->> 'waiting_since')::timestamptz as since
from event where type like 'conversation.%'
  and body -> 'conversation' -> 'device' ->> 'id' = $1 order by seq
"""


def check_order(history: Sequence[asyncpg.Record]) -> int:
    """Nobody is assigned while somebody waits longer; returns how many came out of the queue."""
    waiting: dict[str, datetime] = {}
    came = 0
    for event in history:
        if event["status"] == "waiting":
            waiting[event["id"]] = event["since"]
            continue
        since = waiting.pop(event["id"], None)
        if event["status"] == "assigned" and since:
            came += 1
            assert since <= min(waiting.values(), default=since), event
    return came


async def test_whoever_waits_longest_is_assigned_first_and_within_two_seconds(pair: Pair) -> None:
    """A random run: customers write, agents come, go and resolve; the queue is never passed."""
    device = await pair.shop.furnish(agents=3)
    random, customers = Random(7), count(1)
    staff, queue = Staff(pair, device, random), Queue(pair.shop, device)
    await staff.begin()
    hooks = pair.hooks_of(device)
    give_up_at = time.monotonic() + WATCHED_SECONDS
    async with pair.shop.api() as client, asyncio.TaskGroup() as tasks:
        for agent in staff.here:
            assert (await client.patch(f"/agents/{agent}", json={"limit": 2})).is_success
        watching = tasks.create_task(queue.watch())
        while time.monotonic() < give_up_at:
            step = random.random()
            if step < 0.5:
                await post_all(hooks, [message(next(customers))])
            elif step < 0.8:
                await resolve_one(pair.shop, device, client, random)
            else:
                await staff.toggle(client)
            await asyncio.sleep(random.random() / 5)
        watching.cancel()
    assert queue.longest <= MOST_SECONDS
    assert queue.longest_queue > 3
    assert check_order(await pair.shop.ask(HISTORY, device["id"])) > 10


async def resolve_one(
    shop: Shop, device: dict[str, Any], client: httpx.AsyncClient, random: Random
) -> None:
    """Let an agent be done with somebody, where anybody is assigned."""
    sql = "select id from conversation where device_id = $1 and status = 'assigned' order by id"
    if mine := await shop.ask(sql, device["id"]):
        answer = await client.post(f"/conversations/{random.choice(mine)[0]}/resolve")
        assert answer.is_success, answer.text
