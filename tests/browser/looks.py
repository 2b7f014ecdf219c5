"""Every page of the console and the phone, with something on each, and the ways to look at them."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, expect

from helpdesk.demo import PRICE_LIST
from tests.browser.desk import Desk
from tests.browser.office import CUSTOMERS, Office
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"
THEMES = ("light", "dark")
ON_ITS_WAY = "Order {?order number} of {contact.name} is on its way."


@dataclass(frozen=True)
class Look:
    """A page in some state, ready to be looked at."""

    name: str
    page: Page

    async def turn(self, theme: str) -> None:
        """Show it in this theme, as the switch in the menu does."""
        await self.page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)


async def fill(office: Office) -> None:
    """Put something on every page."""
    await office.furnish("Ani", "Budi")
    await office.add_template("On its way", "way", ON_ITS_WAY, media_id=await office.upload())
    await office.add_template("Thanks", "bye", "Thank you, {contact.name}!")
    condition = {"type": "text_contains", "words": ["price", "harga"]}
    place = {"device_id": office.device["id"], "division_id": office.division["id"]}
    await office.make("rules", name="Prices", condition=condition, **place)


async def talk(office: Office, ani: Desk) -> None:
    """Let every customer write, and Ani answer one of them."""
    for customer in CUSTOMERS:
        await office.write(customer, "What is the *price*, and where is https://example.com?")
        await office.until_owned(customer)
    await ani.choose(NADIA)
    await ani.reply(NADIA, "Ten thousand")
    await expect(ani.line(NADIA, "Ten thousand")).to_be_visible()


async def sign_in_looks(stage: Stage, **options: Any) -> AsyncIterator[Look]:
    """The sign-in page, for agents and for supervisors."""
    page = await stage.page(**options)
    for name, path in (("agent", "/app/"), ("supervisor", "/app/sign-in?as=supervisor")):
        await page.goto(path)
        await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        yield Look(f"sign-in-{name}", page)


async def inbox_looks(stage: Stage, office: Office, **options: Any) -> AsyncIterator[Look]:
    """The inbox with a thread, quick replies, palette, keys, transfer, and an empty one."""
    ani = await stage.agent(office, "Ani", **options)
    yield Look("inbox-nothing-open", ani.page)
    await talk(office, ani)
    yield Look("inbox-thread", ani.page)
    await ani.field(NADIA).press_sequentially("/way")
    await expect(ani.page.get_by_role("dialog", name="Quick replies")).to_be_visible()
    yield Look("inbox-quick-replies", ani.page)
    await ani.field(NADIA).fill("")
    for name, key in (("palette", "Control+k"), ("transfer", "f"), ("all-keys", "?")):
        await ani.field(NADIA).press("Escape")
        await ani.page.keyboard.press(key)
        await expect(ani.page.get_by_role("dialog")).to_be_visible()
        yield Look(f"inbox-{name}", ani.page)
        await ani.page.keyboard.press("Escape")
        await expect(ani.page.get_by_role("dialog")).to_be_hidden()
    await ani.page.keyboard.press("y")
    await expect(ani.page.get_by_role("dialog", name="Why this agent")).to_be_visible()
    yield Look("inbox-why", ani.page)
    await ani.page.keyboard.press("Escape")
    await expect(ani.page.get_by_role("dialog")).to_be_hidden()
    async for look in menu_looks(ani):
        yield look
    for view in ("waiting", "resolved"):
        await ani.open(f"/app/inbox/{view}")
        yield Look(f"inbox-{view}", ani.page)


async def menu_looks(ani: Desk) -> AsyncIterator[Look]:
    """One's own menu and one in the list, open; on a phone the own one stands in a sheet."""
    own = ani.page.get_by_role("navigation").locator(".me")
    if not await own.is_visible():
        await ani.page.get_by_role("link", name="Back to the list").click()
        await ani.page.get_by_role("button", name="More", exact=True).click()
        own = ani.page.get_by_role("dialog").locator(".me")
    for name, button in (("own", own), ("order", ani.button("Longest wait"))):
        await button.click()
        await expect(ani.page.get_by_role("menu")).to_be_visible()
        yield Look(f"inbox-menu-{name}", ani.page)
        await ani.page.keyboard.press("Escape")
        await expect(ani.page.get_by_role("menu")).to_be_hidden()
        if await ani.page.get_by_role("dialog").count():
            await ani.page.keyboard.press("Escape")
            await expect(ani.page.get_by_role("dialog")).to_be_hidden()


async def supervisor_looks(stage: Stage, office: Office, **options: Any) -> AsyncIterator[Look]:
    """Every page of a supervisor, lists, things and forms."""
    desk = await stage.supervisor(office, **options)
    places = ["setup", "settings", "inbox/all"]
    for kind in ("devices", "divisions", "agents", "templates", "rules"):
        items = (await office.call("GET", f"/{kind}"))["items"]
        places += [kind, f"{kind}/new", f"{kind}/{items[0]['id']}"]
    for place in places:
        await desk.open(f"/app/{place}")
        await expect(desk.page.get_by_role("heading").first).to_be_attached()
        yield Look(re.sub(r"/[0-9a-f-]{36}", "/one", place).replace("/", "-"), desk.page)


async def phone_looks(stage: Stage, office: Office, **options: Any) -> AsyncIterator[Look]:
    """The customer's phone with a picture in the chat."""
    phone = await stage.handset(office, **options)
    await expect(phone.page.get_by_role("textbox")).to_be_visible()
    await phone.attach(PRICE_LIST)
    await expect(
        phone.page.get_by_role("img", name="Picture: price-list.png").first
    ).to_be_visible()
    yield Look("phone", phone.page)


async def look_everywhere(
    stage: Stage, office: Office, act: Callable[[Look], Awaitable[None]], **options: Any
) -> None:
    """Do something with every page."""
    for looks in (
        sign_in_looks(stage, **options),
        inbox_looks(stage, office, **options),
        supervisor_looks(stage, office, **options),
        phone_looks(stage, office, **options),
    ):
        async for look in looks:
            await act(look)
