"""An agent's whole day by the keyboard: no test here touches a mouse."""

from playwright.async_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA, YUSUF = "Nadia Rahmawati", "Yusuf Hakim"
COUNT_POINTERS = """for (const kind of ['pointerdown', 'mousedown', 'touchstart'])
  addEventListener(kind, () => sessionStorage.setItem('pointed', kind), true)"""


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def sign_in(stage: Stage, office: Office) -> Desk:
    """Sign in by typing alone."""
    page = await stage.page()
    await page.add_init_script(COUNT_POINTERS)
    await page.goto("/app/")
    await expect(page.get_by_label("Device number")).to_be_focused()
    await page.keyboard.type(office.device["number"])
    await press(page, "Tab")
    await page.keyboard.type(office.tokens["Ani"])
    await press(page, "Enter")
    desk = Desk(page, "Ani")
    await desk.until_live()
    return desk


async def reply(desk: Desk, customer: str, text: str) -> None:
    """Enter goes to the field, and Enter sends."""
    await press(desk.page, "Enter")
    await expect(desk.field(customer)).to_be_focused()
    await desk.page.keyboard.type(text)
    await press(desk.page, "Enter")
    await expect(desk.line(customer, text)).to_have_count(1)


async def reply_quickly(desk: Desk, customer: str) -> None:
    """A quick reply with its blank filled, from the slash to sending."""
    await desk.page.keyboard.type("/sent")
    options = desk.page.get_by_role("dialog", name="Quick replies").get_by_role("option")
    await expect(options).to_have_count(1)
    await press(desk.page, "Tab")
    await desk.page.keyboard.type("4711")
    await press(desk.page, "Enter")
    await expect(desk.field(customer)).to_have_value("Order 4711 is on its way.")
    await press(desk.page, "Enter")
    await expect(desk.line(customer, "Order 4711 is on its way.")).to_have_count(1)


async def test_a_day_without_a_mouse(stage: Stage, office: Office) -> None:
    await office.furnish("Ani", "Budi")
    await office.add_template("On its way", "sent", "Order {?number} is on its way.")
    desk = await sign_in(stage, office)
    for customer in (NADIA, YUSUF):
        await office.write(customer, "Hello")
        await expect(desk.row(customer)).to_be_visible()
    await press(desk.page, "j")
    await expect(desk.line(NADIA, "Hello")).to_be_visible()
    await reply(desk, NADIA, "Good day")
    await reply_quickly(desk, NADIA)
    await press(desk.page, "Escape", "e")
    await expect(desk.page.get_by_text(f"{NADIA} resolved")).to_be_visible()
    await press(desk.page, "j")
    await expect(desk.thread(YUSUF)).to_be_visible()
    await press(desk.page, "f")
    await expect(desk.page.get_by_role("dialog", name="Transfer the conversation")).to_be_visible()
    await desk.page.keyboard.type("Budi")
    await press(desk.page, "Enter")
    await expect(desk.page.get_by_text("Transferred to Budi")).to_be_visible()
    assert await office.until_owned(YUSUF, by=["Budi"]) == "Budi"
    assert await desk.page.evaluate("sessionStorage.getItem('pointed')") is None
