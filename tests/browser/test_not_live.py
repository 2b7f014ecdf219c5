"""A screen that is not live says so, before there is anything to show and afterwards."""

import asyncio
import json

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from tests.browser.office import Office
from tests.browser.stage import DESKTOP, PHONE, Stage

SYNC = "**/api/v1/sync"
NADIA = "Nadia Rahmawati"
NOTED = (
    r"net::ERR_", r"WebSocket connection to", r"status of 503", r"answer 503",
    r"fetching the script",  # what was loading ahead when the network went
)  # fmt: skip
AWAY = {"type": "about:blank", "status": 503, "code": "database_unavailable"}
TABLET = {"width": 900, "height": 900}


async def refuse(context: BrowserContext, *, content_type: str, body: str) -> None:
    """Let the first picture be refused from now on."""

    async def refused(route: Route) -> None:
        await route.fulfill(status=503, content_type=content_type, body=body)

    await context.route(SYNC, refused)


async def expect_fault(page: Page, says: str) -> None:
    """The page says what is wrong, and that it goes on."""
    box = page.get_by_role("main").get_by_role("status").filter(has_text="could not be loaded")
    await expect(box).to_contain_text(says, timeout=15_000)
    await expect(box).to_contain_text("It goes on trying by itself.")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
async def test_an_inbox_whose_first_picture_is_refused_says_why_and_tries_again(
    stage: Stage, office: Office, viewport: dict[str, int]
) -> None:
    stage.watch.expect(*NOTED)
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani", viewport=viewport)
    await office.write(NADIA, "Hello")
    await office.until_owned(NADIA)
    body = json.dumps(AWAY | {"detail": "The database is away. Try again soon."})
    await refuse(ani.page.context, content_type="application/problem+json", body=body)
    await ani.page.reload()
    await expect_fault(ani.page, "The database is away. Try again soon.")
    await expect(ani.page.get_by_text("Offline since").filter(visible=True)).to_be_visible()
    await ani.page.context.unroute(SYNC)
    await ani.button("Try again").click()
    await expect(ani.row(NADIA)).to_be_visible()
    await expect(ani.page.get_by_text("Offline since")).to_have_count(0)


async def test_a_supervisors_page_tells_no_markup_of_what_stands_before_the_server(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect(*NOTED)
    await office.furnish("Ani")
    page = (await stage.supervisor(office)).page
    await refuse(page.context, content_type="text/html", body="<h1>Bad gateway</h1>")
    await page.goto("/app/devices")
    await expect_fault(page, "The server is not ready, or something in front of it answered")
    devices = page.get_by_role("navigation", name="Main").get_by_role("link", name="Devices")
    await expect(devices).to_have_text("Devices")
    await page.context.unroute(SYNC)
    await expect(page.get_by_role("main").get_by_text("Kopi Senja").first).to_be_visible()
    await expect(devices).to_have_text("Devices1")


@pytest.mark.parametrize("viewport", [DESKTOP, TABLET, PHONE])
async def test_a_page_that_is_loaded_says_at_every_width_that_it_is_offline(
    stage: Stage, office: Office, viewport: dict[str, int]
) -> None:
    stage.watch.expect(*NOTED)
    await office.furnish("Ani")
    boss = await stage.supervisor(office, viewport=viewport)
    await boss.open("/app/devices")
    await expect(boss.page.locator(".live.bad")).to_have_count(0)
    await boss.page.context.set_offline(True)
    seen = boss.page.locator(".live.bad").filter(visible=True)
    await expect(seen).to_be_in_viewport(ratio=1)
    await expect(seen).to_contain_text("Offline since")


async def test_who_is_on_the_way_to_the_server_is_connecting_and_not_offline(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani, may_answer = await stage.agent(office, "Ani"), asyncio.Event()

    async def hold(route: Route) -> None:
        await may_answer.wait()
        await route.continue_()

    await ani.page.context.route(SYNC, hold)
    await ani.page.reload()
    me = ani.page.get_by_role("navigation").locator(".me")
    await expect(me).to_contain_text("Connecting…")
    await ani.badge("Connecting…").wait_for()
    may_answer.set()
    await ani.until_live()
    await expect(me).to_contain_text("Online · 0 open")
