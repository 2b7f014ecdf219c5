"""The server is killed under load and comes back: the screen misses nothing and repeats nothing."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.desk import Desk
from tests.browser.office import CUSTOMERS, Office, open_office
from tests.browser.stage import Stage, make_stage
from tests.flow.process import Process
from tests.workers.embedded_places import open_directory

OF_EACH = 12
REPLIES = 8
NADIA = "Nadia Rahmawati"
NOTED = (r"net::ERR_", r"WebSocket connection to", r"status of 503", r"answer 503")
"""How the browser notes that nobody answers."""


@pytest.fixture
def mortal() -> Iterator[Process]:
    """A server process of the test's own."""
    with open_directory() as directory, Process("serve", directory) as process:
        process.start_ready()
        yield process


@pytest.fixture
async def ani(chromium: Browser, mortal: Process) -> AsyncIterator[tuple[Office, Desk]]:
    """An agent at her console on that server."""
    office, stage = await open_office(mortal), make_stage(chromium, mortal.url)
    stage.watch.expect(*NOTED, "status of 409")
    await office.furnish("Ani")
    yield office, await agent_of(stage, office)
    await stage.close()
    assert stage.watch.take() == []


async def agent_of(stage: Stage, office: Office) -> Desk:
    """Open the console, with Nadia's conversation on the screen."""
    desk = await stage.agent(office, "Ani")
    for customer in CUSTOMERS:
        await office.write(customer, "first")
        await office.until_owned(customer)
    await desk.choose(NADIA)
    return desk


async def write_all(office: Office) -> None:
    """Let every customer write, without minding what the server does."""

    async def write(customer: str) -> None:
        for number in range(OF_EACH):
            await office.write(customer, f"line {number:02}")
            await asyncio.sleep(0.1)

    await asyncio.gather(*map(write, CUSTOMERS))


async def until_settled(office: Office, customer: str) -> list[str]:
    """Return the texts of a conversation once nothing of it is due."""
    id_ = (await office.conversations())[customer]["id"]
    for _ in range(150):
        page = await office.call("GET", f"/conversations/{id_}/messages", params={"limit": 200})
        if all(each["status"] not in {"queued", "sending"} for each in page["items"]):
            break
        await asyncio.sleep(0.1)
    return await office.lines(customer)


async def check(office: Office, desk: Desk, customer: str, replies: list[str]) -> None:
    """The screen shows what the database has, in its order and each once."""
    stored = await until_settled(office, customer)
    wanted = ["first", *(f"line {number:02}" for number in range(OF_EACH)), *replies]
    assert Counter(stored) == Counter(wanted)
    await desk.choose(customer)
    await expect(desk.line(customer, stored[-1])).to_be_visible()
    assert await desk.lines(customer) == stored


async def test_after_a_kill_under_load_the_screen_shows_what_the_database_has(
    ani: tuple[Office, Desk], mortal: Process
) -> None:
    office, desk = ani
    load = asyncio.create_task(write_all(office), name="load")
    replies = [f"reply {number}" for number in range(REPLIES)]
    for place, text in enumerate(replies):
        if place == REPLIES // 2:
            await asyncio.to_thread(mortal.kill)
        await desk.reply(NADIA, text)
    await expect(desk.badge("Offline since")).to_be_visible()
    await desk.reply(NADIA, "written while it was down")
    await expect(desk.badge("waiting to be sent")).to_be_visible()
    await asyncio.to_thread(mortal.start_ready)
    await desk.until_live(30)
    await load
    due = desk.thread(NADIA).get_by_role("img", name="waits to be sent")
    await expect(due).to_have_count(0, timeout=30_000)
    await check(office, desk, NADIA, [*replies, "written while it was down"])
    for customer in set(CUSTOMERS) - {NADIA}:
        await check(office, desk, customer, [])
