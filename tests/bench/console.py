"""How fast the console is: a real Chromium before a real server with much in it.

`python -m tests.bench.console` prints a table and exits with 1 where a limit is passed. "Work" is
what the page's main thread did, whatever else the machine does; in all other times that shows: run
it alone, and after `npm run build`. The list has 5,000 rows, the conversation 10,000 lines.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
from playwright.async_api import CDPSession, Page

from tests.bench.load import drip
from tests.browser.chromium import find_chromium, running_chromium
from tests.browser.desk import Desk
from tests.browser.many import FIRST_NUMBER, lengthen, multiply
from tests.browser.office import CUSTOMERS, Office, database_of, open_office
from tests.browser.stage import Stage, make_stage
from tests.flow.process import Process
from tests.workers.embedded_places import open_directory

NADIA, YUSUF = "Nadia Rahmawati", "Yusuf Hakim"
PER_SECOND, KEY_SECONDS = 50, 0.1
FRAME_MS, TASK_MS, LINE_MS = 1_000 / 60, 50, 10
MEMORY_MIB = 150
OPENED = """id => new Promise(done => {
  const row = document.querySelector(`.conv[data-id="${id}"]`)
  const before = performance.now()
  const isThere = () => document.querySelectorAll('.lines .bub').length >= 40
  const look = () => isThere()
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - before)))
    : requestAnimationFrame(look)
  row.click()
  look()
})"""
FIRST_ROW = """
const look = () => document.querySelector('.conv')
  ? (window.listAt = performance.now()) : requestAnimationFrame(look)
look()
"""
FIRST_LOAD = """() => performance.getEntriesByType('resource')
  .filter(each => /[.](js|css)$/.test(each.name) && each.responseEnd <= window.listAt)
  .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
SCROLLED = """([selector, pixels]) => new Promise(done => {
  document.querySelector(selector).scrollTop += pixels
  requestAnimationFrame(() => setTimeout(done))
})"""
LOADED = """async lines => {
  const pause = ms => new Promise(done => setTimeout(done, ms))
  while (!document.querySelector('.lines .bub')) await pause(20)
  const box = document.querySelector('.lines > .scroll')
  const rows = () => Number([...document.querySelectorAll('.window-row')].at(-1).dataset.index)
  for (let tries = 0; tries < lines; tries++) {
    box.scrollTop = 0
    await pause(20)
    if (tries % 20 === 19) {
      box.scrollTop = box.scrollHeight
      await pause(100)
      if (rows() >= lines) break
    }
  }
  while (document.querySelector('.loading-older')) await pause(20)
  if (rows() < lines) throw new Error(`only ${rows()} lines were read back`)
}"""
TASKS = ["disabled-by-default-devtools.timeline"]
"""What Chromium traces to tell a thread's tasks: how long each took, and worked."""


@dataclass(frozen=True)
class Measure:
    """One line of the table: what was measured, and how far it may go."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def is_over(self) -> bool:
        return self.value > self.limit

    @property
    def text(self) -> str:
        said = "OVER" if self.is_over else "ok"
        return f"{self.name:52} {self.value:9,.1f} {self.unit:4} limit {self.limit:8,.1f}  {said}"


@dataclass(frozen=True)
class Scale:
    """How much there is, and how long it is looked at."""

    lines: int = 10_000
    loaded: int = 2_000
    """So many lines are read back before it is scrolled and typed in."""
    rows: int = 5_000
    rounds: int = 5
    frames: int = 300
    seconds: float = 30


@dataclass
class Bench:
    """An office with much in it."""

    stage: Stage
    office: Office
    ids: dict[str, str]
    scale: Scale

    @asynccontextmanager
    async def ani(self) -> AsyncIterator[Desk]:
        """Ani's inbox in a browser that knows nothing yet."""
        desk = await self.stage.agent(self.office, "Ani")
        await desk.page.locator(".conv").first.wait_for()
        yield desk
        await desk.page.context.close()


