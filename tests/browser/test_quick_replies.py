"""Quick replies: found by typing, filled in, sent with what they carry; counted; carried over."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.handset import expect_shown
from tests.browser.network import hold_back
from tests.browser.office import Office, open_office
from tests.browser.stage import DESKTOP, PHONE, Stage

NADIA = "Nadia Rahmawati"


async def test_quick_reply_with_a_blank_and_a_picture_arrives_as_it_was_filled(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    text = "Order {?order number} of {contact.name} is on its way."
    await office.add_template("On its way", "sent", text, media_id=await office.upload())
    await office.add_template("Thanks", "bye", "Thank you, {contact.name}!")
    ani, phone = await stage.agent(office, "Ani"), await stage.handset(office)
    await phone.write(NADIA, "Where is my order?")
    await ani.choose(NADIA)
    await ani.field(NADIA).press_sequentially("/way")
    replies = ani.page.get_by_role("dialog", name="Quick replies")
    await expect(replies.get_by_role("option")).to_have_count(1)
    await replies.get_by_role("textbox", name="order number").fill("4711")
    await replies.get_by_role("button", name="Insert").click()
    filled = "Order 4711 of Nadia Rahmawati is on its way."
    await expect(ani.field(NADIA)).to_have_value(filled)
    await ani.button("Send").click()
    await expect(phone.line(filled)).to_be_visible()
    await expect_shown(phone.line(filled).get_by_role("img", name="Picture: price-list.png"))


async def test_quick_reply_asks_for_what_is_not_known_of_the_customer(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    await office.make("fields", name="City", kind="text")
    await office.add_template("Branch", "branch", "Our branch in {contact.City} is open.")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Are you open?")
    await office.until_owned(NADIA)
    await ani.choose(NADIA)
    await ani.field(NADIA).press_sequentially("/branch")
    await ani.field(NADIA).press("Enter")
    city = ani.page.get_by_role("dialog", name="Quick replies").get_by_role("textbox", name="City")
    await expect(city).to_be_focused()
    await city.fill("Bandung")
    await city.press("Enter")
    await expect(ani.field(NADIA)).to_have_value("Our branch in Bandung is open.")


@pytest.mark.parametrize("typed_on", [False, True])
async def test_enter_before_the_quick_replies_are_loaded_is_theirs_unless_one_types_on(
    stage: Stage, office: Office, *, typed_on: bool
) -> None:
    await office.add_template("Branch", "branch", "We are open.")
    context = await stage.context()
    may_load = await hold_back(context, "QuickReplies")
    ani = await stage.serving(office, NADIA, "Are you open?", context)
    await ani.choose(NADIA)
    await ani.field(NADIA).press_sequentially("/bran")
    await ani.field(NADIA).press("Enter")
    if typed_on:
        await ani.field(NADIA).press_sequentially("ch")
    may_load.set()
    shown = ani.page.get_by_role("dialog", name="Quick replies")
    if typed_on:
        await expect(shown.get_by_role("option")).to_have_count(1)
    await expect(ani.field(NADIA)).to_have_value("/branch" if typed_on else "We are open.")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
async def test_while_a_quick_reply_is_chosen_the_last_message_can_be_read(
    stage: Stage, office: Office, viewport: dict[str, int]
) -> None:
    await office.furnish("Ani")
    for number in range(12):
        text = "Our branch in {?city} is open."
        await office.add_template(f"Branch {number}", f"b{number}", text)
    ani = await stage.agent(office, "Ani", viewport=viewport)
    for number in range(12):
        await office.write(NADIA, f"Line {number}")
    await office.write(NADIA, "And now?")
    await office.until_owned(NADIA)
    await ani.choose(NADIA)
    last = ani.line(NADIA, "And now?").locator(".bub")
    await expect(last).to_be_visible()
    await ani.field(NADIA).press_sequentially("/")
    shown = ani.page.get_by_role("dialog", name="Quick replies")
    await expect(shown.get_by_role("button", name="Fill in")).to_be_visible()
    await expect(last).to_be_in_viewport(ratio=1)
    box, above = await last.bounding_box(), await shown.bounding_box()
    assert box
    assert above
    assert box["y"] + box["height"] <= above["y"]
    await ani.field(NADIA).press("Escape")
    await expect(shown).to_have_count(0)
    await expect(last).to_be_in_viewport(ratio=1)
    await expect(ani.button("Go to the newest message")).to_have_count(0)


async def test_a_quick_reply_that_is_used_more_comes_first_for_everybody(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani", "Budi")
    await office.add_template("Aaa", "first", "I am first by name")
    await office.add_template("Thanks", "thanks", "Thank you!")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Is it sent?")
    await ani.choose(NADIA)
    await ani.field(NADIA).press_sequentially("/thanks")
    await ani.field(NADIA).press("Enter")
    await expect(ani.field(NADIA)).to_have_value("Thank you!")
    await ani.field(NADIA).press_sequentially(" Bye")
    await ani.button("Send").click()
    await expect(ani.line(NADIA, "Thank you! Bye")).to_be_visible()
    await ani.field(NADIA).press_sequentially("/")
    replies = ani.page.get_by_role("dialog", name="Quick replies")
    await expect(replies.get_by_role("option").first).to_contain_text("Thanks")
    await expect(replies.get_by_text(re.compile("^Used 1"))).to_be_visible()
    page = (await stage.supervisor(office)).page
    await page.goto("/app/templates")
    items = page.get_by_role("navigation", name="Templates").get_by_role("link")
    await expect(items.first).to_contain_text("Aaa")
    await page.get_by_role("button", name="Most used first").click()
    await expect(items.first).to_contain_text("1 \u00d7")


async def test_templates_go_from_one_account_to_another_as_a_file(
    stage: Stage, office: Office, tmp_path: Path
) -> None:
    await office.furnish()
    where = [office.division["id"]]
    await office.add_template("Prices", "price", "Ours", media_id=await office.upload())
    await office.add_template("Sales only", "sales", "Hi", division_ids=where)
    page = (await stage.supervisor(office)).page
    await page.goto("/app/templates")
    async with page.expect_download() as started:
        await page.get_by_role("button", name="Export").click()
    archive = tmp_path / (await started.value).suggested_filename
    await (await started.value).save_as(archive)
    other = (await stage.supervisor(await open_office(office.process))).page
    await other.goto("/app/templates")
    for said in ("1 added, 1 not taken", "1 as before, 1 not taken"):
        await other.get_by_label("Import", exact=True).last.set_input_files(archive)
        told = other.get_by_role("dialog", name="Import")
        await expect(told.get_by_text(said)).to_be_visible()
        await expect(told.get_by_text("There is no division Sales. Make it first.")).to_be_visible()
        await told.get_by_role("button", name="Close").last.click()
    await other.get_by_role("link", name="Prices").click()
    await expect(other.get_by_text("price-list.png").first).to_be_visible()
