"""Customers at the simulated phone and agents at their consoles talk with each other."""

from playwright.async_api import expect

from helpdesk.demo import PRICE_LIST
from tests.browser.handset import expect_shown
from tests.browser.office import Office
from tests.browser.stage import PHONE, Stage

NADIA, YUSUF, OSKAR = "Nadia Rahmawati", "Yusuf Hakim", "Oskar Lindqvist"


async def test_customers_and_two_agents_talk_and_the_turns_alternate(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani", "Budi")
    desks = {name: await stage.agent(office, name) for name in ("Ani", "Budi")}
    phone = await stage.handset(office)
    owners = []
    for customer in (NADIA, YUSUF):
        await phone.write(customer, f"Hello from {customer}")
        owners.append(await office.until_owned(customer))
        desk = desks[owners[-1]]
        await desk.choose(customer)
        await expect(desk.line(customer, f"Hello from {customer}")).to_be_visible()
        await phone.expect_tick(f"Hello from {customer}", "read")
        await desk.reply(customer, f"Good day, {customer}")
        await expect(phone.line(f"Good day, {customer}")).to_be_visible()
        answer = desk.line(customer, f"Good day, {customer}")
        await expect(answer.get_by_role("img", name="read", exact=True)).to_be_visible()
    assert sorted(owners) == ["Ani", "Budi"]


async def test_picture_of_a_customer_appears_in_the_agents_thread(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani, phone = await stage.agent(office, "Ani"), await stage.handset(office)
    await phone.send_picture(NADIA, PRICE_LIST)
    thread = await ani.choose(NADIA)
    await expect_shown(thread.get_by_role("button", name="Enlarge price-list.png").locator("img"))
    await expect_shown(phone.page.get_by_role("img", name="Picture: price-list.png"))


async def test_on_a_phone_one_goes_from_list_to_thread_and_back(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani", viewport=PHONE, has_touch=True, is_mobile=True)
    await office.write(NADIA, "Are you open?")
    await office.write(YUSUF, "How much is it?")
    await ani.choose(NADIA)
    await expect(ani.row(NADIA)).to_be_hidden()
    await expect(ani.line(NADIA, "Are you open?")).to_be_visible()
    await ani.reply(NADIA, "Until nine")
    answer = ani.line(NADIA, "Until nine")
    await expect(answer.get_by_role("img", name="sent", exact=True)).to_be_visible()
    await ani.page.get_by_role("link", name="Back to the list").click()
    await expect(ani.field(NADIA)).to_be_hidden()
    await expect(ani.row(NADIA)).to_contain_text("Until nine")
    await expect(ani.row(YUSUF)).to_be_visible()
