"""What agents do with conversations besides answering: snooze, note, forward, hand over."""

from playwright.async_api import Route, expect

from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA, YUSUF = "Nadia Rahmawati", "Yusuf Hakim"


async def furnished(stage: Stage, office: Office, *others: str) -> Desk:
    """Let two customers write to Ani, and open her inbox."""
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    for customer in (NADIA, YUSUF):
        await office.write(customer, "Hello")
        await office.until_owned(customer)
        await expect(ani.row(customer)).to_be_visible()
    for name in others:
        await office.hire(name)
    return ani


async def test_what_is_snoozed_comes_back_when_the_customer_writes(
    stage: Stage, office: Office
) -> None:
    ani = await furnished(stage, office)
    await ani.choose(NADIA)
    await ani.page.keyboard.press("s")
    await expect(ani.page.get_by_role("dialog", name="Snooze until")).to_be_visible()
    await ani.page.keyboard.press("2")
    await expect(ani.page.get_by_text(f"{NADIA} snoozed until")).to_be_visible()
    await expect(ani.row(NADIA)).to_have_count(0)
    await ani.page.keyboard.press("g")
    await ani.page.keyboard.press("s")
    await expect(ani.row(NADIA)).to_be_visible()
    await office.write(NADIA, "One more thing")
    await expect(ani.row(NADIA)).to_have_count(0)
    await ani.open("/app/inbox/mine")
    thread = await ani.choose(NADIA)
    await expect(thread.get_by_text("The snooze ended: back with you")).to_be_visible()


async def test_undo_wakes_what_was_just_snoozed(stage: Stage, office: Office) -> None:
    ani = await furnished(stage, office)
    await ani.choose(NADIA)
    await ani.page.keyboard.press("s")
    await expect(ani.page.get_by_role("dialog", name="Snooze until")).to_be_visible()
    await ani.page.keyboard.press("1")
    await expect(ani.page.get_by_text(f"{NADIA} snoozed until")).to_be_visible()
    await ani.button("Undo").click()
    await expect(ani.row(NADIA)).to_be_visible()


SAFARI = """field => field.dispatchEvent(new KeyboardEvent('keydown',
  {key: 'Enter', keyCode: 229, bubbles: true, cancelable: true}))"""
"""The key that ends a composition, as Safari tells of it: after its end."""


async def test_the_key_that_ends_a_composition_sends_neither_reply_nor_note(
    stage: Stage, office: Office
) -> None:
    ani = await stage.serving(office, NADIA, "Hello")
    await ani.choose(NADIA)
    await ani.field(NADIA).fill("reply")
    await ani.field(NADIA).evaluate(SAFARI)
    await ani.button("Note", exact=True).click()
    note = ani.page.get_by_role("textbox", name="Note about")
    await note.fill("note")
    await note.evaluate(SAFARI)
    await expect(note).to_have_value("note")
    assert await office.lines(NADIA) == ["Hello"]


async def test_a_note_by_key_is_for_colleagues_alone(stage: Stage, office: Office) -> None:
    ani = await furnished(stage, office)
    thread = await ani.choose(NADIA)
    await ani.field(NADIA).fill("My reply is still a draft")
    await ani.page.keyboard.press("Escape")
    await ani.page.keyboard.press("n")
    note = ani.page.get_by_role("textbox", name=f"Note about {NADIA}")
    await expect(note).to_be_focused()
    await ani.page.keyboard.type("A friend of the boss")
    await ani.page.keyboard.press("Enter")
    await expect(thread.locator(".note")).to_contain_text("A friend of the boss")
    await expect(note).to_have_value("")
    await ani.button("Reply", exact=True).click()
    await expect(ani.field(NADIA)).to_have_value("My reply is still a draft")
    phone = await stage.handset(office)
    await phone.be(NADIA)
    await expect(phone.line("Hello")).to_be_visible()
    await expect(phone.line("A friend of the boss")).to_have_count(0)


async def transferring(stage: Stage, office: Office) -> Desk:
    """Ani is about to hand Nadia's conversation over; Budi is there, too."""
    await office.furnish("Ani", "Budi")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Hello")
    await office.until_owned(NADIA)
    await ani.choose(NADIA)
    await ani.button("Transfer…").click()
    return ani


