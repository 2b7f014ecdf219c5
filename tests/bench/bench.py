"""The benchmark: `python -m tests.bench.bench [--seconds 3] [--rounds 3] [--concurrency 64]`.

The product, the naive control and a server that stores nothing take turns within one run; every
figure is a median over the rounds, and beside each rate stands whether it was correct.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from statistics import median, quantiles
from uuid import uuid4

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from helpdesk.database import fetch
from helpdesk.gateways.simulated_body import MessageBody
from tests.bench.load import Load, Request, drip, press
from tests.bench.stage import AGENT_TOKEN, Shop, analyze, stage
from tests.served import Caller

PER_SECOND = 100
KNOWN = 200
MANY = 10_000
"""Targets of one request."""


class Numbers:
    """Customers' numbers: new ones without end, or some hundred of those that wrote before."""

    def __init__(self, path: str, *, are_new: bool, known: Sequence[str] = ()) -> None:
        self._path, self._are_new, self._known, self._count = path, are_new, known, 0
        self.seen: list[str] = []

    def __call__(self) -> Request:
        """The next webhook."""
        self._count += 1
        if self._are_new:
            number = f"62{uuid4().int % 10**12:012}"
            self.seen.append(number)
        else:
            number = self._known[self._count % len(self._known)]
        return self._path, _body(number, "Hello, how much is it?")


def _body(number: str, text: str) -> bytes:
    return msgspec.json.encode(MessageBody(sender=number, id=uuid4().hex, text=text))


async def one_round(
    targets: dict[str, tuple[int, str]], seconds: float, concurrency: int
) -> dict[tuple[str, str], Load]:
    """Press each server with new customers, and each with known ones."""
    loads: dict[tuple[str, str], Load] = {}
    seen: dict[str, list[str]] = {}
    for kind in ("new", "known"):
        for name, (port, path) in targets.items():
            numbers = Numbers(path, are_new=kind == "new", known=seen.get(name, [])[:KNOWN])
            loads[name, kind] = await press(port, numbers, seconds=seconds, concurrency=concurrency)
            seen.setdefault(name, numbers.seen)
    return loads


async def correctness(shop: Shop, answered: int) -> str:
    """Say what is lost or doubled, and how fair the turns were."""
    async with shop.account.reading() as session:
        [(messages, conversations, turns, events, last)] = await fetch(
            session,
            """
            select (select count(*) from message), (select count(*) from conversation),
              (select count(*) from turn), (select count(*) from event),
              (select max(seq) from event_counter)
            """,
        )
        counts = await fetch(session, "select count(*) from turn group by agent_id")
    spread = max(row[0] for row in counts) - min(row[0] for row in counts)
    return (
        f"lost {max(0, answered - messages)}, doubled {max(0, messages - answered)}, turns "
        f"{turns} for {conversations} conversations, max-min {spread}, event gaps {last - events}"
    )


async def sign_in(shop: Shop) -> dict[str, str]:
    """Return the headers of an agent's session."""
    async with Caller(base_url=f"http://127.0.0.1:{shop.port}") as caller:
        await caller.sign_in(device=shop.device.number, token=AGENT_TOKEN)
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in caller.cookies.items())}


async def latencies(shop: Shop, seconds: float, headers: dict[str, str]) -> tuple[list[float], int]:
    """Milliseconds from sending a webhook to its frame at a socket, and how many were sent."""
    arrived: dict[int, float] = {}

    async def hear(connection: ClientConnection) -> None:
        async for frame in connection:
            at = time.perf_counter()
            decoded = json.loads(frame)
            text = decoded.get("message", {}).get("text", "")
            if decoded["type"] == "message.received" and text.startswith("n="):
                arrived.setdefault(int(text[2:]), at)

    origin = f"http://127.0.0.1:{shop.port}"
    url = f"ws://127.0.0.1:{shop.port}/ws"
    async with connect(url, origin=origin, additional_headers=headers, proxy=None) as connection:  # type: ignore[arg-type]
        hearing = asyncio.create_task(hear(connection))
        await asyncio.sleep(0.3)
        number = f"62{uuid4().int % 10**12:012}"
        sent = await drip(
            shop.port,
            lambda n: (shop.hook, _body(f"{number[:-2]}{n % 50:02}", f"n={n}")),
            seconds=seconds,
            rate=PER_SECOND,
        )
        await asyncio.sleep(0.5)
        hearing.cancel()
    return [(arrived[n] - sent[n]) * 1000 for n in sent if n in arrived], len(sent)


