"""One browser, several people and windows: nobody's words become another's, and none are lost."""

from typing import Any

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.network import kept
from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.workers.sending import until

NADIA, YUSUF = "Nadia Rahmawati", "Yusuf Hakim"


async def texts_out(office: Office) -> list[tuple[str, str]]:
    """What was sent to customers, with who sent it."""
    found = []
    for each in (await office.call("GET", "/conversations?view=all"))["items"]:
        lines = await office.call("GET", f"/conversations/{each['id']}/messages")
        found += [
            (line["sender"]["name"], line["text"])
            for line in lines["items"]
            if line["direction"] == "out"
        ]
    return sorted(found)


async def with_customers(office: Office, stage: Stage) -> Desk:
    """Sign Ani in, with two customers waiting for her."""
    await office.furnish("Ani", "Budi")
    ani = await stage.agent(office, "Ani")
    for customer in (NADIA, YUSUF):
        await office.write(customer, "Hello?")
        await office.until_owned(customer)
    return ani


async def sign_in_here(desk: Desk, office: Office, name: str) -> None:
    """Sign another agent in, in the same browser."""
    await desk.page.get_by_label("Device number").fill(office.device["number"])
    await desk.page.get_by_label("Agent token").fill(office.tokens[name])
    await desk.button("Sign in", exact=True).click()
    await desk.until_live()


async def test_what_one_agent_wrote_offline_never_goes_out_as_the_next_one(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect(r"net::ERR_", r"WebSocket connection to", r"status of 40[19]")
    ani = await with_customers(office, stage)
    await ani.choose(NADIA)
    context = ani.page.context
    await context.set_offline(True)
    await ani.reply(NADIA, "written by Ani")
    await ani.choose(YUSUF)
    await ani.field(YUSUF).fill("a draft of Ani")
    await ani.menu("Sign out")
    await ani.button("Keep and sign out").click()
    await expect(ani.page.get_by_text("You left this page.")).to_be_visible()
    await context.set_offline(False)
    await sign_in_here(ani, office, "Budi")
    await ani.open("/app/inbox/all")
    await ani.row(YUSUF).click()
    await expect(ani.thread(YUSUF)).to_be_visible()
    assert await texts_out(office) == []
    assert len(await kept(ani.page, "outgoing")) == 1, "Ani's is kept for her"


async def test_who_leaves_in_one_window_offline_has_left_in_all_of_them(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect(r"net::ERR_", r"WebSocket connection to", r"status of 40[19]")
    ani = await with_customers(office, stage)
    context = ani.page.context
    other = await ani.another()
    await other.choose(NADIA)
    await context.set_offline(True)
    await ani.menu("Sign out")
    await ani.button("Keep and sign out").click()
    await expect(other.page.get_by_text("You left this page.")).to_be_visible()
    await expect(other.page.get_by_text(NADIA)).to_have_count(0)
    assert await kept(other.page, "threads") + await kept(other.page, "picture") == []
    await context.set_offline(False)
    for page in (ani.page, other.page):
        await expect(page.get_by_label("Agent token")).to_be_visible()
    await sign_in_here(ani, office, "Budi")
    assert (await context.request.get("/api/v1/session")).ok, "no other window signs Budi out"


async def test_of_a_session_that_ended_while_no_page_was_open_nothing_is_left_for_the_next(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect(r"status of 401")
    ani = await with_customers(office, stage)
    await ani.choose(NADIA)
    context = ani.page.context
    await until(lambda: _has_kept(ani))
    await ani.page.close()
    await context.clear_cookies()
    page = await context.new_page()
    await page.goto("/app/")
    await expect(page.get_by_label("Agent token")).to_be_visible()

    async def is_wiped() -> bool:
        return await kept(page, "threads") + await kept(page, "picture") == []

    await until(is_wiped)


async def _has_kept(desk: Desk) -> bool:
    return bool(await kept(desk.page, "threads")) and bool(await kept(desk.page, "picture"))


async def test_replies_of_two_windows_written_offline_both_go_out(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect(r"net::ERR_", r"WebSocket connection to")
    ani = await with_customers(office, stage)
    context = ani.page.context
    other = await ani.another()
    await ani.choose(NADIA)
    await other.choose(YUSUF)
    await context.set_offline(True)
    await ani.reply(NADIA, "from the first")
    await other.reply(YUSUF, "from the second")
    third = await context.new_page()
    for page in (ani.page, other.page):
        await page.close()
    await context.set_offline(False)
    await Desk(third, "Ani").open("/app/")
    await until(lambda: _are_out(office))
    assert await texts_out(office) == [("Ani", "from the first"), ("Ani", "from the second")]


async def _are_out(office: Office) -> bool:
    return len(await texts_out(office)) == 2


async def test_a_burst_is_on_the_screen_soon_and_typing_goes_on(
    stage: Stage, office: Office
) -> None:
    ani = await with_customers(office, stage)
    await ani.choose(NADIA)
    for number in range(60):
        await office.write(NADIA, f"line {number}")
    field: Any = ani.field(NADIA)
    await field.press_sequentially("I type meanwhile")
    await expect(ani.line(NADIA, "line 59")).to_be_visible()
    await expect(field).to_have_value("I type meanwhile")
    lines = await ani.lines(NADIA)
    assert [line for line in lines if line.startswith("line ")] == [f"line {n}" for n in range(60)]