async def test_enter_in_the_note_of_a_transfer_hands_over_to_who_is_chosen(
    stage: Stage, office: Office
) -> None:
    ani = await transferring(stage, office)
    await ani.page.get_by_role("combobox").fill("bud")
    await expect(ani.page.get_by_text("transfer to Budi")).to_be_visible()
    note = ani.page.get_by_role("textbox", name="Note for them")
    await note.fill("Wants a price")
    await note.press("Enter")
    assert await office.until_owned(NADIA, ["Budi"]) == "Budi"


async def test_the_name_of_a_division_hands_over_to_it_not_to_somebody_of_it(
    stage: Stage, office: Office
) -> None:
    ani = await transferring(stage, office)
    await ani.page.get_by_role("dialog").get_by_role("combobox").fill("sales")
    await expect(ani.page.get_by_text("transfer to Sales")).to_be_visible()
    await ani.page.keyboard.press("Enter")
    await expect(ani.page.get_by_text("Transferred to Sales")).to_be_visible()


async def test_a_message_is_forwarded_to_another_customer(stage: Stage, office: Office) -> None:
    ani = await furnished(stage, office)
    await office.write(NADIA, "My address is Jalan Merdeka 1")
    await ani.choose(NADIA)
    line = ani.line(NADIA, "Jalan Merdeka")
    await line.hover()
    await line.get_by_role("button", name="Forward this message").click()
    await ani.page.get_by_role("dialog").get_by_role("option", name=YUSUF).click()
    await expect(ani.page.get_by_text(f"Forwarded to {YUSUF}")).to_be_visible()
    await ani.choose(YUSUF)
    await expect(ani.line(YUSUF, "Jalan Merdeka")).to_contain_text("Forwarded")


async def test_a_reply_that_crosses_the_customer_asks_and_goes_out_once(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect("status of 409")
    ani = await furnished(stage, office)
    await ani.choose(NADIA)
    await ani.page.wait_for_timeout(3_100)  # what was written before counts as seen

    async def hold(route: Route) -> None:
        await office.write(NADIA, "Wait!")
        await route.continue_()

    await ani.page.route("**/api/v1/conversations/*/messages", hold, times=1)
    field = ani.field(NADIA)
    await field.fill("It costs 25,000")
    await field.press("Enter")
    await expect(ani.page.get_by_text("wrote while you were typing")).to_be_visible()
    await expect(field).to_have_value("It costs 25,000")
    await ani.button("Send anyway").click()
    await expect(ani.line(NADIA, "It costs 25,000")).to_have_count(1)
    due = ani.thread(NADIA).get_by_role("img", name="waits to be sent")
    await expect(due).to_have_count(0)
    assert (await office.lines(NADIA)).count("It costs 25,000") == 1


async def test_who_signs_out_hands_over_what_is_open(stage: Stage, office: Office) -> None:
    ani = await furnished(stage, office, "Budi")
    budi = await stage.agent(office, "Budi")
    await ani.menu("Sign out")
    await (
        ani.page.get_by_role("dialog", name="Sign out")
        .get_by_label("To")
        .select_option(label="Budi · Online")
    )
    await ani.button("Hand over", exact=True).click()
    await expect(ani.page.get_by_label("Device number")).to_be_visible()
    await expect(budi.row(NADIA)).to_be_visible()
    await expect(budi.row(YUSUF)).to_be_visible()


async def test_a_menu_goes_when_something_is_picked_and_keys_act_again(
    stage: Stage, office: Office
) -> None:
    ani = await furnished(stage, office)
    await ani.choose(NADIA)
    await ani.button("Longest wait").click()
    await ani.page.get_by_role("menuitem", name="Newest").click()
    await expect(ani.page.get_by_role("menu")).to_have_count(0)
    await ani.page.keyboard.press("s")
    await expect(ani.page.get_by_role("dialog", name="Snooze until")).to_be_visible()


async def test_after_starting_with_a_new_number_one_writes_at_once(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await ani.page.get_by_role("button", name="New conversation").click()
    dialog = ani.page.get_by_role("dialog", name="New conversation")
    await dialog.get_by_label("Number").fill("0812 5550 0009")
    await ani.page.keyboard.press("Enter")
    await expect(ani.page.get_by_role("textbox", name="Reply")).to_be_focused()
    await ani.page.keyboard.type("See you\n")
    await expect(ani.page.get_by_role("log").get_by_text("See you")).to_be_visible()