@asynccontextmanager
async def furnished(scale: Scale) -> AsyncIterator[Bench]:
    """A server with an agent to whom all conversations belong, and a browser."""
    path = find_chromium()
    if path is None:
        raise SystemExit("no Chromium is installed")
    with open_directory() as directory, Process("serve", directory) as process:
        process.start_ready()
        office = await open_office(process)
        await office.furnish("Ani", sees="own")
        async with running_chromium(path) as browser:
            stage = make_stage(browser, process.url)
            desk = await stage.agent(office, "Ani")
            for customer in (NADIA, YUSUF):
                await office.write(customer, "Hello")
                await office.until_owned(customer)
            await desk.page.context.close()
            ids = {name: each["id"] for name, each in (await office.conversations()).items()}
            async with database_of(process) as database:
                await multiply(database, ids[YUSUF], scale.rows - len(ids))
                await lengthen(database, ids[NADIA], scale.lines)
            yield Bench(stage, office, ids, scale)
            await stage.close()


class Thread:
    """The main thread of a page: what it has done and holds."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    async def work(self) -> float:
        """Milliseconds that it has worked so far."""
        found = (await self._session.send("Performance.getMetrics"))["metrics"]
        return next(float(m["value"]) * 1_000 for m in found if m["name"] == "TaskDuration")

    async def memory(self) -> float:
        """What the script holds after a collection, in MiB."""
        await self._session.send("HeapProfiler.collectGarbage")
        return float((await self._session.send("Runtime.getHeapUsage"))["usedSize"]) / 2**20


async def thread_of(page: Page) -> Thread:
    """Begin to count."""
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    return Thread(session)


def longest_tasks(trace: bytes) -> tuple[float, float]:
    """The longest task of a page's main thread, and the most that one worked, in ms."""
    events = msgspec.json.decode(trace)["traceEvents"]
    threads = {
        (each["pid"], each["tid"])
        for each in events
        if each["name"] == "thread_name" and each["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        (each.get("dur", 0) / 1_000, each.get("tdur", 0) / 1_000)
        for each in events
        if each["name"] == "RunTask" and (each["pid"], each["tid"]) in threads
    ]
    return max(lasted for lasted, _ in tasks), max(worked for _, worked in tasks)


async def first_load(bench: Bench) -> list[Measure]:
    """What the first page loads of script and style until its list is there, and how long."""
    sizes, times = [], []
    for _ in range(bench.scale.rounds):
        async with bench.ani() as ani:
            page = await ani.page.context.new_page()
            await page.add_init_script(FIRST_ROW)
            session = await page.context.new_cdp_session(page)
            await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
            await page.goto("/app/inbox/mine")
            await page.locator(".conv").first.wait_for()
            sizes.append(await page.evaluate(FIRST_LOAD) / 1_024)
            times.append(await page.evaluate("window.listAt"))
    return [
        Measure("first load, script and style, gzipped", median(sizes), 150, "KB"),
        Measure("first load, until the list is there", median(times), 2_000, "ms"),
    ]


async def opening(bench: Bench) -> list[Measure]:
    """From the click to the last lines of the long conversation, painted."""
    times, works = [], []
    for _ in range(bench.scale.rounds):
        async with bench.ani() as ani:
            await ani.choose(YUSUF)
            await ani.page.wait_for_load_state("networkidle")  # what it needs of script is there
            thread = await thread_of(ani.page)
            before = await thread.work()
            times.append(await ani.page.evaluate(OPENED, bench.ids[NADIA]))
            works.append(await thread.work() - before)
    name = f"open a conversation of {bench.scale.lines:,}"
    return [
        Measure(name, median(times), 200, "ms"),
        Measure(f"{name}, work", median(works), 200, "ms"),
    ]


async def scrolling(ani: Desk, name: str, selector: str, pixels: int, frames: int) -> list[Measure]:
    """What the frames of a scroll cost."""
    thread = await thread_of(ani.page)
    works = []
    for _ in range(frames):
        before = await thread.work()
        await ani.page.evaluate(SCROLLED, [selector, pixels])
        works.append(await thread.work() - before)
    return [
        Measure(f"{name}, work of the p95 frame", quantiles(works, n=20)[-1], FRAME_MS, "ms"),
        Measure(f"{name}, work of the worst frame", max(works), TASK_MS, "ms"),
    ]


async def at_work(bench: Bench) -> list[Measure]:
    """Scroll the list and the long conversation, and type while customers write."""
    async with bench.ani() as ani:
        page, scale = ani.page, bench.scale
        name = f"list of {scale.rows:,}"
        rows = await scrolling(ani, name, "[data-rows]", 150, scale.frames)
        await page.locator("[data-rows]").evaluate("box => (box.scrollTop = 0)")
        await ani.choose(NADIA)
        await page.evaluate(LOADED, min(scale.lines, scale.loaded))
        name = f"{scale.loaded:,} lines read back"
        lines = await scrolling(ani, name, ".lines > .scroll", -90, scale.frames)
        browser = page.context.browser
        assert browser
        thread = await thread_of(page)
        before = await thread.work()
        lost, events = await typing(bench, ani)
        work = await thread.work() - before
        await browser.start_tracing(page=page, categories=TASKS)  # which is work, too
        await typing(bench, ani)
        lasted, worked = longest_tasks(await browser.stop_tracing())
        name = f"{events:,} customers' lines at {PER_SECOND}/s"
        return [
            *rows,
            *lines,
            Measure(f"{name}: keys lost", lost, 0, ""),
            Measure(f"{name}: work for each", work / max(events, 1), LINE_MS, "ms"),
            Measure(f"{name}: longest task", lasted, TASK_MS, "ms"),
            Measure(f"{name}: most work of a task", worked, TASK_MS, "ms"),
            Measure("script's memory after all", await thread.memory(), MEMORY_MIB, "MiB"),
        ]


async def typing(bench: Bench, ani: Desk) -> tuple[int, int]:
    """Type a reply while customers write; how many keys were lost, and how many lines came."""
    known = [f"{FIRST_NUMBER + n}" for n in range(1, min(bench.scale.rows - 2, 500))]
    path = urlsplit(bench.office.device["hook_url"]).path

    def write(number: int) -> tuple[str, bytes]:
        sender = CUSTOMERS[NADIA] if number % 5 == 0 else known[number % len(known)]
        text = f"Line {number} of a busy hour"
        body = {"type": "message", "id": uuid4().hex, "from": sender, "text": text}
        return path, msgspec.json.encode(body)

    seconds = bench.scale.seconds
    port = bench.office.process.port
    writing = asyncio.create_task(drip(port, write, seconds=seconds, rate=PER_SECOND))
    field, typed = ani.field(NADIA), 0
    await field.click()
    while not writing.done():
        await ani.page.keyboard.press("abcdefghij"[typed % 10])
        typed += 1
        await asyncio.sleep(KEY_SECONDS)
    lost = typed - len(await field.input_value())
    await field.fill("")
    return lost, len(await writing)


async def run(scale: Scale) -> int:
    """Measure everything and print it; 1 where a limit is passed."""
    async with furnished(scale) as bench:
        measures = [each for part in (first_load, opening, at_work) for each in await part(bench)]
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    sys.stdout.write(f"load of each processor in the last minute: {load:.1f}\n")
    sys.stdout.writelines(f"{each.text}\n" for each in measures)
    return int(any(each.is_over for each in measures))


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, kind in Scale.__annotations__.items():
        parser.add_argument(f"--{name}", type=kind, default=getattr(Scale, name))
    sys.exit(asyncio.run(run(Scale(**vars(parser.parse_args())))))


if __name__ == "__main__":
    main()
