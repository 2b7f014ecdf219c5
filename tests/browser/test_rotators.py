"""A supervisor shares out leads: numbers that take turns, and agents of different weight."""

import re

import httpx
from playwright.async_api import Page, expect

from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.served import TRUST

FIRST, SECOND, THIRD = (f"08120000000{n}" for n in (1, 2, 3))
PASTE = """(input, text) => {
  const clipboardData = new DataTransfer()
  clipboardData.setData('text/plain', text)
  const event = { clipboardData, bubbles: true, cancelable: true }
  input.dispatchEvent(new ClipboardEvent('paste', event))
}"""


async def send(office: Office, target: str, times: int) -> list[str]:
    """Send as a program would, and return which numbers were picked."""
    device = await office.call("GET", f"/devices/{office.device['id']}")
    fields = {"target": ",".join([target] * times), "message": "A new lead"}
    async with httpx.AsyncClient(base_url=office.process.url, verify=TRUST) as client:
        headers = {"Authorization": device["token"]}
        answer = await client.post("/send", data=fields, headers=headers)
    found: list[str] = answer.json()["target"]
    return found


async def make_rotator(page: Page) -> None:
    """Make one, its numbers pasted, one of them wrong at first."""
    await page.get_by_role("navigation").get_by_role("link", name="Rotators").click()
    await page.get_by_role("link", name="New rotator").first.click()
    await page.get_by_role("textbox", name="Name").fill("Leads")
    number = page.get_by_label("Number 1", exact=True)
    await number.evaluate(PASTE, f"{FIRST}\n{SECOND}\n0812")
    await expect(page.get_by_label("Number 2", exact=True)).to_have_value(SECOND)
    await page.get_by_role("button", name="Save rotator").click()
    wrong = page.get_by_label("Number 3", exact=True)
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await wrong.fill(FIRST)
    await page.get_by_role("button", name="Save rotator").click()
    await expect(page.get_by_text("It is on the list already.")).to_be_visible()
    await wrong.fill(THIRD)
    await page.get_by_role("button", name="Save rotator").click()
    await expect(page.get_by_text("Leads was added.").first).to_be_visible()


async def test_numbers_take_turns_as_the_target_of_a_program(stage: Stage, office: Office) -> None:
    stage.watch.expect("status of 422")
    await office.furnish()
    desk = await stage.supervisor(office)
    page = desk.page
    await desk.open("/app/setup")
    await make_rotator(page)
    await expect(page.get_by_label("Target", exact=True)).to_have_text("rotator#1")
    assert len(set(await send(office, "rotator#1", 3))) == 3
    await expect(page.get_by_text("1 \u00d7")).to_have_count(3)
    await page.get_by_role("radio", name="Partial").click()
    await page.get_by_label("Weight of number 1", exact=True).fill("100")
    await page.get_by_role("button", name="Save rotator").click()
    await expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    picked = await send(office, "rotator#1", 300)
    assert picked.count("6281200000001") > 250
    await page.get_by_role("link", name="Rotators").first.click()
    row = page.get_by_role("row", name="Leads")
    await expect(row).to_contain_text("Partial")
    await expect(row).to_contain_text("3")
    await page.reload()
    await expect(row).to_contain_text("303")
    await row.get_by_role("link").click()
    await desk.button("Delete rotator…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete rotator").click()
    await expect(page.get_by_text("There are no rotators yet.")).to_be_visible()


async def test_a_weight_says_when_it_counts_and_is_told_by_why(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani", "Budi")
    page = (await stage.supervisor(office)).page
    await page.goto("/app/agents")
    await page.get_by_role("link", name="Ani").last.click()
    await expect(page.get_by_text("only partial rotation goes by weight")).to_be_visible()
    division = f"/divisions/{office.division['id']}"
    await office.call("PATCH", division, json={"rotation": "partial"})
    await expect(page.get_by_text("2 gets about twice as many as 1")).to_be_visible()
    await page.get_by_label("Weight").fill("0")
    await page.get_by_role("button", name="Save agent").click()
    await expect(page.get_by_text("Write a whole number from 1 to 100.")).to_be_visible()
    await page.get_by_label("Weight").fill("100")
    await page.get_by_role("button", name="Save agent").click()
    await expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    ani, _budi = await stage.agent(office, "Ani"), await stage.agent(office, "Budi")
    await office.write("Nadia Rahmawati", "Hello")
    await office.until_owned("Nadia Rahmawati")
    await ani.open("/app/inbox/all")
    await ani.choose("Nadia Rahmawati")
    await ani.page.locator("#why-link").click()
    why = ani.page.get_by_role("dialog", name="Why this agent")
    await expect(why.get_by_text("weight 100")).to_be_visible()
    await expect(why.get_by_text("by weight. 2 could be drawn")).to_be_visible()
