"""A supervisor makes everything from nothing, and a customer is answered."""

import re

from playwright.async_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.handset import Handset
from tests.browser.office import CUSTOMERS, NUMBERS, PASSWORD, Office
from tests.browser.stage import PHONE, Stage

NADIA = "Nadia Rahmawati"


async def sign_in(page: Page, office: Office) -> None:
    """Sign in as the owner would, from the agents' page."""
    await page.goto("/app/")
    await page.get_by_role("button", name="Supervisor? Sign in with e-mail").click()
    await page.get_by_label("E-mail address").fill(office.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("heading", name="0 of 5")).to_be_visible()


async def step(page: Page, name: str) -> None:
    """Follow the checklist's link."""
    await page.get_by_role("link", name="Set-up checklist").click()
    await page.get_by_role("main").get_by_role("link", name=name, exact=True).click()


async def add_device(page: Page) -> None:
    await step(page, "Add a device")
    await expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    await page.get_by_role("textbox", name="Name").fill("Kopi Senja")
    await page.get_by_label("Number", exact=True).fill(str(next(NUMBERS)))
    await page.get_by_role("radio", name="Simulated").click()
    await page.get_by_role("button", name="Test connection").click()
    await expect(page.get_by_text("It works.")).to_be_visible()
    await page.get_by_role("button", name="Save device").click()
    await expect(page.get_by_text("Kopi Senja was added.")).to_be_visible()


async def add_division(page: Page) -> None:
    await step(page, "Make a division")
    await page.get_by_role("textbox", name="Name").fill("Sales")
    await page.get_by_role("radio", name="Full").click()
    await page.get_by_role("button", name="Save division").click()
    await expect(page.get_by_role("link", name="Sales")).to_be_visible()
    await expect(page.get_by_role("heading", name="Divisions")).to_be_focused()


async def add_agent(page: Page) -> str:
    """Make an agent; return the link that is shown once."""
    await step(page, "Add an agent")
    await page.get_by_role("textbox", name="Name").fill("Ani")
    await page.get_by_role("button", name="Save agent").click()
    shown = page.get_by_role("dialog", name="Token of Ani")
    await expect(shown.get_by_role("img", name="QR code that signs Ani in")).to_be_visible()
    link = await shown.get_by_text(re.compile("^http.*/app/sign-in#")).inner_text()
    await shown.get_by_role("button", name="Done").click()
    await expect(shown.get_by_text("You have not copied or printed it.")).to_be_visible()
    await shown.get_by_role("button", name="Close anyway").click()
    await expect(shown).to_be_hidden()
    return link


async def add_template(page: Page) -> None:
    await step(page, "Write a template")
    await page.get_by_role("textbox", name="Name", exact=True).fill("Price")
    await page.get_by_role("textbox", name="Shortcut", exact=True).fill("price")
    await page.get_by_role("textbox", name="Text", exact=True).fill("A cup is {?amount}.")
    await page.get_by_role("button", name="Save template").click()
    await expect(page.get_by_text("Price was added.").first).to_be_visible()


async def add_rule(page: Page) -> None:
    """Make a rule, and try it."""
    await page.get_by_role("navigation").get_by_role("link", name="Routing rules").click()
    await page.get_by_role("link", name="New rule").click()
    dialog = page.get_by_role("dialog", name="New rule")
    await dialog.get_by_label("Words").fill("price, harga")
    await dialog.get_by_label("Goes to").select_option("Sales")
    await dialog.get_by_role("button", name="Save rule").click()
    await expect(dialog).to_be_hidden()
    await page.get_by_label("Try it").fill("What is the price?")
    tried = page.get_by_role("complementary").get_by_role("status")
    await expect(tried).to_contain_text("wins")
    await expect(tried).to_contain_text("Sales")


async def sign_in_by_link(stage: Stage, link: str) -> Desk:
    """Open an agent's link in another browser."""
    page = await stage.page()
    await page.goto(link)
    await expect(page).to_have_url(re.compile("/app/sign-in$"))  # the token left the address
    await page.get_by_role("button", name="Sign in", exact=True).click()
    desk = Desk(page, "Ani")
    await desk.until_live()
    return desk


async def test_from_nothing_to_an_answered_customer(stage: Stage, office: Office) -> None:
    page = await stage.page()
    await sign_in(page, office)
    await add_device(page)
    await add_division(page)
    link = await add_agent(page)
    await add_template(page)
    await add_rule(page)
    ani = await sign_in_by_link(stage, link)
    await page.get_by_role("link", name="Set-up checklist").click()
    await expect(page.get_by_role("heading", name="4 of 5")).to_be_visible()
    async with page.expect_popup() as opened:
        await page.get_by_role("link", name="Simulated phone").click()
    phone = Handset(await opened.value)
    await phone.write(NADIA, "What is the price?")
    await ani.choose(NADIA)
    await ani.reply(NADIA, "Ten thousand")
    await expect(phone.line("Ten thousand")).to_be_visible()
    await expect(page.get_by_role("heading", name="All done.")).to_be_visible()
    await expect(page.get_by_label("Done", exact=True)).to_have_count(5)


