"""The try-out of rules: where a message would go, why not elsewhere, and who could have it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.labels import NewLabel, add_label, label_contact
from helpdesk.actions.rules import change_rule
from helpdesk.actions.try_rules import Trial, try_rules
from helpdesk.database import fetch
from helpdesk.errors import NotFound
from helpdesk.shapes.rules import (
    AlwaysCondition,
    HoursCondition,
    LabelCondition,
    PatternCondition,
    TextCondition,
    TriedOut,
)
from helpdesk.tables import metadata
from tests.actions.shop_menu import add, open_shop
from tests.factories import (
    AccountUnderTest,
    make_agent,
    make_conversation,
    make_device,
    make_division,
    open_console,
    receive,
)

NOW = clock.now()
NOON = datetime(2026, 1, 28, 5, tzinfo=UTC)  # a Wednesday, 12:00 in Jakarta


async def attempt(account: AccountUnderTest, device_id: UUID, **fields: Any) -> TriedOut:
    trial = Trial(**{"device_id": device_id, "text": "", "at": NOON} | fields)
    async with account.reading() as session:
        return await try_rules(session, account.supervisor, trial)


async def state(account: AccountUnderTest) -> list[Any]:
    """All that is stored, and where the sequences stand."""
    tables = [table.name for table in metadata.sorted_tables]
    parts = ", ".join(f'(select json_agg(t)::text from "{n}" t)' for n in tables)  # noqa: S608
    numbers = "(select last_value from message_number), (select last_value from request_number)"
    async with account.reading() as session:
        [row] = await fetch(session, f"select {parts}, {numbers}")
    return list(row)


async def test_each_rule_before_the_winner_says_why_it_does_not_match(
    account: AccountUnderTest,
) -> None:
    device, sales = await make_device(account), await make_division(account)
    async with account.work() as work:
        label = await add_label(work, NewLabel("VIP"), now=NOW)
    night = HoursCondition(days=["wed"], start="20:00", end="06:00")
    for condition in (
        TextCondition(words=["price"]), PatternCondition(pattern="^order"), night,
        LabelCondition(label_ids=[label.id]),
    ):  # fmt: skip
        await add(account, device, condition, division_id=sales)
    await add(account, device, AlwaysCondition(), division_id=sales, enabled=False)
    winner = await add(account, device, AlwaysCondition(), division_id=sales)
    await add(account, device, AlwaysCondition(), division_id=sales)
    tried = await attempt(account, device.id, text="Hello")
    assert [each.verdict for each in tried.rules] == [
        "no_word", "no_match", "wrong_hours", "no_label", "disabled", "matches",
    ]  # fmt: skip
    assert "price" in tried.rules[0].detail
    assert tried.rules[2].detail == ("It is wed 12:00 in Asia/Jakarta, outside wed 20:00-06:00.")
    assert (tried.rule_id, tried.division_id) == (winner.id, sales)


async def test_menu_would_be_asked_first(account: AccountUnderTest) -> None:
    shop = await open_shop(account)
    tried = await attempt(account, shop.device.id, text="Hello")
    assert (tried.rule_id, tried.division_id, tried.agents) == (shop.menu.id, None, [])
    assert tried.menu == shop.menu.condition
    assert [each.verdict for each in tried.rules] == ["asks"]


async def test_group_would_not_be_asked(account: AccountUnderTest) -> None:
    shop = await open_shop(account, is_group_routed=True)
    line = await receive(account, shop.device, number="123-4@g.us", member="6285550009")
    tried = await attempt(account, shop.device.id, contact_id=line.conversation.contact.id)
    assert [each.verdict for each in tried.rules] == ["no_menu", "matches"]


async def test_labels_are_the_contacts_unless_others_are_given(account: AccountUnderTest) -> None:
    device, sales = await make_device(account), await make_division(account)
    async with account.work() as work:
        label = await add_label(work, NewLabel("VIP"), now=NOW)
    await add(account, device, LabelCondition(label_ids=[label.id]), division_id=sales)
    contact = (await make_conversation(account, device)).contact.id
    async with account.work() as work:
        await label_contact(work, account.supervisor, contact, [label.id], now=NOW)
    assert (await attempt(account, device.id, contact_id=contact)).division_id == sales
    assert (await attempt(account, device.id, label_ids=[label.id])).division_id == sales
    assert (await attempt(account, device.id)).division_id is None
    other = await attempt(account, device.id, contact_id=contact, label_ids=[])
    assert other.division_id is None


async def test_agents_are_named_with_what_keeps_them_from_the_turn(
    account: AccountUnderTest,
) -> None:
    device, other = await make_device(account), await make_device(account, number="6281100000002")
    sales = await make_division(account, is_own_device_only=True)
    make = {
        "": {}, "offline": {}, "away": {"is_away": True}, "disabled": {"is_enabled": False},
        "full": {"open_limit": 1},
    }  # fmt: skip
    for reason, columns in make.items():
        agent = await make_agent(account, device, name=reason, division_id=sales, **columns)
        if reason != "offline":
            await open_console(account, agent)
    await make_conversation(account, device, division_id=sales, assignee=agent)
    far = await make_agent(account, other, name="other_device", division_id=sales)
    await open_console(account, far)
    await add(account, device, AlwaysCondition(), division_id=sales)
    tried = await attempt(account, device.id)
    assert {each.name: each.reason for each in tried.agents} == {
        name: name for name in (*make, "other_device")
    }
    assert [each.name for each in tried.agents if each.is_eligible] == [""]


async def test_who_is_away_could_have_it_anyway_where_the_division_says_so(
    account: AccountUnderTest,
) -> None:
    device = await make_device(account)
    sales = await make_division(account, when_nobody="assign_anyway")
    await make_agent(account, device, division_id=sales)
    tried = await attempt(account, device.id)
    [agent] = tried.agents
    assert (agent.is_eligible, agent.reason, tried.is_anyway) == (True, "offline", True)


async def test_trial_touches_neither_rows_nor_rotation_nor_sequences(
    account: AccountUnderTest,
) -> None:
    shop = await open_shop(account)
    agent = await make_agent(account, shop.device, division_id=shop.rest, open_limit=3)
    await open_console(account, agent)
    before = await state(account)
    for text in ("Hello", "1", ""):
        await attempt(account, shop.device.id, text=text)
    assert await state(account) == before
    await shop.write("Hello")
    assert await state(account) != before


async def test_message_goes_where_the_trial_said(account: AccountUnderTest) -> None:
    shop = await open_shop(account)
    async with account.work() as work:
        await change_rule(work, shop.menu.id, {"position": 9}, now=NOW)
    price = TextCondition(words=["price"])
    first = await add(account, shop.device, price, division_id=shop.care, position=0)
    tried = await attempt(account, shop.device.id, text="The price?")
    written = await shop.write("The price?", at=NOW + timedelta(seconds=1))
    assert (tried.rule_id, tried.division_id) == (first.id, shop.care)
    assert written.division_id == shop.care


async def test_things_of_another_account_are_not_found(
    account: AccountUnderTest, other_account: AccountUnderTest
) -> None:
    device, foreign = await make_device(account), await make_device(other_account, number="6281199")
    contact = (await make_conversation(other_account, foreign)).contact.id
    with pytest.raises(NotFound):
        await attempt(account, foreign.id)
    with pytest.raises(NotFound):
        await attempt(account, device.id, contact_id=contact)
