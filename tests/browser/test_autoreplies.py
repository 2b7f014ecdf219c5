"""A supervisor makes an autoreply, the customer gets it on the phone, and votes in its poll."""

from playwright.async_api import Page, expect

from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"
ANSWER = "Coffee is 20, tea is 15."


async def make_autoreply(page: Page, name: str, words: str) -> None:
    """Make one of a text; without words it is refused by its field at first."""
    await page.get_by_role("link", name="New autoreply").first.click()
    await page.get_by_role("textbox", name="Name").fill(name)
    await page.get_by_role("button", name="Save autoreply").click()
    await expect(page.get_by_text("Write at least one word.")).to_be_visible()
    await page.get_by_role("textbox", name="Words").fill(words)
    await page.get_by_role("textbox", name="Text", exact=True).fill(ANSWER)
    await page.get_by_role("button", name="Save autoreply").click()
    await expect(page.get_by_text(f"{name} was added.").first).to_be_visible()


async def test_a_customer_gets_the_autoreply_that_a_supervisor_made(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    desk = await stage.supervisor(office)
    page = desk.page
    await desk.open("/app/setup")
    await page.get_by_role("navigation").get_by_role("link", name="Autoreplies").click()
    await make_autoreply(page, "Prices", "price, harga")
    await page.get_by_role("link", name="Autoreplies").first.click()
    await page.get_by_label("Try it").fill("What is the price?")
    await expect(page.get_by_role("status").get_by_text("answers", exact=True)).to_be_visible()
    phone = await stage.handset(office)
    await phone.write(NADIA, "Berapa harga kopi?")
    await expect(phone.line(ANSWER)).to_be_visible()
    await desk.open("/app/inbox/waiting")
    await desk.choose(NADIA)
    await expect(page.get_by_text("Automatic message: Prices")).to_be_visible()
    await desk.open("/app/autoreplies")
    await page.get_by_role("switch", name="Autoreply 1 is on").click()
    await expect(page.get_by_role("switch", name="Autoreply 1 is on")).not_to_be_checked()
    await page.get_by_role("link", name="Prices").click()
    await desk.button("Delete autoreply…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete autoreply").click()
    await expect(page.get_by_text("There are no autoreplies yet.")).to_be_visible()


async def test_the_votes_of_customers_grow_on_the_page_of_polls(
    stage: Stage, office: Office
) -> None:
    await office.furnish()
    poll = {"name": "Which blend?", "choices": ["Java", "Bali"]}
    fields = {"device_id": office.device["id"], "name": "Blend", "kind": "default", "poll": poll}
    await office.make("autoreplies", **fields)
    desk = await stage.supervisor(office)
    page = desk.page
    await desk.open("/app/polls")
    await expect(page.get_by_text("No poll was sent yet.")).to_be_visible()
    phone = await stage.handset(office)
    await phone.write(NADIA, "Hello")
    card = page.get_by_role("region", name="Which blend?")
    await expect(card.get_by_text("sent 1 time · 0 people voted")).to_be_visible()
    asked = phone.page.get_by_role("log").locator(".m").filter(has_text="Which blend?")
    await asked.get_by_role("button", name="Bali").click()
    await expect(card.get_by_text("1 person voted")).to_be_visible()
    await card.get_by_role("link", name="Who voted").click()
    votes = page.get_by_role("complementary", name="Votes in Which blend?")
    await expect(votes.get_by_role("link", name=NADIA)).to_be_visible()
    await expect(votes.get_by_text("Bali")).to_be_visible()