async def test_the_keyboard_is_left_somewhere_after_dialogs(stage: Stage, office: Office) -> None:
    await office.furnish("Ani")
    place = {"device_id": office.device["id"], "division_id": office.division["id"]}
    for word in ("price", "harga"):
        condition = {"type": "text_contains", "words": [word]}
        await office.make("rules", name=word, condition=condition, **place)
    desk = await stage.supervisor(office)
    await desk.open("/app/rules")
    more = desk.button("More for rule 1")
    await more.press("Enter")
    await desk.page.get_by_role("menuitem", name="Delete rule").click()
    await desk.page.get_by_role("dialog").press("Escape")
    await expect(more).to_be_focused()
    await desk.open("/app/agents")
    await desk.page.get_by_role("link", name="Ani").last.click()
    rotate = desk.button("Rotate token…")
    await rotate.click()
    await desk.button("Rotate token", exact=True).click()
    await desk.button("Done").click()
    await desk.button("Close anyway").click()
    await expect(rotate).to_be_focused()


async def test_a_device_on_which_agents_depend_stays(stage: Stage, office: Office) -> None:
    await office.furnish("Ani")
    desk = await stage.supervisor(office)
    await desk.open(f"/app/devices/{office.device['id']}")
    await desk.button("Delete device…").click()
    dialog = desk.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("1 agent signs in by it")
    await expect(dialog.get_by_role("button", name="Delete device")).to_have_count(0)


async def test_what_others_need_is_deleted_once_they_have_something_else(
    stage: Stage, office: Office
) -> None:
    # a page may ask for the turns of a division in the moment in which it is deleted
    stage.watch.expect(r"status of 404 .*/turns")
    await office.furnish("Ani")
    label = await office.make("labels", name="VIP")
    condition = {"type": "contact_label", "label_ids": [label["id"]]}
    place = {"device_id": office.device["id"], "division_id": office.division["id"]}
    await office.make("rules", name="VIPs", condition=condition, **place)
    desk = await stage.supervisor(office)
    dialog = desk.page.get_by_role("dialog")
    await desk.open("/app/labels")
    await desk.button("Delete label VIP").click()
    await expect(dialog).to_contain_text("It is named in 1 rule")
    await expect(dialog.get_by_role("button", name="Delete label")).to_have_count(0)
    await desk.open(f"/app/divisions/{office.division['id']}")
    await desk.button("Delete division…").click()
    delete = dialog.get_by_role("button", name="Delete division")
    await expect(dialog).to_contain_text("there is none: add one first")
    await expect(delete).to_have_count(0)
    await office.make("divisions", name="Support")
    await expect(delete).to_be_disabled()
    await dialog.get_by_label("Who gets them").select_option("Support")
    await delete.click()
    await expect(desk.page.get_by_role("link", name="Support")).to_be_visible()
    await expect(desk.page.get_by_text("Sales was deleted.")).to_be_visible()


async def test_rules_are_tried_at_a_time_of_the_accounts_zone(stage: Stage, office: Office) -> None:
    await office.furnish()
    desk = await stage.supervisor(office, timezone_id="America/New_York")
    page = desk.page
    await desk.open("/app/settings")
    zone = page.get_by_label("Time zone")
    await expect(zone).to_have_value("Asia/Jakarta")
    await zone.select_option("Asia/Tokyo")
    await page.get_by_role("button", name="Save settings").click()
    await expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    await desk.open("/app/rules")
    await page.get_by_label("Try it").fill("Hello")
    async with page.expect_request(
        lambda request: "rules/try" in request.url and "at" in (request.post_data_json or {})
    ) as asked:
        await page.get_by_label("At, in Asia/Tokyo (empty: now)").fill("2026-11-26T08:00")
    body = (await asked.value).post_data_json
    assert body["at"] == "2026-11-25T23:00:00.000Z"


async def test_every_turn_of_independent_draws_can_be_opened_also_on_a_phone(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    division = f"/divisions/{office.division['id']}"
    await office.call("PATCH", division, json={"rotation": "partial"})
    await stage.agent(office, "Ani")
    for customer in CUSTOMERS:
        await office.write(customer, "Hello")
        await office.until_owned(customer)
    desk = await stage.supervisor(office, viewport=PHONE)
    page = desk.page
    await desk.open(f"/app/turns/{office.division['id']}")
    await expect(page.get_by_text("Turn 3", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Older turn").click()
    await page.get_by_role("button", name="Older turn").click()
    await expect(page.get_by_text("Turn 1", exact=True)).to_be_visible()
    await expect(page.get_by_text("3 of 3 turns of Ani")).to_be_visible()
    await page.get_by_label("Time", exact=True).select_option("Last 30 days")
    await expect(page.get_by_text("Share of turns, 30 days")).to_be_visible()


async def test_an_answer_that_never_comes_loses_nothing(stage: Stage, office: Office) -> None:
    stage.watch.expect("net::ERR_FAILED")
    await office.furnish()
    desk = await stage.supervisor(office)
    await desk.open(f"/app/divisions/{office.division['id']}")
    name = desk.page.get_by_role("textbox", name="Name")
    await name.fill("Orders")
    await desk.page.route("**/api/v1/divisions/*", lambda route: route.abort())
    await desk.button("Save division").click()
    await expect(desk.page.get_by_text("No answer from the server.")).to_be_visible()
    await expect(name).to_have_value("Orders")
    await desk.page.unroute("**/api/v1/divisions/*")
    await desk.button("Save division").click()
    await expect(desk.page.get_by_role("heading", name="Orders")).to_be_visible()
