"""Autoreplies: what is refused, who is answered with what, and when a device is silent."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec import UNSET

from helpdesk import clock
from helpdesk.actions.autoreplies import (
    AutoreplyDraft,
    add_autoreply,
    change_autoreply,
    remove_autoreply,
)
from helpdesk.actions.conversations import assign_conversation
from helpdesk.actions.rotators import NewRotator, add_rotator, remove_rotator
from helpdesk.actions.templates import TemplateDraft, add_template, remove_template
from helpdesk.actions.try_autoreplies import AutoreplyTrial, try_autoreplies
from helpdesk.audiences import Audience
from helpdesk.errors import InputError, NotFound
from helpdesk.queries.autoreplies import list_autoreplies
from helpdesk.queries.templates import get_template
from helpdesk.shapes.autoreplies import AutoreplyOut
from helpdesk.shapes.messages import Poll
from helpdesk.shapes.rotators import RotatorNumber
from helpdesk.shapes.rules import HoursCondition
from tests.actions.shop_menu import open_shop
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    body_of,
    make_agent,
    make_device,
    make_division,
    make_file,
    make_webhook,
    open_console,
    receive,
)
from tests.workers.sending import ask

NOW = clock.now()
MINUTE = timedelta(minutes=1)
NUMBERS = ["6281200000001", "6281200000002"]
COLORS = Poll(name="Which color?", choices=["Red", "Blue"])


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account, is_group_routed=True)


async def add(
    account: AccountUnderTest, device: DeviceUnderTest, kind: Any = "default", **fields: Any
) -> AutoreplyOut:
    default = {} if fields.keys() & {"template_id", "poll", "rotator_id"} else {"text": "Soon."}
    draft = {"device_id": device.id, "name": "Bot", "kind": kind} | default | fields
    async with account.work() as work:
        return await add_autoreply(work, AutoreplyDraft(**draft), now=NOW)


async def change(account: AccountUnderTest, id_: UUID, **changes: Any) -> AutoreplyOut:
    async with account.work() as work:
        return await change_autoreply(work, id_, changes, now=NOW)


async def add_leads(account: AccountUnderTest) -> UUID:
    numbers = [RotatorNumber(number=each, weight=1) for each in NUMBERS]
    async with account.work() as work:
        return (await add_rotator(work, NewRotator("Leads", "full", numbers), now=NOW)).id


async def make_template(account: AccountUnderTest, text: str) -> UUID:
    async with account.work() as work:
        draft = TemplateDraft(name="Prices", shortcut="prices", text=text)
        return (await add_template(work, draft, now=NOW)).id


async def said(account: AccountUnderTest) -> list[str]:
    """What customers were told, in order."""
    rows = await ask(account, "select text from message where direction = 'out' order by number")
    return [row[0] for row in rows]


async def refusal_of(
    account: AccountUnderTest, device: DeviceUnderTest, kind: str, **fields: Any
) -> Sequence[str]:
    """The fields that an autoreply is refused for."""
    with pytest.raises(InputError) as refused:
        await add(account, device, kind, **fields)
    return list(refused.value.facts["errors"])


async def test_an_added_autoreply_is_told_to_supervisors_and_comes_last(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    first = await add(account, device, "exact", words=["price"])
    second = await add(account, device)
    event = (await account.events())[0]
    assert (event.type, event.audience) == ("autoreply.changed", Audience.SUPERVISORS)
    assert body_of(event)["autoreply"]["words"] == ["price"]
    async with account.reading() as session:
        assert await list_autoreplies(session, account.id, device_id=device.id) == [first, second]


async def test_what_could_not_answer_is_refused_by_its_field(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    blank, leads = await make_template(account, "Order {?number}"), await add_leads(account)
    night = HoursCondition(days=["mon"], start="25:00", end="06:00")
    for kind, fields, field in (
        ("exact", {}, "words"),
        ("contains", {"words": [" "]}, "words"),
        ("default", {"words": ["a"]}, "words"),
        ("matches", {"pattern": "("}, "pattern"),
        ("default", {"pattern": "a"}, "pattern"),
        ("default", {"hours": night}, "hours.from"),
        ("default", {"text": " "}, "text"),
        ("default", {"text": "Hi {contact.nmae}"}, "text"),
        ("default", {"text": "Hi {agent.name}"}, "text"),
        ("default", {"text": "Hi {?name}"}, "text"),
        ("default", {"text": "Call {rotator.number}"}, "text"),
        ("default", {"template_id": uuid4()}, "template_id"),
        ("default", {"template_id": blank}, "template_id"),
        ("default", {"template_id": blank, "text": "Hi"}, "text"),
        ("default", {"media_id": uuid4()}, "media_id"),
        ("default", {"rotator_id": uuid4()}, "rotator_id"),
        ("default", {"rotator_id": leads, "text": "Call us"}, "text"),
        ("exact", {"words": ["a"], "rotator_id": leads}, "rotator_id"),
        ("default", {"rotator_id": leads, "poll": COLORS}, "rotator_id"),
        ("default", {"poll": Poll(name="One?", choices=["A"])}, "poll.choices"),
    ):
        assert await refusal_of(account, device, kind, **fields) == [field], (kind, fields)
    with pytest.raises(NotFound):
        await add(account, device, device_id=uuid4())


async def test_a_word_is_answered_by_its_text_filled_in_under_the_autoreplys_name(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    text = "{contact.name}, {device.name} has {braces}."
    reply = await add(account, device, "contains", words=["price"], text=text)
    line = await receive(account, device, text="The PRICE?", name="Rina", now=NOW)
    [event] = await account.events("message.queued")
    message = body_of(event)["message"]
    assert message["text"] == "Rina, Shop has {braces}."
    assert message["sender"] == {"kind": "system", "id": str(reply.id), "name": "Bot"}
    assert line.conversation.unread == 1
    assert line.conversation.waiting_since == line.message.sort_at
    assert line.conversation.last_message
    assert line.conversation.last_message.text == message["text"]


async def test_other_words_are_answered_by_nothing_or_by_the_default(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await add(account, device, "exact", words=["price"], text="It costs 5.")
    await receive(account, device, text="Hello")
    assert await said(account) == []
    default = await add(account, device)
    await receive(account, device, text="Hello")
    await receive(account, device, text="price")
    assert await said(account) == ["Soon.", "It costs 5."]
    await change(account, default.id, enabled=False)
    await receive(account, device, text="Hello")
    async with account.work() as work:
        await remove_autoreply(work, default.id, now=NOW)
    await receive(account, device, text="Hello")
    assert len(await said(account)) == 2


async def test_a_template_answers_counts_the_use_and_is_silent_when_deleted(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    template = await make_template(account, "{agent.name}Hi {contact.name}")
    await add(account, device, template_id=template)
    await receive(account, device, name="Rina")
    assert await said(account) == ["Hi Rina"]
    async with account.work() as work:
        assert (await get_template(work.session, account.id, template)).uses == 1
        await remove_template(work, template, now=NOW)
    await receive(account, device)
    assert len(await said(account)) == 1


async def test_a_file_goes_along(account: AccountUnderTest, device: DeviceUnderTest) -> None:
    await add(account, device, text="Our list", media_id=await make_file(account))
    await receive(account, device)
    [row] = await ask(account, "select kind, text from message where direction = 'out'")
    assert tuple(row) == ("image", "Our list")


async def test_a_poll_that_the_gateway_cannot_carry_is_written_down(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await add(account, device, poll=COLORS)
    await receive(account, device)
    assert await said(account) == ["Which color?\n\n1. Red\n2. Blue"]


async def test_a_rotator_tells_its_numbers_in_turn(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    leads = await add_leads(account)
    reply = await add(account, device, rotator_id=leads, text="Call +{rotator.number}")
    for customer in ("6285550001", "6285550002"):
        await receive(account, device, number=customer)
    assert sorted(await said(account)) == [f"Call +{number}" for number in NUMBERS]
    await change(account, reply.id, text="")
    await receive(account, device, number="6285550003")
    assert (await said(account))[2] in NUMBERS
    async with account.work() as work:
        await remove_rotator(work, leads, now=NOW)
    await receive(account, device, number="6285550004")
    assert len(await said(account)) == 3


async def test_nobody_is_answered_whom_an_agent_serves(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await add(account, device)
    line = await receive(account, device)
    division = await make_division(account)
    agent = await make_agent(account, device, division_id=division)
    async with account.work() as work:
        id_, supervisor = line.conversation.id, account.supervisor
        await assign_conversation(work, supervisor, id_, agent.id, expected=UNSET, now=NOW)
    await receive(account, device)
    assert await said(account) == ["Soon."]


async def test_nobody_is_answered_whose_conversation_gets_its_agent_by_the_same_message(
    account: AccountUnderTest,
) -> None:
    division = await make_division(account)
    device = await make_device(account, default_division_id=division)
    await open_console(account, await make_agent(account, device, division_id=division))
    await add(account, device)
    line = await receive(account, device)
    assert line.conversation.status == "assigned"
    assert await said(account) == []


async def test_who_waits_in_a_division_is_answered(account: AccountUnderTest) -> None:
    device = await make_device(account, default_division_id=await make_division(account))
    await add(account, device)
    line = await receive(account, device)
    assert line.conversation.status == "waiting"
    assert await said(account) == ["Soon."]


async def test_while_a_menu_asks_and_when_it_is_answered_nothing_else_is_said(
    account: AccountUnderTest,
) -> None:
    shop = await open_shop(account)
    await add(account, shop.device)
    await shop.write("Hello")
    await shop.write("1", at=NOW + MINUTE)
    assert len(await said(account)) == 1
    await shop.write("And?", at=NOW + 2 * MINUTE)
    assert (await said(account))[1:] == ["Soon."]


async def test_our_own_messages_are_not_answered(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await add(account, device, "contains", words=["sale"])
    await receive(account, device, text="Hi")
    await receive(account, device, text="Our sale", own=True)
    assert await said(account) == ["Our sale"]


async def test_in_a_group_words_are_answered_and_everything_else_is_not(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await add(account, device)
    await add(account, device, "exact", words=["price"], text="It costs 5.")
    group = {"number": "120363000000000001@g.us", "member": "6285550001"}
    await receive(account, device, text="Lunch?", **group)
    await receive(account, device, text="price", **group)
    assert await said(account) == ["It costs 5."]


async def test_a_contact_gets_five_answers_in_ten_minutes(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await add(account, device)
    for number in range(8):
        await receive(account, device, text=f"Hello {number}", now=NOW)
    assert len(await said(account)) == 5
    await receive(account, device, number="6285550002", now=NOW)
    await receive(account, device, now=NOW + 11 * MINUTE)
    assert len(await said(account)) == 7


async def test_what_was_just_said_is_not_answered_when_it_comes_back(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await add(account, device)
    for text in ("Hello", "Soon.", "Hello"):
        await receive(account, device, text=text, now=NOW)
    assert len(await said(account)) == 2


async def test_trying_says_which_one_answers_and_why_the_others_do_not(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    off = await add(account, device, "exact", words=["price"], enabled=False)
    word = await add(account, device, "exact", words=["cost"])
    begin = await add(account, device, "starts_with", words=["pri"])
    default = await add(account, device)
    async with account.reading() as session:
        trial = AutoreplyTrial(device_id=device.id, text="Price", at=NOW)
        tried = await try_autoreplies(session, account.id, trial)
    assert tried.autoreply_id == begin.id
    assert [(each.autoreply_id, each.verdict) for each in tried.autoreplies] == [
        (off.id, "disabled"),
        (word.id, "no_word"),
        (begin.id, "answers"),
        (default.id, "not_needed"),
    ]
    assert await said(account) == []


async def silencer(account: AccountUnderTest, device: DeviceUnderTest) -> str | None:
    """What trying says of why nothing would answer."""
    async with account.reading() as session:
        trial = AutoreplyTrial(device_id=device.id, text="Price", at=NOW)
        return (await try_autoreplies(session, account.id, trial)).silenced_by


async def test_a_device_whose_webhook_is_told_of_messages_says_nothing_by_itself(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await add(account, device)
    other = {"kind": "webhookstatus", "device_id": device.id, "secret_sealed": None}
    await make_webhook(account, **other)
    await make_webhook(account, **{**other, "kind": "webhook", "is_enabled": False})
    await receive(account, device)
    assert await silencer(account, device) is None
    await ask(account, "update webhook set is_enabled = true where kind = 'webhook' returning id")
    await receive(account, device)
    assert await said(account) == ["Soon."]
    assert await silencer(account, device) == "webhook"


@pytest.mark.parametrize(
    ("setting", "by"),
    [
        ("is_autoread = false", "autoread"),
        ("is_personal_told = false", "personal"),
        ("answer_source = 'flow'", "source"),
    ],
)
async def test_settings_of_the_device_silence_autoreplies_and_trying_says_which(
    account: AccountUnderTest, device: DeviceUnderTest, setting: str, by: str
) -> None:
    await add(account, device)
    await ask(account, f"update device set {setting} returning id")  # noqa: S608 - ours
    await receive(account, device)
    assert await said(account) == []
    assert await silencer(account, device) == by


async def test_without_personal_chats_groups_are_answered_still(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await add(account, device, "exact", words=["price"])
    await ask(account, "update device set is_personal_told = false returning id")
    group = {"number": "120363012345678901@g.us", "member": "6285550003"}
    await receive(account, device, text="Price", **group)
    assert await said(account) == ["Soon."]