async def run(seconds: float, rounds: int, concurrency: int) -> None:
    """Measure everything and print it."""
    async with stage() as (product, naive, noop_port):
        targets = {
            "no-op": (noop_port, "/noop"),
            "naive": (naive.port, naive.hook),
            "product": (product.port, product.hook),
        }
        shops = {"naive": naive, "product": product}
        headers: dict[str, dict[str, str]] = {"naive": {}, "product": await sign_in(product)}
        all_loads: list[dict[tuple[str, str], Load]] = []
        delays: dict[str, list[list[float]]] = {name: [] for name in shops}
        sent = dict.fromkeys(shops, 0)
        await one_round(targets, min(seconds, 1), concurrency)
        for shop in shops.values():
            await analyze(shop)
        warm = {name: await count_messages(shop) for name, shop in shops.items()}
        for _ in range(rounds):
            all_loads.append(await one_round(targets, seconds, concurrency))
            for name, shop in shops.items():
                heard, count = await latencies(shop, seconds, headers[name])
                delays[name].append(heard)
                sent[name] += count
        seconds_of_many = [await send_to_many(product, MANY) for _ in range(rounds)]
        print_rates(all_loads, concurrency)
        print_many(all_loads, seconds_of_many)
        print_latencies(delays, sent)
        for name, shop in shops.items():
            answered = len(seconds_of_many) * MANY if name == "product" else 0
            answered += sum(
                load.statuses[200] for loads in all_loads for (who, _), load in loads.items()
                if who == name
            )  # fmt: skip
            say(f"{name:8} {await correctness(shop, warm[name] + answered + sent[name])}")


async def send_to_many(shop: Shop, count: int) -> float:
    """Seconds until one `/send` to so many new targets, each with variables, is accepted."""
    first = uuid4().int % 10**9
    form = {
        "target": ",".join(f"62{first + number:011}|Ani|{number}" for number in range(count)),
        "message": "Hello {name}, your order {var1} is ready",
        "delay": "2-5",
        "followup": "86400",
    }
    headers = {"Authorization": shop.device.token}
    async with Caller(base_url=f"http://127.0.0.1:{shop.port}", timeout=60) as caller:
        began = time.perf_counter()
        answer = (await caller.post("/send", headers=headers, data=form)).json()
    assert len(answer["id"]) == count
    return time.perf_counter() - began


def print_many(
    all_loads: Sequence[dict[tuple[str, str], Load]], seconds_of_many: Sequence[float]
) -> None:
    """Print how fast targets are accepted, beside how fast the control takes messages."""
    seconds = median(seconds_of_many)
    naive = median(loads["naive", "known"].rate for loads in all_loads)
    say(
        f"one /send to {MANY:,} targets: {seconds:.2f} s, of the 2 s that it may take"
        f" {seconds / 2:.2f}  targets/naive {MANY / seconds / naive:.1f}"
    )


async def count_messages(shop: Shop) -> int:
    """How many messages there are."""
    async with shop.account.reading() as session:
        [(count,)] = await fetch(session, "select count(*) from message")
    return int(count)


def print_rates(all_loads: Sequence[dict[tuple[str, str], Load]], concurrency: int) -> None:
    """Print the medians and the ratios."""
    say(f"{len(all_loads)} rounds, {concurrency} connections, one process each, fsync on")
    for kind in ("new", "known"):
        rates = {
            name: median(loads[name, kind].rate for loads in all_loads)
            for name in ("no-op", "naive", "product")
        }
        bad = sum(
            sum(load.statuses.values()) - load.statuses[200]
            for loads in all_loads
            for (name, which), load in loads.items()
            if (name, which) == ("product", kind)
        )
        text = "  ".join(f"{name} {rate:,.0f}/s" for name, rate in rates.items())
        say(
            f"{kind:5} conversations: {text}  product/no-op {rates['product'] / rates['no-op']:.2f}"
            f"  product/naive {rates['product'] / rates['naive']:.1f}  not 200: {bad}"
        )


def print_latencies(delays: dict[str, list[list[float]]], sent: dict[str, int]) -> None:
    """Print p50 and p99, medians over the rounds."""
    p50s = {}
    for name, rounds in delays.items():
        cuts = [quantiles(heard, n=100) for heard in rounds if len(heard) > 1]
        p50, p99 = median(cut[49] for cut in cuts), median(cut[98] for cut in cuts)
        p50s[name] = p50
        missing = sent[name] - sum(map(len, rounds))
        say(
            f"hook to frame at {PER_SECOND}/s, {name:8} p50 {p50:.1f} ms  p99 {p99:.1f} ms"
            f"  frames missing {missing}"
        )
    say(f"p50 product/naive {p50s['product'] / p50s['naive']:.2f}")


def say(line: str) -> None:
    """Print one line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--concurrency", type=int, default=64)
    options = parser.parse_args()
    asyncio.run(run(options.seconds, options.rounds, options.concurrency))


if __name__ == "__main__":
    main()
