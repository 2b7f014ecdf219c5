"""A supervisor has another program told of what happens, and sees what became of it."""

import json
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.fake_fonnte import FakeFonnte, Reply


@pytest.fixture
async def receiver() -> AsyncIterator[FakeFonnte]:
    async with FakeFonnte() as receiver:
        yield receiver


async def make_webhook(page: Page, url: str) -> str:
    """Make a webhook of incoming messages, its address wrong at first; its secret."""
    await page.get_by_role("navigation").get_by_role("link", name="Webhooks").click()
    await page.get_by_role("link", name="New webhook").first.click()
    address = page.get_by_label("Address")
    await address.fill("http://10.0.0.1/hook")
    await page.get_by_role("button", name="Save webhook").click()
    await expect(address).to_have_attribute("aria-invalid", "true")
    await address.fill(url)
    events = page.get_by_role("group", name="Events")
    await events.get_by_role("button", name="Event", exact=True).click()
    await page.get_by_role("menuitem", name="message.received").click()
    await page.get_by_role("button", name="Save webhook").click()
    secret = page.get_by_label("Secret", exact=True)
    await expect(secret).to_have_text(re.compile("^whsec_"))
    return await secret.inner_text()


async def test_a_webhook_is_set_up_tried_and_its_log_read(
    stage: Stage, office: Office, receiver: FakeFonnte
) -> None:
    stage.watch.expect("status of 422")
    await office.furnish()
    desk = await stage.supervisor(office)
    page = desk.page
    await desk.open("/app/setup")
    secret = await make_webhook(page, f"{receiver.base_url}/hook?key=1")
    await page.get_by_role("button", name="Send a ping").click()
    await expect(page.get_by_text("Delivered", exact=True)).to_be_visible()
    assert json.loads(receiver.received[0].body)["type"] == "ping"
    await page.reload()
    await expect(page.get_by_text(secret)).to_have_count(0)
    receiver.then(Reply(status=503))
    await page.get_by_role("button", name="Send a ping").click()
    await expect(page.get_by_text("The address answered 503.")).to_be_visible()
    await page.get_by_role("link", name="Deliveries").click()
    failed = page.get_by_role("row", name="Given up")
    await failed.get_by_role("button", name=re.compile("^Send ping")).click()
    await expect(page.get_by_role("row", name="Delivered")).to_have_count(2)
    await office.write("Nadia Rahmawati", "Hello")
    await expect(page.get_by_role("row", name="message.received")).to_contain_text("Delivered")
    await page.get_by_role("navigation").get_by_role("link", name="Webhooks").click()
    row = page.get_by_role("row", name="/hook")
    await expect(row).to_contain_text("Delivered")
    await expect(page.get_by_text("key=1")).to_have_count(0)
    await row.get_by_role("link").click()
    await desk.button("Delete webhook…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete webhook").click()
    await expect(page.get_by_text("There are no webhooks yet.")).to_be_visible()


async def test_a_devices_form_has_its_addresses_and_switches(
    stage: Stage, office: Office, receiver: FakeFonnte
) -> None:
    await office.furnish()
    desk = await stage.supervisor(office)
    page = desk.page
    await desk.open(f"/app/devices/{office.device['id']}")
    await page.get_by_role("textbox", name="Incoming messages").fill(f"{receiver.base_url}/in")
    await page.get_by_role("textbox", name="Secret key").fill("s3")
    await page.get_by_role("switch", name="Inbox numbers").click()
    await page.get_by_role("button", name="Save device").click()
    await expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    await office.write("Nadia Rahmawati", "Hello")
    await receiver.wait_for(1)
    body = json.loads(receiver.received[0].body)
    assert (body["message"], body["secret"], body["inboxid"] > 0) == ("Hello", "s3", True)
    await expect(page.get_by_role("textbox", name="Secret key")).to_have_value("")
    await page.get_by_role("switch", name="Send no secret key any more").click()
    await page.get_by_role("button", name="Save device").click()
    await expect(page.get_by_role("switch", name="Send no secret key any more")).to_have_count(0)
    device = await office.call("GET", f"/devices/{office.device['id']}")
    assert (device["has_secret"], device["inbox"]) == (False, True)
    await page.get_by_role("link", name="Deliveries").click()
    await expect(page.get_by_role("row", name="/in")).to_contain_text("messages that come in")
