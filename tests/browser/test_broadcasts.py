"""A supervisor sends one text to many, watches it, stops it, and looks after single messages."""

import re
from datetime import timedelta

from playwright.async_api import Page, expect

from helpdesk import clock
from tests.browser.office import Office
from tests.browser.stage import PHONE, Stage

LINES = "0812 5550 0001,Ani\n0812 5550 0002,Budi\n12\n+62 812 5550 0001,Ani"
NADIA = "Nadia Rahmawati"


async def write_broadcast(page: Page) -> None:
    """Write one to two numbers, a minute apart, and leave the line out that is no number."""
    await page.get_by_role("navigation").get_by_role("link", name="Broadcasts").click()
    await expect(page.get_by_text("No broadcast was sent yet.")).to_be_visible()
    await page.get_by_role("link", name="New broadcast").first.click()
    await page.get_by_role("textbox", name="Numbers").fill(LINES)
    await page.get_by_role("textbox", name="Text").fill("Hi {name}, we open at 9.")
    for name in ("Shortest pause, seconds", "Longest pause, seconds"):
        await page.get_by_role("spinbutton", name=name).fill("60")
    outcome = page.get_by_role("complementary")
    await expect(outcome).to_contain_text("2 messages · takes about 60 seconds")
    await expect(outcome).to_contain_text("1 repeated number is left out.")
    await expect(outcome).to_contain_text("Hi Budi, we open at 9.")
    await page.get_by_role("radio", name="Later").check()
    await page.get_by_role("button", name="Review…").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("radio", name="Now").check()
    await page.get_by_role("checkbox", name="Leave these lines out").check()
    await page.get_by_role("button", name="Review…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("2 messages are sent by Kopi Senja.")
    await dialog.get_by_role("button", name="Send 2 messages").click()


async def test_a_broadcast_is_checked_sent_stopped_and_its_messages_looked_after(
    stage: Stage, office: Office
) -> None:
    await office.furnish()
    desk = await stage.supervisor(office)
    page = desk.page
    await desk.open("/app/setup")
    await write_broadcast(page)
    progress = page.get_by_role("region", name="Progress")
    await expect(progress).to_contain_text("1 sent")
    await expect(progress).to_contain_text("1 waiting")
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Resume").click()
    await expect(page.get_by_text("Running", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Cancel…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Keep it running").click()
    await page.get_by_role("button", name="Cancel…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel the broadcast").click()
    await expect(progress).to_contain_text("1 taken back")
    await page.get_by_role("navigation").get_by_role("link", name="All messages").click()
    row = page.get_by_role("row", name="Hi Budi")
    await expect(row).to_contain_text("Taken back")
    await page.get_by_role("searchbox", name="Search messages").fill("5550 0002")
    await expect(page.get_by_role("row", name="Hi Ani")).to_have_count(0)
    again = row.get_by_role("button", name="Send the message to Budi again")
    dialog = page.get_by_role("dialog", name="Send it again?")
    await again.click()
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(row).to_contain_text("Taken back")
    await again.click()
    await dialog.get_by_role("button", name="Send again").click()
    await expect(row.get_by_text(re.compile("^(Sent|Delivered|Read)$"))).to_be_visible()


async def test_on_a_phone_the_filters_of_all_messages_are_folded(
    stage: Stage, office: Office
) -> None:
    await office.furnish()
    await office.write(NADIA, "Hello")
    desk = await stage.supervisor(office, viewport=PHONE)
    await desk.open("/app/history")
    await expect(desk.page.get_by_role("row", name="Hello")).to_be_visible()
    direction = desk.page.get_by_label("Direction")
    await expect(direction).to_be_hidden()
    await desk.button("Filter").click()
    await direction.select_option("Outgoing")
    await desk.button("Filter").click()
    await expect(direction).to_be_hidden()
    await expect(desk.page.get_by_text("No message fits.")).to_be_visible()


async def test_what_waits_is_put_to_another_time_from_the_list(
    stage: Stage, office: Office
) -> None:
    await office.furnish()
    at = clock.now() + timedelta(days=30)
    later = {"lines": "0812 5550 0003,Cici", "starts_at": at.isoformat()}
    await office.make("broadcasts", device_id=office.device["id"], text="Happy new year", **later)
    desk = await stage.supervisor(office)
    page = desk.page
    await desk.open("/app/history")
    row = page.get_by_role("row", name="Happy new year")
    await expect(row).to_contain_text("Waiting")
    await row.get_by_role("button", name="Reschedule the message to Cici").click()
    dialog = page.get_by_role("dialog", name="Send at another time")
    await dialog.get_by_label("New time").fill("2020-01-01T00:00:07")
    await dialog.get_by_role("button", name="Reschedule").click()
    await expect(row.get_by_text(re.compile("^(Sent|Delivered|Read)$"))).to_be_visible()


async def test_trying_a_refused_answer_again_sends_the_very_same_message(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Hello")
    await office.until_owned(NADIA)
    await office.call(
        "PATCH", f"/simulated/devices/{office.device['id']}", json={"refuse_next": True}
    )
    thread = await ani.choose(NADIA)
    await ani.reply(NADIA, "We open at 9")
    await thread.get_by_role("button", name="Try again").click()
    await expect(thread.get_by_role("button", name="Try again")).to_have_count(0)
    await expect(ani.line(NADIA, "We open at 9")).to_have_count(1)
    assert await office.lines(NADIA) == ["Hello", "We open at 9"]
