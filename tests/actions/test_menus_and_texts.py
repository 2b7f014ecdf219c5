"""Menus beside what a division says by itself, and beside a snooze."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions.snoozing import snooze_conversation, wake_snoozed
from helpdesk.actions.waiting import route_due, route_unanswered
from helpdesk.queries.conversations import get_conversation
from tests.actions.shop_menu import LATER, NOW, Shop, open_shop
from tests.factories import AccountUnderTest, make_agent, open_console
from tests.workers.sending import ask

MENU = "Which?\n\n1. Sales\n2. Care"


@pytest.fixture
async def shop(account: AccountUnderTest) -> Shop:
    """A shop whose divisions greet by their name."""
    shop = await open_shop(account)
    await ask(account, "update division set greeting = '{division.name} reads you.'")
    return shop


async def test_who_is_asked_is_greeted_when_the_answer_leads_to_a_division(shop: Shop) -> None:
    await shop.write("Hello")
    assert await shop.sent() == [MENU]
    await shop.write("2", at=NOW + LATER)
    assert await shop.sent() == [MENU, "Care reads you."]


async def test_who_does_not_answer_is_greeted_where_the_next_rule_leads(shop: Shop) -> None:
    await shop.write("Hello", at=clock.now() - timedelta(minutes=11))
    async with shop.account.database.unit_of_work() as work:
        await route_unanswered(work, now=clock.now())
    assert await shop.sent() == [MENU, "Rest reads you."]


async def test_neither_the_question_nor_the_greeting_is_an_answer(shop: Shop) -> None:
    agent = await make_agent(shop.account, shop.device, division_id=shop.sales)
    await open_console(shop.account, agent)
    first = await shop.write("Hello")
    await shop.write("1", at=NOW + LATER)
    async with shop.account.reading() as session:
        row = await get_conversation(session, shop.account.id, first.id)
    assert (row.assignee_id, row.is_answered) == (agent.id, False)
    assert (row.waiting_since, row.unread) == (first.waiting_since, 2)


async def test_snoozing_ends_the_menu_and_waking_asks_nothing(shop: Shop) -> None:
    asked, now = await shop.write("Hello"), clock.now()
    async with shop.account.work() as work:
        snoozed = await snooze_conversation(
            work, shop.account.supervisor, asked.id, now + timedelta(hours=1), now=now
        )
    assert (snoozed.status, snoozed.menu) == ("snoozed", None)
    await ask(shop.account, "update conversation set snoozed_until = now() - interval '1 second'")
    for step in (wake_snoozed, route_due):
        async with shop.account.database.unit_of_work() as work:
            await step(work, now=clock.now())
    async with shop.account.reading() as session:
        row = await get_conversation(session, shop.account.id, asked.id)
    assert (row.division_id, row.status, row.menu) == (shop.rest, "waiting", None)
    assert await shop.sent() == [MENU, "Rest reads you."]
