"""A conversation of thousands of lines is read like a short one."""

from playwright.async_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.many import lengthen
from tests.browser.office import Office, database_of
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"
LINES = 600
TO_THE_TOP = """async () => {
  const box = document.querySelector('.lines > .scroll')
  let most = 0
  for (let calm = 0; calm < 20; calm++) {
    const before = document.querySelector('.window').offsetHeight
    box.scrollTop = 0
    await new Promise(done => setTimeout(done, 50))
    most = Math.max(most, document.querySelectorAll('.window-row').length)
    if (document.querySelector('.window').offsetHeight > before) calm = 0
  }
  return most
}"""
UP = """async () => {
  const box = document.querySelector('.lines > .scroll')
  const frame = () => new Promise(requestAnimationFrame)
  const middle = () => box.getBoundingClientRect().top + box.clientHeight / 2
  let worst = 0
  for (let step = 0; step < 60; step++) {
    const row = [...document.querySelectorAll('.window-row')].find(
      each => each.getBoundingClientRect().bottom > middle())
    const before = row.getBoundingClientRect().top
    box.scrollBy(0, -90)
    for (let n = 0; n < 3; n++) await frame()
    worst = Math.max(worst, Math.abs(row.getBoundingClientRect().top - before - 90))
  }
  return worst
}"""


async def long_thread(stage: Stage, office: Office) -> Desk:
    """Ani, before a conversation of many lines."""
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Is it still open?")
    await office.until_owned(NADIA)
    async with database_of(office.process) as database:
        await lengthen(database, (await office.conversations())[NADIA]["id"], LINES)
    await ani.choose(NADIA)
    await expect(ani.line(NADIA, "Is it still open?")).to_be_in_viewport()
    return ani


async def rows_of(page: Page) -> int:
    return await page.locator(".window-row").count()


async def test_of_a_long_thread_only_the_lines_near_the_screen_exist_and_none_jumps(
    stage: Stage, office: Office
) -> None:
    ani = await long_thread(stage, office)
    assert await rows_of(ani.page) > 50, "a page of lines exists as a whole: search finds it"
    most = await ani.page.evaluate(TO_THE_TOP)
    assert most <= 250
    await expect(ani.line(NADIA, "Line 1").first).to_be_in_viewport()
    assert await rows_of(ani.page) < 80
    await ani.button("Go to the newest message").click()
    await expect(ani.line(NADIA, "Is it still open?")).to_be_in_viewport()
    assert await ani.page.evaluate(UP) < 2
    log = ani.thread(NADIA).get_by_role("log", name="Messages")
    await expect(log).to_have_attribute("aria-live", "off")


async def test_who_stood_on_a_line_that_is_no_more_stands_on_the_lines(
    stage: Stage, office: Office
) -> None:
    ani = await long_thread(stage, office)
    await ani.page.evaluate(TO_THE_TOP)
    await ani.page.evaluate("document.querySelector('.window-row .bub').focus()")
    lines = ani.thread(NADIA).get_by_role("region", name="Lines of the conversation")
    await lines.evaluate("box => (box.scrollTop = box.scrollHeight)")
    await expect(ani.line(NADIA, "Is it still open?")).to_be_in_viewport()
    await expect(lines).to_be_focused()
