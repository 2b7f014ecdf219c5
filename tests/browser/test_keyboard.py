"""An agent's whole day by the keyboard: no test here touches a mouse."""

import asyncio
import re

from playwright.async_api import Page, Route, expect

from tests.browser.desk import Desk
from tests.browser.network import hold_back
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


async def before_its_dialogs(
    stage: Stage, office: Office
) -> tuple[Desk, asyncio.Event, asyncio.Event]:
    """Nadia's conversation is open; labels and snooze are loaded once their event is set."""
    await office.make("labels", name="VIP")
    context = await stage.context()
    labels = await hold_back(context, "LabelPicker")
    snooze = await hold_back(context, "SnoozeDialog")
    ani = await stage.serving(office, NADIA, "My address", context)
    await ani.choose(NADIA)
    return ani, labels, snooze


async def test_keys_pressed_before_their_dialog_is_loaded_are_the_dialogs(
    stage: Stage, office: Office
) -> None:
    ani, labels, snooze = await before_its_dialogs(stage, office)
    await press(ani.page, "l", "V", "I", "P", "Enter")
    labels.set()
    await expect(ani.row(NADIA).get_by_text("VIP")).to_be_visible()
    await press(ani.page, "s", "1")
    snooze.set()
    await expect(ani.page.get_by_text(f"{NADIA} snoozed until")).to_be_visible()


async def test_what_only_a_browser_can_press_ends_the_keys_that_were_held(
    stage: Stage, office: Office
) -> None:
    ani, labels, snooze = await before_its_dialogs(stage, office)
    await press(ani.page, "l", "V", "X", "Backspace", "I", "P")
    labels.set()
    picker = ani.page.get_by_role("dialog").get_by_role("combobox")
    await expect(picker).to_have_value("VIP")
    await press(ani.page, "Escape", "s", "Tab", "Enter")
    snooze.set()
    dialog = ani.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await press(ani.page, "Tab")
    await expect(dialog.locator(":focus")).to_be_visible()
    await expect(ani.page.get_by_text("snoozed until")).to_have_count(0)


async def test_keys_are_not_held_for_a_dialog_that_is_not_wanted_any_more(
    stage: Stage, office: Office
) -> None:
    context = await stage.context()
    may_load = await hold_back(context, "CommandPalette")
    ani = await stage.serving(office, NADIA, "My address", context)
    await ani.choose(NADIA)
    await ani.field(NADIA).focus()
    await press(ani.page, "Control+k", "Control+k")
    await ani.page.keyboard.type("On its way")
    await expect(ani.field(NADIA)).to_have_value("On its way")
    may_load.set()
    await press(ani.page, "Control+k")
    await expect(ani.page.get_by_role("dialog")).to_be_visible()
    await press(ani.page, "Escape")
    await expect(ani.field(NADIA)).to_be_focused()


