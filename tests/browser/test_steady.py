"""Nothing jumps while it loads, and the focus is seen where the system forces its colours."""

import asyncio

from playwright.async_api import Page, Route, expect

from tests.browser.office import CUSTOMERS, Office
from tests.browser.stage import PHONE, Stage

NADIA = "Nadia Rahmawati"
SLOW_SECONDS = 0.3
MOST_SHIFT = 0.02
"""Of the screen, by web.dev's measure of layout shift; 0.1 is what it calls good."""
WATCHED = """
  window.shifts = []
  new PerformanceObserver(list => {
    for (const { value, sources } of list.getEntries()) {
      window.shifts.push([value, sources.map(({ node }) => node?.parentElement?.className ?? "")])
    }
  }).observe({ type: "layout-shift", buffered: true })
"""


async def be_slow(route: Route) -> None:
    """Answer after a while."""
    await asyncio.sleep(SLOW_SECONDS)
    await route.continue_()


async def shifts(page: Page) -> list[tuple[float, list[str]]]:
    """What moved since the page was opened, also after a key or a click, and how far."""
    found: list[tuple[float, list[str]]] = await page.evaluate("window.shifts")
    return [each for each in found if each[0] > MOST_SHIFT]


async def test_nothing_jumps_while_the_inbox_and_a_conversation_load(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    for customer in CUSTOMERS:
        await office.write(customer, "Where is my order?")
        await office.until_owned(customer)
    for viewport in (None, PHONE):
        if viewport:
            await ani.page.set_viewport_size(viewport)
        context = ani.page.context
        await context.add_init_script(WATCHED)
        await context.route("**/api/**", be_slow)
        await ani.open("/app/inbox/mine")
        await expect(ani.row(NADIA)).to_be_visible()
        assert await shifts(ani.page) == []
        await ani.row(NADIA).click()
        await expect(ani.line(NADIA, "Where is my order?")).to_be_visible()
        assert await shifts(ani.page) == []


async def test_what_jumps_is_found(stage: Stage) -> None:
    page = await stage.page()
    await page.goto("/app/sign-in")
    await page.evaluate(WATCHED)
    await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    await page.evaluate("document.body.style.cssText = 'padding-top: 300px'")
    await page.wait_for_function("window.shifts.length > 0")
    assert await shifts(page) != []


async def test_the_focus_is_seen_where_colours_are_forced(stage: Stage) -> None:
    page = await stage.page(forced_colors="active")
    await page.goto("/app/sign-in")
    button = page.get_by_role("button", name="Sign in", exact=True)
    await expect(button).to_be_visible()
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await button.evaluate("each => each === document.activeElement"):
            break
    outline = await button.evaluate(
        "each => (({ outlineStyle, outlineColor }) => [outlineStyle, outlineColor])"
        "(getComputedStyle(each))"
    )
    assert outline[0] == "solid"
    assert "rgba(0, 0, 0, 0)" not in outline[1]
