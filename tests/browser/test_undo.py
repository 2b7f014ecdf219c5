"""Undo begins with what was done last, and is offered for as long as the server would do it."""

from playwright.async_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA, YUSUF = "Nadia Rahmawati", "Yusuf Hakim"
FULL = 0
"""Nothing is assigned to an agent with this limit."""


def notice(desk: Desk, text: str) -> Locator:
    """A notice at the edge of the screen."""
    return desk.page.locator(".toast").filter(has_text=text)


async def owned_by_ani(stage: Stage, office: Office, *customers: str, sees: str) -> Desk:
    """Ani, alone in a division where these customers wrote."""
    await office.furnish("Ani", sees=sees)
    ani = await stage.agent(office, "Ani")
    for customer in customers:
        await office.write(customer, "Hello")
        await office.until_owned(customer)
    return ani


async def test_z_undoes_the_last_thing_first_and_then_what_was_before_it(
    stage: Stage, office: Office
) -> None:
    ani = await owned_by_ani(stage, office, NADIA, YUSUF, sees="own")
    await office.call("PATCH", f"/agents/{await id_of(office, 'Ani')}", json={"limit": FULL})
    await ani.choose(NADIA)
    await ani.button("Resolve", exact=True).click()
    resolved = notice(ani, f"{NADIA} resolved")
    await expect(resolved.get_by_role("button", name="Undo")).to_be_visible()
    await ani.choose(YUSUF)
    await expect(ani.row(YUSUF).get_by_role("img", name="Unread")).to_be_hidden()
    await ani.page.keyboard.press("u")
    await expect(notice(ani, f"{YUSUF} is back in the queue")).to_be_visible()
    await ani.page.keyboard.press("z")
    assert await office.until_owned(YUSUF) == "Ani"
    assert NADIA not in await office.conversations()
    await ani.page.keyboard.press("z")
    assert await office.until_owned(NADIA) == "Ani"
    await ani.page.keyboard.press("z")
    await expect(notice(ani, "Nothing to undo.")).to_be_visible()


async def test_z_opens_again_what_was_resolved_though_something_failed_since(
    stage: Stage, office: Office
) -> None:
    ani = await owned_by_ani(stage, office, NADIA, sees="division")
    await ani.choose(NADIA)
    await ani.page.keyboard.press("e")
    await expect(notice(ani, f"{NADIA} resolved")).to_be_visible()
    await ani.page.keyboard.press("f")
    await expect(notice(ani, "Reopen it first")).to_be_visible()
    await ani.page.keyboard.press("z")
    assert await office.until_owned(NADIA) == "Ani"
    await expect(notice(ani, f"{NADIA} resolved")).to_be_hidden()


async def test_undo_of_a_release_goes_once_somebody_has_it(stage: Stage, office: Office) -> None:
    ani = await owned_by_ani(stage, office, NADIA, sees="division")
    await office.call("PATCH", f"/agents/{await id_of(office, 'Ani')}", json={"limit": FULL})
    await office.hire("Budi", limit=FULL)
    await ani.choose(NADIA)
    await ani.page.keyboard.press("u")
    released = notice(ani, f"{NADIA} is back in the queue")
    await expect(released.get_by_role("button", name="Undo")).to_be_visible()
    nadia = (await office.conversations())[NADIA]["id"]
    budi = {"agent_id": await id_of(office, "Budi")}
    await office.call("POST", f"/conversations/{nadia}/transfer", json=budi)
    await expect(released).to_contain_text("Budi has it now.")
    await expect(released.get_by_role("button", name="Undo")).to_be_hidden()
    await ani.page.keyboard.press("z")
    assert await office.until_owned(NADIA) == "Budi"


async def test_undo_of_resolving_goes_once_the_customer_wrote(stage: Stage, office: Office) -> None:
    ani = await owned_by_ani(stage, office, NADIA, sees="division")
    await ani.choose(NADIA)
    await ani.page.keyboard.press("e")
    resolved = notice(ani, f"{NADIA} resolved")
    await expect(resolved.get_by_role("button", name="Undo")).to_be_visible()
    await office.write(NADIA, "One more thing")
    await expect(resolved.get_by_role("button", name="Undo")).to_be_hidden()


async def test_what_was_handed_on_out_of_sight_comes_back_as_it_was(
    stage: Stage, office: Office
) -> None:
    ani = await owned_by_ani(stage, office, NADIA, sees="own")
    await office.hire("Budi", limit=FULL)
    before = (await office.conversations())[NADIA]
    await ani.choose(NADIA)
    await ani.button("Transfer…").click()
    await ani.page.get_by_role("combobox").fill("bud")
    await expect(ani.page.get_by_text("transfer to Budi")).to_be_visible()
    await ani.page.get_by_role("combobox").press("Enter")
    handed = notice(ani, "Budi")
    await expect(handed.get_by_role("button", name="Undo")).to_be_visible()
    assert await office.until_owned(NADIA, by=["Budi"]) == "Budi"
    await handed.get_by_role("button", name="Undo").click()
    assert await office.until_owned(NADIA, by=["Ani"]) == "Ani"
    await expect(ani.row(NADIA)).to_be_visible()
    after = (await office.conversations())[NADIA]
    assert after["waiting_since"] == before["waiting_since"]


async def id_of(office: Office, name: str) -> str:
    """Return an agent's id."""
    agents = (await office.call("GET", "/agents"))["items"]
    [found] = [str(each["id"]) for each in agents if each["name"] == name]
    return found
