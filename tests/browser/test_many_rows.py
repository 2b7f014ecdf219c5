"""A list of thousands scrolls as smoothly as one of ten."""

from copy import deepcopy

from playwright.async_api import Page, Route, expect

from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"
MANY, FRAMES = 5_000, 200
FRAME_MS = 1_000 / 60
SCROLL = """async frames => {
  const box = document.querySelector('[data-rows]')
  let most = 0
  for (let frame = 0; frame < frames; frame++) {
    box.scrollTop += 150
    await new Promise(requestAnimationFrame)
    most = Math.max(most, document.querySelectorAll('.conv').length)
  }
  return [most, box.scrollTop]
}"""


async def multiply(route: Route) -> None:
    """Answer with the snapshot's one conversation, thousands of times."""
    answer = await route.fetch()
    snapshot = await answer.json()
    [one] = snapshot["conversations"]
    copies = []
    for number in range(MANY):
        copies.append(deepcopy(one) | {"id": f"{one['id'][:24]}{number:012}"})
        copies[-1]["contact"]["name"] = f"Customer {number}"
    await route.fulfill(response=answer, json=snapshot | {"conversations": copies})


async def time_of(page: Page) -> float:
    """Return the seconds that the page's main thread has worked, whatever else the machine did."""
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    [found] = [float(each["value"]) for each in metrics if each["name"] == "TaskDuration"]
    await session.detach()
    return found


async def test_five_thousand_rows_scroll_within_a_frame_each(stage: Stage, office: Office) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Hello")
    await office.until_owned(NADIA)
    await ani.page.route("**/api/v1/sync*", multiply)
    await ani.open("/app/inbox/mine")
    await expect(ani.page.get_by_role("heading", name="Mine")).to_be_visible()
    await expect(ani.page.get_by_text("5,000").first).to_be_visible()
    before = await time_of(ani.page)
    most, scrolled = await ani.page.evaluate(SCROLL, FRAMES)
    spent = (await time_of(ani.page) - before) * 1_000 / FRAMES
    assert scrolled == FRAMES * 150
    assert most < 40, "only the rows on the screen exist"
    assert spent < FRAME_MS
