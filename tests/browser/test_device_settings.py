"""A supervisor sets how a device takes what comes in, and customers see what comes of it."""

import re
from datetime import timedelta

import httpx
from playwright.async_api import expect

from helpdesk import clock
from helpdesk.demo import PRICE_LIST
from tests.browser.handset import expect_shown
from tests.browser.office import CUSTOMERS, Office
from tests.browser.stage import Stage
from tests.served import TRUST

NADIA, OSKAR = "Nadia Rahmawati", "Oskar Lindqvist"
SAVED = re.compile("^Saved")


async def send(office: Office, message: str, **more: str) -> None:
    """Send to a customer as a program of Fonnte's does."""
    headers = {"Authorization": office.device["token"]}
    form = {"target": CUSTOMERS[NADIA], "message": message} | more
    async with httpx.AsyncClient(base_url=office.process.url, verify=TRUST) as client:
        answer = await client.post("/send", headers=headers, data=form)
    assert answer.json()["status"] is True, answer.text


async def test_files_of_customers_are_passed_on_to_the_number_that_the_form_names(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect("status of 422")
    await office.furnish()
    desk = await stage.supervisor(office)
    page = desk.page
    await desk.open(f"/app/devices/{office.device['id']}")
    target = page.get_by_role("textbox", name="Pass files on to")
    await target.fill(office.device["number"])
    await desk.button("Save device").click()
    await expect(page.get_by_text("Give another number than the device's own")).to_be_visible()
    await target.fill(CUSTOMERS[OSKAR])
    await page.get_by_role("switch", name="Silent reading").click()
    await desk.button("Save device").click()
    await expect(page.get_by_text(SAVED).first).to_be_visible()
    phone = await stage.handset(office)
    await phone.send_picture(NADIA, PRICE_LIST)
    await phone.be(OSKAR)
    line = phone.line(f"{NADIA} {CUSTOMERS[NADIA]}")
    await expect_shown(line.get_by_role("img").first)


async def test_trying_an_autoreply_says_what_silences_the_device(
    stage: Stage, office: Office
) -> None:
    await office.furnish()
    fields = {"device_id": office.device["id"], "name": "All", "kind": "default", "text": "Soon."}
    await office.make("autoreplies", **fields)
    desk = await stage.supervisor(office)
    page = desk.page
    await desk.open(f"/app/devices/{office.device['id']}")
    await page.get_by_label("Answers by itself").select_option("A flow")
    await expect(page.get_by_text("There are no spreadsheets and flows here")).to_be_visible()
    await desk.button("Save device").click()
    await expect(page.get_by_text(SAVED).first).to_be_visible()
    await desk.open("/app/autoreplies")
    await page.get_by_label("Try it").fill("Hello")
    silenced = page.get_by_text("Kopi Senja says nothing by itself: a spreadsheet or a flow")
    await expect(silenced).to_be_visible()
    tried = page.get_by_role("complementary").get_by_role("listitem").filter(has_text="All")
    await expect(tried).to_contain_text("left to the program")


async def test_a_package_that_runs_out_is_told_on_the_page_of_devices_until_it_is_renewed(
    stage: Stage, office: Office
) -> None:
    await office.furnish()
    desk = await stage.supervisor(office)
    page = desk.page
    await desk.open("/app/devices")
    path = f"/devices/{office.device['id']}"
    ends = (clock.now() + timedelta(seconds=1)).isoformat()
    await office.call("PATCH", path, json={"package": "regular", "expires_at": ends})
    notice = page.get_by_text("The package of Kopi Senja ran out.")
    await expect(notice).to_be_visible(timeout=15_000)
    await office.call("PATCH", path, json={"expires_at": None})
    await expect(notice).to_have_count(0)


async def test_the_phone_shows_where_a_link_leads_unless_the_sender_wants_no_preview(
    stage: Stage, office: Office
) -> None:
    await office.furnish()
    phone = await stage.handset(office)
    await send(office, "Our prices: https://shop.example/prices")
    await send(office, "No card: https://shop.example/plain", preview="false")
    await phone.be(NADIA)
    preview = phone.page.get_by_title("Open the link")
    await expect(phone.line("No card")).to_be_visible()
    await expect(preview).to_have_count(1)
    await expect(preview).to_contain_text("shop.example")
    await expect(preview).to_have_attribute("href", "https://shop.example/prices")


async def test_programs_get_ids_as_texts_where_the_settings_say_so(
    stage: Stage, office: Office
) -> None:
    await office.furnish()
    desk = await stage.supervisor(office)
    await desk.open("/app/settings")
    await desk.page.get_by_role("switch", name="Ids as text").click()
    await desk.button("Save settings").click()
    await expect(desk.page.get_by_text(SAVED).first).to_be_visible()
    assert (await office.call("GET", "/account"))["ids_as_text"] is True
