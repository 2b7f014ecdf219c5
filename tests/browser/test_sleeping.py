"""A console that slept an hour gets what it missed, one that slept a week a new picture."""

from datetime import timedelta

from playwright.async_api import expect

from helpdesk.database import execute
from tests.browser.desk import Desk
from tests.browser.network import Network, ani_online
from tests.browser.office import Office, database_of
from tests.browser.stage import Stage

NADIA, YUSUF = "Nadia Rahmawati", "Yusuf Hakim"
JUMP = "by => { const now = Date.now; Date.now = () => now.call(Date) + by }"


async def asleep(office: Office, stage: Stage) -> tuple[Desk, Network]:
    """Ani's console sleeps, with Nadia's conversation open; customers go on writing."""
    ani, network = await ani_online(stage, office)
    await office.write(NADIA, "before the night")
    await office.until_owned(NADIA)
    await ani.choose(NADIA)
    await expect(ani.line(NADIA, "before the night")).to_be_visible()
    await ani.reply(NADIA, "good night")
    await expect(ani.line(NADIA, "good night")).to_be_visible()
    await network.lose()
    for number in range(3):
        await office.write(NADIA, f"in the night {number}")
    await office.write(YUSUF, "somebody new")
    return ani, network


async def check(ani: Desk) -> None:
    """Everything is there, once and in order."""
    await ani.until_live()
    await expect(ani.line(NADIA, "in the night 2")).to_be_visible()
    written = ["before the night", "good night", *(f"in the night {number}" for number in range(3))]
    assert await ani.lines(NADIA) == written
    marked = ani.thread(NADIA).locator(".window-row:has(.day.new) + .window-row")
    await expect(marked).to_contain_text("in the night 0")
    await expect(ani.row(YUSUF)).to_contain_text("somebody new")


async def test_a_console_that_slept_an_hour_is_told_what_it_missed(
    stage: Stage, office: Office
) -> None:
    ani, network = await asleep(office, stage)
    network.find()
    await ani.page.evaluate(JUMP, 3_600_000)
    await check(ani)


async def test_a_console_that_slept_a_week_takes_a_new_picture(
    stage: Stage, office: Office
) -> None:
    ani, network = await asleep(office, stage)
    async with database_of(office.process) as database, database.unit_of_work() as work:
        week = timedelta(days=8)
        await execute(work.session, "update event set at = at - $1::interval", week)
    snapshots: list[str] = []
    ani.page.on("request", lambda request: snapshots.append(request.url))
    network.find()
    await ani.page.evaluate(JUMP, 7 * 86_400_000)
    await check(ani)
    assert any(url.endswith("/api/v1/sync") for url in snapshots)


async def test_a_socket_that_only_looks_open_after_sleep_is_opened_again(
    stage: Stage, office: Office
) -> None:
    ani, _network = await asleep(office, stage)
    _network.find()
    await ani.until_live()
    async with ani.page.expect_websocket():
        await ani.page.evaluate(JUMP, 60_000)
    await check(ani)
