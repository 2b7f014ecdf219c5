"""Quick replies: found by typing, filled in, sent with what they carry."""

from playwright.async_api import expect

from tests.browser.handset import expect_shown
from tests.browser.office import Office
from tests.browser.stage import Stage

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
