"""The server is killed again and again under load: each line is on the screen once, in place."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.desk import Desk
from tests.browser.office import CUSTOMERS, Office, open_office
from tests.browser.stage import make_stage
from tests.browser.test_server_killed import NOTED, mortal, until_settled
from tests.flow.process import Process

__all__ = ["mortal"]
KILLS = min(20, 5 * int(os.environ.get("HELPDESK_TEST_SCALE", "1")))
LINES_PER_KILL = 3
AGENTS = ("Ani", "Budi")


@pytest.fixture
async def desks(chromium: Browser, mortal: Process) -> AsyncIterator[tuple[Office, list[Desk]]]:
    """Two agents at their consoles, each with conversations."""
    office, stage = await open_office(mortal), make_stage(chromium, mortal.url)
    stage.watch.expect(*NOTED, "status of 409")
    await office.furnish(*AGENTS)
    found = [await stage.agent(office, name) for name in AGENTS]
    for customer in CUSTOMERS:
        await office.write(customer, "first")
        await office.until_owned(customer)
    yield office, found
    await stage.close()
    assert stage.watch.take() == []


async def owners(office: Office, desks: list[Desk]) -> dict[str, Desk]:
    """Who has which customer."""
    at = {desk.name: desk for desk in desks}
    return {customer: at[await office.until_owned(customer)] for customer in CUSTOMERS}


async def write_all(office: Office, rounds: int) -> None:
    """Let every customer write, without minding what the server does."""

    async def write(customer: str) -> None:
        for number in range(rounds * LINES_PER_KILL):
            await office.write(customer, f"line {number:03}")
            await asyncio.sleep(0.2)

    await asyncio.gather(*map(write, CUSTOMERS))


async def say(desk: Desk, customer: str, text: str) -> str:
    """Reply, until the server has it: what the customer crossed is a draft again, and asks."""
    await desk.choose(customer)
    await desk.field(customer).fill(text)
    await desk.field(customer).press("Enter")
    asked, waits = desk.button("Send anyway"), desk.badge("waiting to be sent")
    due = desk.thread(customer).get_by_role("img", name="waits to be sent")
    calm = 0  # looks in a row: between two questions of one, what waited may be a draft again
    for _ in range(120):
        if await asked.count():
            await asked.click()
        is_left = await desk.field(customer).input_value() or await due.count()
        calm = 0 if is_left else calm + 1
        if calm == 2:
            break
        await asyncio.sleep(0.25)
    await expect(waits).to_have_count(0)
    return text


async def check(office: Office, desk: Desk, customer: str, wanted: list[str]) -> None:
    """The screen shows what the database has, in its order and each once."""
    stored = await until_settled(office, customer)
    assert Counter(stored) == Counter(wanted)
    await desk.choose(customer)
    await expect(desk.line(customer, stored[-1])).to_be_visible()
    log = desk.thread(customer).get_by_role("region", name="Lines of the conversation")
    for _ in range(len(stored)):
        if len(await desk.lines(customer)) >= len(stored):
            break
        await log.evaluate("box => box.scrollTo(0, 0)")
        await asyncio.sleep(0.3)
    assert await desk.lines(customer) == stored


@pytest.mark.timeout(120 + 60 * KILLS)
async def test_after_many_kills_under_load_the_screen_shows_what_the_database_has(
    desks: tuple[Office, list[Desk]], mortal: Process
) -> None:
    office, people = desks
    at = await owners(office, people)
    load = asyncio.create_task(write_all(office, KILLS), name="load")
    replies: dict[str, list[str]] = {customer: [] for customer in CUSTOMERS}
    for kill in range(KILLS):
        for customer, desk in at.items():
            replies[customer].append(await say(desk, customer, f"reply {kill:02} to {customer}"))
        await asyncio.to_thread(mortal.kill)
        for customer, desk in at.items():
            await expect(desk.badge("Offline since")).to_be_attached()
            await desk.choose(customer)
            text = f"written while it was down, {kill:02}"
            await desk.field(customer).fill(text)
            await desk.field(customer).press("Enter")
            replies[customer].append(text)
        await asyncio.to_thread(mortal.start_ready)
        for desk in people:
            await desk.until_live(60)
    for desk in people:
        await desk.until_live(60)
        await expect(desk.badge("waiting to be sent")).to_have_count(0, timeout=60_000)
    await load
    lines = [f"line {number:03}" for number in range(KILLS * LINES_PER_KILL)]
    for customer, desk in at.items():
        await desk.choose(customer)
        due = desk.thread(customer).get_by_role("img", name="waits to be sent")
        await expect(due).to_have_count(0, timeout=60_000)
        await check(office, desk, customer, ["first", *lines, *replies[customer]])
