"""What is unread is one's own: a colleague's look leaves it, one's own look ends it everywhere."""

import re

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"
BADGE = """
  navigator.setAppBadge = async count => { window.badge = count }
  navigator.clearAppBadge = async () => { window.badge = 0 }
"""
"""A browser of a test has no icon at which to show it."""


async def expect_unread(desk: Desk, count: int) -> None:
    """The row of the customer says how many lines are new."""
    badge = desk.row(NADIA).get_by_role("img", name="Unread:")
    if count:
        await expect(badge).to_have_text(str(count))
    else:
        await expect(badge).to_have_count(0)


async def badge_of(desk: Desk) -> int:
    """The number at the app's icon."""
    count: int = await desk.page.evaluate("window.badge")
    return count


async def test_each_counts_what_is_new_to_oneself(stage: Stage, office: Office) -> None:
    await office.furnish("Ani", "Budi")
    await office.write(NADIA, "Hello?")
    await office.write(NADIA, "Anybody?")
    contexts = [await stage.context() for _ in range(2)]
    for context in contexts:
        await context.add_init_script(BADGE)
    ani = await stage.agent_in(contexts[0], office, "Ani")
    budi = await stage.agent_in(contexts[1], office, "Budi")
    owner = await office.until_owned(NADIA)
    mine, other = (ani, budi) if owner == "Ani" else (budi, ani)
    await expect_unread(mine, 2)
    await expect(mine.page).to_have_title("(2) Helpdesk")
    assert (await badge_of(mine), await badge_of(other)) == (2, 0)
    second = Desk(await mine.page.context.new_page(), owner)
    await second.open("/app/inbox/mine")
    await expect_unread(second, 2)
    await other.open("/app/inbox/all")
    await expect_unread(other, 2)
    await expect(other.page).to_have_title("Helpdesk")
    await other.page.bring_to_front()
    await other.row(NADIA).click()
    await expect_unread(other, 0)
    await expect_unread(mine, 2)
    await mine.page.bring_to_front()
    await mine.row(NADIA).click()
    await expect_unread(mine, 0)
    await expect_unread(second, 0)
    assert await badge_of(second) == 0
    await expect(second.page).to_have_title("Helpdesk")


async def test_who_signs_in_again_after_the_session_ended_is_where_one_was(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect(r"status of 401")  # what the page asks for as the session ends
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await ani.open("/app/inbox/snoozed")
    [agent] = (await office.call("GET", "/agents"))["items"]
    token = (await office.call("POST", f"/agents/{agent['id']}/token"))["token"]
    await expect(ani.page.get_by_text("Your session has ended.")).to_be_visible()
    await ani.page.keyboard.type("the end of a sentence")
    await expect(ani.page.get_by_label("Device number")).not_to_have_value(re.compile("sentence"))
    await ani.page.get_by_label("Device number").fill(office.device["number"])
    await ani.page.get_by_label("Agent token").fill(token)
    await ani.button("Sign in", exact=True).click()
    await expect(ani.page).to_have_url(f"{office.process.url}/app/inbox/snoozed")
    await ani.menu("Sign out")
    await expect(ani.page).to_have_url(f"{office.process.url}/app/sign-in")
