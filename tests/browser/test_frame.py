"""The frame around the pages: oneself, colleagues and the ways to go, on every size of window."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.office import Office
from tests.browser.stage import PHONE, Stage

CUT_OFF = """() => [...document.querySelectorAll('.tabbar .clip')]
  .filter(each => each.scrollWidth > each.clientWidth).map(each => each.textContent)"""
NADIA = "Nadia Rahmawati"


async def test_without_a_connection_nobody_claims_to_be_online(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect(r"net::ERR_", r"WebSocket connection to")
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    me = ani.page.get_by_role("navigation").locator(".me")
    await expect(me).to_contain_text("Online")
    await ani.page.wait_for_load_state("networkidle")
    await ani.page.context.set_offline(True)
    await ani.badge("Offline since").wait_for(state="attached")
    await expect(me).to_contain_text("Offline")
    await me.click()
    await expect(ani.page.get_by_role("menuitem", name="Set away")).to_have_count(0)


@pytest.mark.parametrize(("language", "says"), [("en", "cannot be reached"), ("id", "tidak dapat")])
async def test_what_fails_without_a_connection_is_told_in_ones_own_language(
    stage: Stage, office: Office, language: str, says: str
) -> None:
    # the worker in another language is fetched when the network goes
    stage.watch.expect(r"net::ERR_", r"WebSocket connection to", r"when fetching the script")
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Hello")
    await ani.choose(NADIA)
    await ani.page.evaluate("to => localStorage.setItem('helpdesk.language', to)", language)
    await ani.page.reload()
    await expect(ani.page.get_by_text("Hello").first).to_be_visible()
    await ani.page.context.set_offline(True)
    await ani.page.keyboard.press("u")
    await expect(ani.page.locator(".toast")).to_contain_text(says)


async def test_a_page_for_supervisors_says_so_to_an_agent(stage: Stage, office: Office) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await ani.page.goto("/app/devices")
    await expect(ani.page.get_by_text("This page is for supervisors.")).to_be_visible()
    await ani.page.reload()
    await ani.page.get_by_role("link", name="Go to the start").click()
    await expect(ani.page).to_have_url(re.compile("/app/inbox/"))


async def test_in_a_low_window_one_reaches_oneself_and_sees_who_is_there_first(
    stage: Stage, office: Office
) -> None:
    await office.furnish(*(f"Agent {number}" for number in range(12)), "Zainal")
    await stage.agent(office, "Zainal")
    desk = await stage.supervisor(office, viewport={"width": 1280, "height": 560})
    await desk.open("/app/inbox/all")
    await expect(desk.page.get_by_role("navigation").locator(".me")).to_be_in_viewport(ratio=1)
    colleagues = desk.page.get_by_role("list", name="Colleagues").get_by_role("listitem")
    await expect(colleagues).to_have_count(13)
    await expect(colleagues.first).to_contain_text("Zainal")


@pytest.mark.parametrize("language", ["en", "id"])
async def test_on_a_phone_every_tab_says_its_whole_name(
    stage: Stage, office: Office, language: str
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani", viewport=PHONE)
    boss = await stage.supervisor(office, viewport=PHONE)
    await boss.open("/app/inbox/all")
    for page in (ani.page, boss.page):
        await page.evaluate("to => localStorage.setItem('helpdesk.language', to)", language)
        await page.reload()
        await expect(page.locator(".tabbar .clip")).to_have_count(3)
        assert await page.evaluate(CUT_OFF) == []
