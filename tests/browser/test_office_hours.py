"""A supervisor sets hours and texts, and a customer who writes outside of them is told so."""

import re

from playwright.async_api import Page, expect

from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"
EVERY_DAY = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


async def set_hours(page: Page) -> None:
    """Open for a minute a week, and on a holiday not at all."""
    hours = page.get_by_role("region", name="Hours")
    await expect(hours.get_by_text("Always open.")).to_be_visible()
    await hours.get_by_role("button", name="Add hours").click()
    window = hours.get_by_role("group", name="Hours 1")
    for day in EVERY_DAY[1:5]:
        await window.get_by_role("button", name=day).click()
    await window.get_by_label("Opens").fill("03:00")
    await window.get_by_label("Closes").fill("02:00")
    await expect(window.get_by_text("Until 02:00 of the next day.")).to_be_visible()
    await window.get_by_label("Closes").fill("03:01")
    await hours.get_by_label("Holidays").fill("2030-12-25")
    await hours.get_by_role("button", name="Add", exact=True).click()
    await hours.get_by_label("Time zone").select_option("Asia/Makassar")


async def set_texts(page: Page) -> None:
    """Write a text, half by the button, and see how it will look."""
    texts = page.get_by_role("region", name="Messages to customers")
    outside = texts.get_by_role("textbox", name="Outside the hours")
    await outside.fill("We are closed, ")
    await outside.press("End")
    await texts.get_by_role("button", name="Value").nth(2).click()
    await page.get_by_role("menuitem", name="Name of the customer").click()
    await expect(texts.get_by_role("group", name="Preview")).to_have_text("We are closed, Nadia")


async def test_a_customer_outside_of_the_hours_is_told_so_and_the_agent_sees_it(
    office: Office, stage: Stage
) -> None:
    await office.furnish("Ani")
    sari = await stage.supervisor(office)
    page = sari.page
    await sari.open(f"/app/divisions/{office.division['id']}")
    await page.get_by_label("No first reply, in minutes").fill("15")
    await page.get_by_role("switch", name="Show the agent\u2019s name").click()
    await set_hours(page)
    await set_texts(page)
    await page.get_by_role("button", name="Save division").click()
    await expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("25 Dec 2030")).to_be_visible()
    await expect(page.get_by_label("Time zone")).to_have_value("Asia/Makassar")
    await expect(page.get_by_label("No first reply, in minutes")).to_have_value("15")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Are you there?")
    await ani.choose(NADIA)
    await expect(ani.thread(NADIA).get_by_text("Automatic message")).to_be_visible()
    await expect(ani.thread(NADIA).get_by_text(f"We are closed, {NADIA}")).to_be_visible()
    await ani.reply(NADIA, "I am")
    phone = await stage.handset(office)
    await phone.be(NADIA)
    await expect(phone.line("I am")).to_contain_text("Ani")
