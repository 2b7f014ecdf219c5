"""Very many targets of one `/send` or broadcast: each once, whatever drops or dies meanwhile.

The counts grow with `HELPDESK_TEST_SCALE` (1; a soak takes 10: 10,000 targets).
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.fake_fonnte import Received, Reply, refused
from tests.flow.process import Process
from tests.flow.shop import SCALE, Shop, open_shop, post_until_taken
from tests.workers.sending import Slow, until

TARGETS = 1_000 * SCALE
SENT_ON = 200 * SCALE
BROADCAST = 40 * SCALE
MOST_IN_FLIGHT = 8
"""Of one device, in one process."""
pytestmark = pytest.mark.timeout(200 * SCALE)


class Dropping(Slow):
    """An upstream whose phone loses its connection; `taken` is what it let through."""

    def __init__(self) -> None:
        super().__init__(0.1)
        self.is_away = False
        self.answers = asyncio.Event()
        self.answers.set()
        self.taken: list[str] = []
        self.turned_away = 0

    def choose(self, request: Received) -> Reply:
        if self.is_away:
            self.turned_away += 1
            return refused("request invalid on disconnected device")
        self.taken.append(request.form["message"])
        return super().choose(request)

    async def _answer(self, reply: Reply, writer: asyncio.StreamWriter) -> None:
        await self.answers.wait()
        await super()._answer(reply, writer)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


@asynccontextmanager
async def two_processes(shop: Shop) -> AsyncIterator[tuple[Dropping, dict[str, Any], Process]]:
    """An upstream, a device that sends through it, and a process beside the shop's own."""
    async with Dropping() as upstream:
        settings = {"kind": "fonnte", "base_url": upstream.base_url, "token": "t"}
        device = await shop.furnish(agents=0, **settings)
        with Process("serve", shop.process.data_dir) as other:
            await asyncio.to_thread(other.start_ready)
            yield upstream, device, other


async def send(shop: Shop, device: dict[str, Any], count: int, **fields: str) -> list[int]:
    """Send each of so many numbers a text of its own, and return the ids."""
    targets = ",".join(f"62813{number:08}|{number}" for number in range(count))
    headers = {"Authorization": device["token"]}
    async with httpx.AsyncClient(base_url=shop.process.url, timeout=60) as client:
        form = {"target": targets, "message": "{name}"} | fields
        answer = (await client.post("/send", headers=headers, data=form)).json()
    assert answer["status"] is True, answer
    ids: list[int] = answer["id"]
    return ids


async def count_of(shop: Shop, device: dict[str, Any], status: str) -> int:
    rows = await shop.ask(
        "select count(*) from message where device_id = $1 and status = $2", device["id"], status
    )
    return int(rows[0][0])


async def test_very_many_targets_are_accepted_at_once_and_paced_exactly(shop: Shop) -> None:
    device = await shop.furnish(agents=0)
    ids = await send(shop, device, TARGETS, schedule="4000000000", delay="2-5")
    assert len(set(ids)) == TARGETS
    rows = await shop.ask(
        "select number, extract(epoch from due_at)::bigint from outbox where device_id = $1 "
        "order by number",
        device["id"],
    )
    assert [row[0] for row in rows] == ids
    times = [row[1] for row in rows]
    assert times[0] == 4_000_000_000
    gaps = Counter(b - a for a, b in pairwise(times))
    assert set(gaps) == {2, 3, 4, 5}
    assert min(gaps.values()) > TARGETS / 8, "every wait of the range is as likely"


