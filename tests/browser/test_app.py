"""The installed app: it opens where the server does not answer, and goes over to a new build."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.builds import build_anew, copy_server
from tests.browser.desk import Desk
from tests.browser.office import Office, open_office
from tests.browser.stage import Stage, make_stage
from tests.flow.process import Process
from tests.workers.embedded_places import open_directory
from tests.workers.sending import until

NADIA = "Nadia Rahmawati"
AWAY = (
    *(r"net::ERR_", r"WebSocket connection to", r"status of 503", r"answer 503"),
    r"error occurred when fetching the script",  # of the worker
)
GONE = (r"status of 404", r"Failed to fetch dynamically imported module")


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Process]:
    """A server process of the test's own, that runs a copy of the sources."""
    copy_server(tmp_path)
    with (
        open_directory() as directory,
        Process("serve", directory, PYTHONPATH=str(tmp_path)) as process,
    ):
        process.start_ready()
        yield process


@pytest.fixture
async def office(mortal: Process) -> Office:
    """An account on that server, with an agent."""
    office = await open_office(mortal)
    await office.furnish("Ani")
    return office


@pytest.fixture
async def stage(chromium: Browser, mortal: Process) -> AsyncIterator[Stage]:
    """Where people open pages of that server."""
    stage = make_stage(chromium, mortal.url)
    stage.watch.expect(*AWAY)
    yield stage
    await stage.close()
    assert stage.watch.take() == []


async def kept_builds(page: Page) -> list[str]:
    """The builds whose files the browser keeps."""
    names: list[str] = await page.evaluate("caches.keys()")
    return names


async def until_installed(page: Page) -> None:
    """Wait until the worker has the page's files and answers for it."""

    async def is_at_work() -> bool:
        script = "navigator.serviceWorker.controller?.state === 'activated'"
        return bool(await page.evaluate(script))

    await until(is_at_work, seconds=30)


async def draft_of(ani: Desk, office: Office) -> None:
    """Let Ani begin an answer."""
    await office.write(NADIA, "Hello?")
    await office.until_owned(NADIA)
    await ani.choose(NADIA)
    await ani.field(NADIA).fill("half an answer")


async def test_the_app_opens_without_a_server_and_says_that_it_is_offline(
    stage: Stage, office: Office, mortal: Process
) -> None:
    ani = await stage.agent(office, "Ani")
    await draft_of(ani, office)
    await until_installed(ani.page)
    await asyncio.to_thread(mortal.kill)
    await ani.page.reload()
    await ani.badge("Offline, as it was at").wait_for()
    await expect(ani.line(NADIA, "Hello?")).to_be_visible()
    await expect(ani.field(NADIA)).to_have_value("half an answer")
    await ani.page.goto("/app/inbox/waiting")
    await ani.badge("Offline, as it was at").wait_for()
    await asyncio.to_thread(mortal.start_ready)
    await ani.until_live(30)
    await ani.page.wait_for_load_state("networkidle")
    await expect(ani.page.get_by_text("A new version is here.")).to_have_count(0)
    await ani.page.goto("/app/inbox/mine")
    await ani.choose(NADIA)
    await expect(ani.field(NADIA)).to_have_value("half an answer")


async def test_only_the_consoles_own_files_are_kept(stage: Stage, office: Office) -> None:
    boss = await stage.supervisor(office)
    page = boss.page
    await boss.open("/app/devices")
    await until_installed(page)
    await page.reload()
    await expect(page.get_by_role("main").get_by_text("Kopi Senja").first).to_be_visible()
    await page.goto("/phone/")
    await expect(page.get_by_role("textbox").first).to_be_visible()
    assert await page.evaluate("navigator.serviceWorker.controller") is None
    paths = await page.evaluate(
        """async () => {
          const names = await caches.keys()
          const open = await Promise.all(names.map(name => caches.open(name)))
          const kept = await Promise.all(open.map(cache => cache.keys()))
          return kept.flat().map(({ url }) => new URL(url).pathname)
        }"""
    )
    assert "/app/index.html" in paths
    assert [path for path in paths if not path.startswith("/app/")] == []


async def test_an_open_tab_is_told_of_a_new_build_and_keeps_what_was_typed(
    stage: Stage, office: Office, mortal: Process, tmp_path: Path
) -> None:
    ani = await stage.agent(office, "Ani")
    await draft_of(ani, office)
    await until_installed(ani.page)
    [before] = await kept_builds(ani.page)
    told = ani.page.get_by_text("A new version is here.")
    await asyncio.to_thread(mortal.kill)
    build_anew(tmp_path)
    await asyncio.to_thread(mortal.start_ready)
    await expect(told).to_be_visible(timeout=30_000)
    await expect(ani.field(NADIA)).to_have_value("half an answer")
    await ani.button("Reload").click()
    await ani.until_live()
    await expect(ani.field(NADIA)).to_have_value("half an answer")
    await expect(told).to_have_count(0)
    await expect(ani.page.locator("script[type=module]")).to_have_attribute(
        "src", re.compile(r"-new\.js$")
    )

    async def is_alone() -> bool:
        return await kept_builds(ani.page) == [before.replace("helpdesk-", "helpdesk-new-")]

    await until(is_alone, seconds=30)


async def test_a_page_that_the_new_build_replaced_is_opened_as_it_is_now(
    stage: Stage, office: Office, mortal: Process, tmp_path: Path
) -> None:
    stage.watch.expect(*GONE)
    boss = await stage.supervisor(office)
    await boss.open("/app/labels")
    await asyncio.to_thread(mortal.kill)
    build_anew(tmp_path)
    await asyncio.to_thread(mortal.start_ready)
    bar = boss.page.get_by_role("navigation", name="Main")
    await bar.get_by_role("link", name="Devices").click()
    await expect(boss.page.locator("script[type=module]")).to_have_attribute(
        "src", re.compile(r"-new\.js$"), timeout=30_000
    )
    await boss.until_live(30)
    await expect(boss.page.get_by_role("main").get_by_text("Kopi Senja").first).to_be_visible()
