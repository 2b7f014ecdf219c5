"""Files and quick replies in a reply: dropped, pasted, stacked, and kept over a reload."""

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"
DROP = """(place, [name, text]) => {
  const dataTransfer = new DataTransfer()
  if (name) dataTransfer.items.add(new File([text], name, { type: 'text/plain' }))
  else dataTransfer.setData('text/plain', text)
  const options = { dataTransfer, bubbles: true, cancelable: true }
  const kinds = ['dragenter', 'dragover', 'drop']
  return kinds.map(kind => !place.dispatchEvent(new DragEvent(kind, options))).slice(1)
}"""
"""Drop a file, or a text, on an element; whether the page took dragging over it, and the drop."""
PASTE = """field => {
  const clipboardData = new DataTransfer()
  clipboardData.items.add(new File(['GIF89a'], 'shot.txt', { type: 'text/plain' }))
  field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
}"""


async def at_work(stage: Stage, office: Office) -> Desk:
    """Ani, with Nadia's conversation open."""
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Where is my order?")
    await ani.choose(NADIA)
    return ani


async def test_a_file_is_taken_wherever_it_is_dropped_on_the_conversation(
    stage: Stage, office: Office
) -> None:
    ani = await at_work(stage, office)
    log = ani.thread(NADIA).get_by_role("log", name="Messages")
    assert await log.evaluate(DROP, ["bill.txt", "Ten"]) == [True, True]
    parts = ani.thread(NADIA).get_by_role("list", name="Goes out with it")
    await expect(parts.get_by_text("bill.txt")).to_be_visible()
    await expect(ani.button("Remove bill.txt")).to_be_visible()
    await ani.page.keyboard.press("Escape")
    await ani.page.keyboard.press("n")
    assert await log.evaluate(DROP, ["more.txt", "Ten"]) == [True, True]
    await expect(parts.get_by_role("listitem")).to_have_count(2)
    await expect(ani.button("Remove more.txt")).to_be_visible()
    await ani.button("Send").click()
    await expect(ani.line(NADIA, "bill.txt")).to_be_visible()


async def test_what_is_typed_after_something_was_attached_is_words_and_no_keys(
    stage: Stage, office: Office
) -> None:
    ani = await at_work(stage, office)
    page, thread = ani.page, ani.thread(NADIA)
    async with page.expect_file_chooser() as chosen:
        await thread.get_by_role("button", name="Attach files").click()
    bill = {"name": "bill.txt", "mimeType": "text/plain", "buffer": b"Ten"}
    await (await chosen.value).set_files([bill])  # type: ignore[list-item]
    await expect(ani.field(NADIA)).to_be_focused()
    await page.keyboard.type("Our bill")
    await expect(ani.button("Remove bill.txt")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(ani.line(NADIA, "Our bill")).to_be_visible()
    await expect(thread.get_by_text("You released it")).to_have_count(0)
    await thread.get_by_role("button", name="Location").click()
    await expect(page.get_by_role("dialog").get_by_role("textbox").first).to_be_focused()
    await page.keyboard.type("-6.9, 107.6")
    await page.keyboard.press("Enter")
    await expect(ani.field(NADIA)).to_be_focused()
    await page.keyboard.press("Enter")
    await thread.get_by_role("button", name="Poll").click()
    await expect(page.get_by_role("dialog").get_by_role("textbox").first).to_be_focused()
    for words in ("Tea?", "Yes", "No"):
        await page.keyboard.type(words)
        await page.keyboard.press("Tab" if words == "Tea?" else "Enter")
    await expect(ani.field(NADIA)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(ani.line(NADIA, "Tea?")).to_be_visible()


async def test_a_file_dropped_beside_the_conversation_does_not_open_in_the_consoles_place(
    stage: Stage, office: Office
) -> None:
    ani = await at_work(stage, office)
    field = ani.field(NADIA)
    for place in (ani.row(NADIA), ani.page.get_by_role("navigation").first):
        assert await place.evaluate(DROP, ["bill.txt", "Ten"]) == [True, True]
    assert await field.evaluate(DROP, ["", "dragged words"]) == [False, False], "as browsers do"
    await expect(ani.page.get_by_text("bill.txt")).to_have_count(0)


async def test_what_was_pasted_and_typed_is_there_after_a_reload(
    stage: Stage, office: Office
) -> None:
    ani = await at_work(stage, office)
    await ani.field(NADIA).evaluate(PASTE)
    await expect(ani.button("Remove shot.txt")).to_be_visible()
    await ani.field(NADIA).fill("Half a thought")
    await ani.page.reload()
    await expect(ani.field(NADIA)).to_have_value("Half a thought")
    await ani.button("Send").click()
    await expect(ani.line(NADIA, "Half a thought")).to_be_visible()
    await expect(ani.line(NADIA, "shot.txt")).to_be_visible()


async def test_several_quick_replies_are_stacked_with_all_that_they_carry(
    stage: Stage, office: Office
) -> None:
    ani = await at_work(stage, office)
    await office.add_template(
        "Prices", "price", "Here are our prices.", media_id=await office.upload()
    )
    await office.add_template("Thanks", "bye", "Thank you, {contact.name}!")
    replies = ani.page.get_by_role("dialog", name="Quick replies")
    await ani.field(NADIA).press_sequentially("/pric")
    await expect(replies.get_by_role("option")).to_have_count(1)
    await ani.field(NADIA).press("Shift+Enter")
    await expect(ani.field(NADIA)).to_have_value("Here are our prices.\n/")
    await ani.field(NADIA).press_sequentially("bye")
    await expect(replies.get_by_role("option")).to_have_count(1)
    await ani.field(NADIA).press("Enter")
    both = f"Here are our prices.\nThank you, {NADIA}!"
    await expect(ani.field(NADIA)).to_have_value(both)
    await expect(ani.thread(NADIA).get_by_text("price-list.png")).to_be_visible()