async def test_nothing_is_sent_twice_or_lost_when_the_phone_drops_and_a_process_dies(
    shop: Shop,
) -> None:
    async with two_processes(shop) as (upstream, device, other):
        hook = shop.hook_of(device)
        await send(shop, device, SENT_ON, connectOnly="false")
        await until(lambda: reached(upstream, SENT_ON // 4), 60)
        await drop(hook, upstream, is_away=True)
        await until(lambda: turned(upstream), 30)
        await asyncio.sleep(3)
        held = upstream.turned_away
        await drop(hook, upstream, is_away=False)
        await until(lambda: reached(upstream, SENT_ON // 2), 60)
        await asyncio.to_thread(other.kill)
        await until(lambda: is_done(shop, device), 120)
    unknown = await count_of(shop, device, "unknown")
    assert await count_of(shop, device, "sent") + unknown == SENT_ON
    assert unknown <= MOST_IN_FLIGHT
    assert held < SENT_ON / 4, "only some are tried while the phone is away"
    assert set(Counter(upstream.taken).values()) == {1}, "never twice"
    assert len(upstream.taken) >= SENT_ON - unknown


async def test_a_broadcast_reaches_each_target_once_though_it_is_paused_and_processes_die(
    shop: Shop,
) -> None:
    """One process dies mid-way, and then the one that has messages at the gateway."""
    async with two_processes(shop) as (upstream, device, other):
        hook = shop.hook_of(device)
        broadcast = await start_broadcast(shop, device)
        await until(lambda: reached(upstream, BROADCAST // 5), 60)
        await asyncio.to_thread(other.kill)
        await drop(hook, upstream, is_away=True)
        await tell(shop, broadcast, "pause")
        await drop(hook, upstream, is_away=False)
        await asyncio.sleep(1)
        held = len(upstream.taken)
        await asyncio.sleep(2)
        assert len(upstream.taken) == held, "a pause outlives the device's return"
        await tell(shop, broadcast, "resume")
        await until(lambda: reached(upstream, BROADCAST // 2), 60)
        upstream.answers.clear()
        taken = len(upstream.taken)
        await until(lambda: reached(upstream, taken + 1), 30)
        await asyncio.to_thread(shop.process.kill)
        upstream.answers.set()
        await asyncio.to_thread(other.start_ready)
        await until(lambda: is_done(shop, device), 120)
        await until(lambda: is_told_done(shop, broadcast), 30)
    await asyncio.to_thread(shop.ensure_running)
    unknown = await shop.ask(
        "select text from message where device_id = $1 and status = 'unknown'", device["id"]
    )
    assert await count_of(shop, device, "sent") + len(unknown) == BROADCAST
    assert 1 <= len(unknown) <= 2 * MOST_IN_FLIGHT
    assert set(Counter(upstream.taken).values()) == {1}, "never twice"
    missed = {f"N{number}" for number in range(BROADCAST)} - set(upstream.taken)
    assert missed <= {row["text"] for row in unknown}, "what is lost is called unknown"


async def start_broadcast(shop: Shop, device: dict[str, Any]) -> str:
    """Begin a broadcast of half a second from one number to the next, and return its id."""
    lines = "\n".join(f"62815{number:08},N{number}" for number in range(BROADCAST))
    new = {"device_id": device["id"], "text": "{name}", "lines": lines, "delay_max": 1}
    return str((await shop.make("broadcasts", **new))["id"])


async def tell(shop: Shop, broadcast: str, verb: str) -> None:
    async with shop.api() as client:
        answer = await client.post(f"/broadcasts/{broadcast}/{verb}")
    assert answer.status_code == 200, answer.text


async def is_told_done(shop: Shop, broadcast: str) -> bool:
    [row] = await shop.ask("select state from broadcast where id = $1", broadcast)
    return str(row["state"]) == "done"


async def drop(hook: str, upstream: Dropping, *, is_away: bool) -> None:
    """Let the phone lose or find its connection, and its gateway tell of it."""
    upstream.is_away = is_away
    status = "disconnect" if is_away else "connect"
    async with httpx.AsyncClient(timeout=20) as client:
        await post_until_taken(client, hook, {"status": status, "device": "x", "timestamp": "1"})


async def reached(upstream: Dropping, count: int) -> bool:
    return len(upstream.taken) >= count


async def turned(upstream: Dropping) -> bool:
    return upstream.turned_away > 0


async def is_done(shop: Shop, device: dict[str, Any]) -> bool:
    due = "select from outbox where device_id = $1 and state <> 'unknown' limit 1"
    return not await shop.ask(due, device["id"])