async def test_a_dialog_that_could_not_be_loaded_is_told_of_and_comes_with_a_reload(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect(r"net::ERR_", r"Failed to fetch dynamically imported module")
    context = await stage.context()
    part = re.compile(r"/assets/SnoozeDialog-.*\.js")
    await context.route(part, lambda route: route.abort())
    ani = await stage.serving(office, NADIA, "My address", context)
    await ani.choose(NADIA)
    await press(ani.page, "s")
    await expect(ani.page.get_by_text("could not be loaded")).to_be_visible()
    await context.unroute(part)
    await ani.button("Reload").click()
    await ani.until_live()
    await press(ani.page, "s", "1")
    await expect(ani.page.get_by_text(f"{NADIA} snoozed until")).to_be_visible()


async def test_a_reply_goes_out_before_its_conversation_is_resolved(
    stage: Stage, office: Office
) -> None:
    ani = await stage.serving(office, NADIA, "Is it there?")
    await ani.choose(NADIA)
    goes = asyncio.Event()

    async def hold(route: Route) -> None:
        await (goes.wait() if route.request.method == "POST" else asyncio.sleep(0))
        await route.continue_()

    await ani.page.route("**/messages", hold)
    await ani.field(NADIA).fill("It is there.")
    await press(ani.page, "Enter", "Escape", "e")
    await asyncio.sleep(0.5)  # a request that does not wait has overtaken it by then
    goes.set()
    await expect(ani.page.get_by_text(f"{NADIA} resolved")).to_be_visible()
    await expect(ani.line(NADIA, "It is there.")).to_have_count(1)
    await expect(ani.thread(NADIA).get_by_role("img", name="sent")).to_have_count(1)


async def palette(desk: Desk, words: str) -> None:
    """Find a command by its words, and run it."""
    await press(desk.page, "Control+k")
    await expect(desk.page.get_by_role("dialog")).to_be_visible()
    await desk.page.keyboard.type(words)
    await expect(desk.page.get_by_role("option").first).to_contain_text(words)
    await press(desk.page, "Enter")


async def test_the_rest_of_the_day_without_a_mouse(stage: Stage, office: Office) -> None:
    await office.furnish("Ani")
    await office.make("labels", name="VIP")
    desk = await sign_in(stage, office)
    page = desk.page
    await office.write(NADIA, "My address")
    await office.until_owned(NADIA)
    [ani] = (await office.call("GET", "/agents"))["items"]
    await office.call("PATCH", f"/agents/{ani['id']}", json={"limit": 0})
    await office.write(YUSUF, "Hello")
    await expect(desk.row(NADIA)).to_be_visible()
    await press(page, "j")
    await expect(desk.line(NADIA, "My address")).to_be_visible()
    await press(page, "n")
    await page.keyboard.type("A friend")
    await press(page, "Enter")
    await expect(desk.thread(NADIA).get_by_text("A friend")).to_be_visible()
    await press(page, "Escape", "l")
    await page.keyboard.type("VIP")
    await press(page, "Enter")
    await expect(page.get_by_text("VIP").first).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(desk.thread(NADIA)).to_be_focused()
    await press(page, "ArrowUp", "ArrowUp")
    await expect(desk.line(NADIA, "My address").locator(".bub")).to_be_focused()
    await press(page, "?")
    await expect(page.get_by_role("dialog", name="All keys")).to_be_visible()
    await press(page, "Escape")
    await palette(desk, "Send with Ctrl+Enter")
    await press(page, "r")
    await page.keyboard.type("One")
    await press(page, "Enter")
    await page.keyboard.type("Two")
    await expect(desk.field(NADIA)).to_have_value("One\nTwo")
    await press(page, "Control+Enter")
    await expect(desk.line(NADIA, "Two")).to_have_count(1)
    await press(page, "Escape", "s", "1")
    await expect(page.get_by_text(f"{NADIA} snoozed until")).to_be_visible()
    await press(page, "g", "w")
    await expect(desk.row(YUSUF)).to_be_visible()
    await press(page, "j")
    await expect(desk.thread(YUSUF)).to_be_visible()
    await press(page, "t")
    assert await office.until_owned(YUSUF) == "Ani"
    await palette(desk, "Forward")
    await expect(page.get_by_role("dialog", name="Forward")).to_be_visible()
    await press(page, "Escape", "Control+f")
    await page.keyboard.type("Nadia")
    await expect(desk.row(NADIA)).to_be_visible()
    assert await page.evaluate("sessionStorage.getItem('pointed')") is None


async def test_all_keys_are_shown_on_a_supervisors_page(stage: Stage, office: Office) -> None:
    owner = await stage.supervisor(office)
    await owner.open("/app/devices")
    await owner.page.get_by_role("heading", name="Devices").first.wait_for()
    await press(owner.page, "?")
    sheet = owner.page.get_by_role("dialog", name="All keys")
    await expect(sheet.get_by_text("Next conversation")).to_be_visible()
