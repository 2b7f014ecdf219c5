"""A reply asks before it goes out only where somebody wrote while it was being written."""

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"
ASKS = f"{NADIA} wrote while you were typing"
READ_MS = 4_500
"""By then a line that came has been read."""


async def ani_with_nadia(stage: Stage, office: Office) -> Desk:
    """Ani has Nadia's conversation open."""
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Hello")
    await ani.choose(NADIA)
    await expect(ani.line(NADIA, "Hello")).to_be_visible()
    return ani


async def test_a_reply_typed_after_the_message_came_goes_out_at_once(
    stage: Stage, office: Office
) -> None:
    ani = await ani_with_nadia(stage, office)
    await office.write(NADIA, "Are you there?")
    await expect(ani.line(NADIA, "Are you there?")).to_be_visible()
    await ani.field(NADIA).fill("I am")
    await ani.field(NADIA).press("Enter")
    await expect(ani.field(NADIA)).to_have_value("")
    await expect(ani.line(NADIA, "I am")).to_be_visible()


async def test_a_reply_upon_which_the_customer_wrote_asks_until_it_was_read(
    stage: Stage, office: Office
) -> None:
    ani = await ani_with_nadia(stage, office)
    field = ani.field(NADIA)
    await field.fill("We open at nine")
    await office.write(NADIA, "Never mind")
    await expect(ani.line(NADIA, "Never mind")).to_be_visible()
    await field.press("Enter")
    await expect(ani.thread(NADIA).get_by_text(ASKS)).to_be_visible()
    await ani.button("Send anyway").click()
    await expect(ani.line(NADIA, "We open at nine")).to_be_visible()
    await field.fill("See you")
    await office.write(NADIA, "Thank you")
    await expect(ani.line(NADIA, "Thank you")).to_be_visible()
    await ani.page.wait_for_timeout(READ_MS)
    await field.press("Enter")
    await expect(field).to_have_value("")
    await expect(ani.line(NADIA, "See you")).to_be_visible()
