"""A draft begun on the desktop is there on the phone, and what is sent there is gone here."""

import re

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.browser.stage import PHONE, Stage

NADIA = "Nadia Rahmawati"
BOTH = re.compile(r"^from the (desk\nfrom the phone|phone\nfrom the desk)$")


async def desk_and_phone(office: Office, stage: Stage) -> tuple[Desk, Desk]:
    """Ani has Nadia's conversation open on two devices."""
    await office.furnish("Ani")
    desk = await stage.agent(office, "Ani")
    await office.write(NADIA, "Hello")
    await office.until_owned(NADIA)
    phone = await stage.agent(office, "Ani", viewport=PHONE)
    for each in (desk, phone):
        await each.choose(NADIA)
    return desk, phone


async def with_draft(office: Office, stage: Stage) -> tuple[Desk, Desk]:
    """What Ani began on the desk is on the phone."""
    desk, phone = await desk_and_phone(office, stage)
    await desk.field(NADIA).fill("We open at nine")
    await expect(phone.field(NADIA)).to_have_value("We open at nine")
    return desk, phone


async def test_a_draft_follows_to_the_phone_and_is_sent_from_there(
    stage: Stage, office: Office
) -> None:
    desk, phone = await with_draft(office, stage)
    await phone.field(NADIA).press("End")
    await phone.field(NADIA).press_sequentially(", every day")
    await expect(desk.field(NADIA)).to_have_value("We open at nine, every day")
    await phone.field(NADIA).press("Enter")
    await expect(desk.line(NADIA, "We open at nine, every day")).to_be_visible()
    await expect(desk.field(NADIA)).to_have_value("")


async def test_what_is_typed_on_both_at_once_is_all_kept(stage: Stage, office: Office) -> None:
    stage.watch.expect(r"status of 409")
    desk, phone = await desk_and_phone(office, stage)
    await desk.field(NADIA).fill("from the desk")
    await phone.field(NADIA).fill("from the phone")
    for each in (desk, phone):
        await expect(each.field(NADIA)).to_have_value(BOTH)


async def test_what_one_sent_from_the_desk_is_not_sent_again_from_the_phone(
    stage: Stage, office: Office
) -> None:
    desk, phone = await with_draft(office, stage)
    await desk.field(NADIA).press("Enter")
    await expect(phone.line(NADIA, "We open at nine")).to_be_visible()
    await phone.field(NADIA).press("Enter")
    await expect(phone.field(NADIA)).to_have_value("")
    await desk.reply(NADIA, "That is all")
    await expect(phone.line(NADIA, "That is all")).to_be_visible()
    assert await office.lines(NADIA) == ["Hello", "We open at nine", "That is all"]
