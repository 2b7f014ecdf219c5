"""Two agents want the same conversation at the same moment: one gets it, the other is told who."""

import asyncio

from playwright.async_api import Route, expect

from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"
FULL = 0
"""Nothing is assigned to an agent with this limit."""


async def ask_at_once(*desks: Desk) -> None:
    """Let the requests to take a conversation leave together."""
    barrier = asyncio.Barrier(len(desks))

    async def wait_for_the_other(route: Route) -> None:
        await barrier.wait()
        await route.continue_()

    for desk in desks:
        await desk.page.route("**/take", wait_for_the_other)


async def expect_one_winner(office: Office, desks: list[Desk]) -> None:
    """One owner on both screens, and words for the one who came too late."""
    winner = await office.until_owned(NADIA, by={desk.name for desk in desks})
    [first] = [desk for desk in desks if desk.name == winner]
    [second] = [desk for desk in desks if desk.name != winner]
    await expect(first.thread(NADIA).get_by_text("yours")).to_be_visible()
    told = second.page.get_by_role("status").filter(has_text=f"{winner} has this conversation now.")
    await expect(told.first).to_be_visible()
    owner = second.thread(NADIA).locator("header").get_by_text(f"· {winner}", exact=True)
    await expect(owner).to_be_visible()
    await expect(second.thread(NADIA).get_by_text("yours")).to_be_hidden()
    assert await office.until_owned(NADIA) == winner


async def test_of_two_who_take_a_waiting_conversation_one_gets_it(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect("status of 409")
    await office.furnish("Ani", "Budi", limit=FULL)
    await office.write(NADIA, "Is anybody there?")
    desks = [await stage.agent(office, name) for name in ("Ani", "Budi")]
    for desk in desks:
        await desk.open("/app/inbox/waiting")
        await desk.row(NADIA).click()
    await ask_at_once(*desks)
    takes = [desk.thread(NADIA).locator("header").get_by_role("button") for desk in desks]
    await asyncio.gather(*(take.filter(has_text="Take").first.click() for take in takes))
    await expect_one_winner(office, desks)


async def test_of_two_who_take_over_from_a_third_one_gets_it(stage: Stage, office: Office) -> None:
    stage.watch.expect("status of 409")
    await office.furnish("Citra")
    await stage.agent(office, "Citra")
    await office.write(NADIA, "I want somebody else")
    assert await office.until_owned(NADIA) == "Citra"
    desks = []
    for name in ("Ani", "Budi"):
        await office.hire(name, limit=FULL)
        desks.append(await stage.agent(office, name))
        await desks[-1].open("/app/inbox/all")
        await desks[-1].row(NADIA).click()
        await expect(desks[-1].thread(NADIA).get_by_text("I want somebody else")).to_be_visible()
        await desks[-1].page.keyboard.press("t")
    await ask_at_once(*desks)
    asked = [desk.page.get_by_role("dialog", name="Take over from Citra?") for desk in desks]
    sure = [dialog.get_by_role("button", name="Take over") for dialog in asked]
    await asyncio.gather(*(button.click() for button in sure))
    await expect_one_winner(office, desks)
