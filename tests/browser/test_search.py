"""Searching everything from the inbox, and arriving at the line that was found."""

import re

from playwright.async_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.office import CUSTOMERS, Office
from tests.browser.stage import Stage

NADIA, YUSUF = "Nadia Rahmawati", "Yusuf Hakim"
FILLER = 100
"""Lines after the one that is looked for: more than are loaded around it."""


async def open_search(desk: Desk, text: str) -> Locator:
    """Open the search by its key and type."""
    await desk.page.keyboard.press("Control+Shift+F")
    dialog = desk.page.get_by_role("dialog", name="Search messages and contacts")
    await dialog.get_by_label("What to look for").fill(text)
    return dialog


async def test_an_old_line_is_found_by_its_words_and_shown_where_it_stands(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Where is my Turquoise lamp?")
    await office.until_owned(NADIA)
    for place in range(FILLER):
        await office.write(NADIA, f"line {place}")
    await office.write(YUSUF, "hello")
    await office.until_owned(YUSUF)
    await ani.choose(YUSUF)
    await ani.thread(YUSUF).focus()
    dialog = await open_search(ani, "turquoise")
    hit = dialog.get_by_role("link", name=re.compile("Where is my Turquoise lamp"))
    await expect(hit.locator("mark")).to_have_text("Turquoise")
    await ani.page.keyboard.press("ArrowDown")
    await expect(hit).to_be_focused()
    await ani.page.keyboard.press("Enter")
    await expect(ani.line(NADIA, "Turquoise")).to_be_in_viewport()
    await expect(ani.line(NADIA, f"line {FILLER - 1}")).to_have_count(0)
    await expect(ani.thread(NADIA)).to_be_focused()
    await office.write(NADIA, "and one more")
    await ani.button("Go to the newest message").click()
    await expect(ani.line(NADIA, "and one more")).to_be_in_viewport()
    assert (await ani.lines(NADIA))[-2:] == [f"line {FILLER - 1}", "and one more"]


async def test_from_a_line_of_the_past_one_scrolls_on_to_the_newest_without_a_gap(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    for place in range(FILLER):
        await office.write(NADIA, f"line {place} {'turquoise' if place == 3 else ''}".strip())
    await office.until_owned(NADIA)
    dialog = await open_search(ani, "turquoise")
    await dialog.get_by_role("link", name=re.compile("turquoise")).click()
    await expect(ani.line(NADIA, "line 3 turquoise")).to_be_in_viewport()
    box = ani.thread(NADIA).get_by_role("region", name="Lines of the conversation")
    for _ in range(40):
        await box.evaluate("box => box.scrollTo(0, box.scrollHeight)")
        if await ani.line(NADIA, f"line {FILLER - 1}").count():
            break
        await ani.page.wait_for_timeout(100)
    expected = [f"line {place}" for place in range(FILLER)]
    expected[3] = "line 3 turquoise"
    await expect(ani.line(NADIA, f"line {FILLER - 1}")).to_have_count(1)
    assert await ani.lines(NADIA) == expected


async def test_a_number_in_another_spelling_leads_to_its_contact(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "hello")
    await office.until_owned(NADIA)
    number = CUSTOMERS[NADIA]
    dialog = await open_search(ani, f"0{number[2:5]}-{number[5:9]} {number[9:]}")
    await dialog.get_by_role("button", name=re.compile(NADIA)).click()
    await expect(ani.line(NADIA, "hello")).to_be_visible()


async def test_filters_narrow_the_search_and_the_palette_opens_it(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "the order is here")
    await office.until_owned(NADIA)
    id_ = (await office.conversations())[NADIA]["id"]
    note = {"client_id": id_, "text": "order again next week"}
    await office.call("POST", f"/conversations/{id_}/notes", json=note)
    await ani.page.keyboard.press("Control+K")
    await ani.page.keyboard.type("Search messages")
    await ani.page.keyboard.press("Enter")
    dialog = ani.page.get_by_role("dialog", name="Search messages and contacts")
    await dialog.get_by_label("What to look for").fill("order")
    await expect(dialog.locator("mark")).to_have_count(2)
    await dialog.get_by_label("What", exact=True).select_option("Internal notes")
    await expect(dialog.locator("mark")).to_have_count(1)
    await expect(dialog.get_by_role("img", name="Internal note")).to_be_visible()
    await dialog.get_by_label("From").fill("2030-01-01")
    await expect(dialog.get_by_text("Nothing fits these filters.")).to_be_visible()
    await dialog.get_by_role("button", name="Search without filters").click()
    await expect(dialog.locator("mark")).to_have_count(2)
