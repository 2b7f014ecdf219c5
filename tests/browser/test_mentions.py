"""A colleague is called in a note, is told, and finds it again."""

from playwright.async_api import expect

from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"


async def test_a_colleague_who_is_called_sees_it_and_finds_it_again(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani Lestari", "Budi Santoso")
    desks = {name: await stage.agent(office, name) for name in ("Ani Lestari", "Budi Santoso")}
    await office.write(NADIA, "Can I have a refund?")
    mine = desks.pop(await office.until_owned(NADIA))
    [(other, theirs)] = desks.items()
    await mine.choose(NADIA)
    await mine.page.keyboard.press("n")
    note = mine.page.get_by_role("textbox", name=f"Note about {NADIA}")
    await expect(note).to_be_focused()
    await mine.page.keyboard.type("May we? @")
    callees = mine.page.get_by_role("listbox", name="Colleagues")
    await expect(callees.get_by_role("option")).to_have_count(1)
    await mine.page.keyboard.type(other[0].lower())
    await expect(callees.get_by_role("option", name=other)).to_have_attribute(
        "aria-selected", "true"
    )
    await mine.page.keyboard.press("Enter")
    await expect(note).to_have_value(f"May we? @{other} ")
    await mine.page.keyboard.type("please answer")
    await mine.page.keyboard.press("Enter")
    called = mine.thread(NADIA).locator(".note .at")
    await expect(called).to_have_text(f"@{other}")
    counted = theirs.page.get_by_role("link", name="Mentions")
    await expect(counted).to_contain_text("1")
    await counted.click()
    row = theirs.row(NADIA)
    await expect(row.get_by_role("img", name="A note calls you")).to_be_visible()
    await theirs.page.bring_to_front()
    await row.click()
    await expect(theirs.thread(NADIA).locator(".note .at.is-me")).to_have_text(f"@{other}")
    await expect(row.get_by_role("img", name="A note calls you")).to_have_count(0)
    await expect(row).to_be_visible()
    await theirs.page.reload()
    await expect(theirs.row(NADIA)).to_be_visible()


async def test_esc_closes_the_colleagues_and_the_at_stays_a_sign(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.hire("Budi")
    await office.write(NADIA, "Hello")
    await office.until_owned(NADIA)
    await ani.choose(NADIA)
    await ani.page.keyboard.press("n")
    await expect(ani.page.get_by_role("textbox", name=f"Note about {NADIA}")).to_be_focused()
    await ani.page.keyboard.type("Meet @")
    callees = ani.page.get_by_role("listbox", name="Colleagues")
    await expect(callees).to_be_visible()
    await ani.page.keyboard.press("Escape")
    await expect(callees).to_be_hidden()
    await ani.page.keyboard.type(" seven")
    await ani.page.keyboard.press("Enter")
    await expect(ani.thread(NADIA).locator(".note")).to_contain_text("Meet @ seven")
