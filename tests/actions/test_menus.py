"""The customer's menu: asked once, answered, asked again, and left behind."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions import conversations as actions
from helpdesk.actions.ingest import Delivery, take_deliveries
from helpdesk.actions.reply import Draft, reply
from helpdesk.actions.rules import change_rule, remove_rule
from helpdesk.actions.waiting import route_due, route_unanswered
from helpdesk.gateways import Poll
from helpdesk.queries.conversations import get_conversation, recount_waiting
from helpdesk.shapes.conversations import ConversationOut
from helpdesk.shapes.rules import AlwaysCondition
from tests.actions.shop_menu import LATER, NOW, Shop, add, menu_of, open_shop
from tests.factories import (
    PARSER,
    AccountUnderTest,
    body_of,
    deliver,
    make_agent,
    open_console,
)

MENU = "Which?\n\n1. Sales\n2. Care"


@pytest.fixture
async def shop(account: AccountUnderTest) -> Shop:
    return await open_shop(account)


async def fresh(shop: Shop, conversation: ConversationOut) -> ConversationOut:
    async with shop.account.reading() as session:
        return (await get_conversation(session, shop.account.id, conversation.id)).out()


async def pass_time(shop: Shop) -> int:
    """Do what the waiting loop does for those who did not answer."""
    async with shop.account.database.unit_of_work() as work:
        return await route_unanswered(work, now=clock.now())


async def test_new_conversation_is_asked_and_stays_unrouted(shop: Shop) -> None:
    asked = await shop.write("Hello")
    assert (asked.status, asked.division_id, asked.unread) == ("unrouted", None, 1)
    assert asked.menu
    assert (asked.menu.rule_id, asked.menu.asked_at, asked.menu.repeats) == (shop.menu.id, NOW, 0)
    assert asked.waiting_since
    assert asked.last_message
    assert (asked.last_message.direction, asked.last_message.text) == ("out", MENU)
    assert await shop.sent() == [MENU]
    told = [event.type for event in await shop.account.events()][2:]
    assert told == ["conversation.opened", "message.received", "message.queued"]


async def test_gateway_that_has_polls_is_given_one(shop: Shop) -> None:
    def can_poll(kind: str, poll: Poll) -> bool:
        return kind == "simulated" and poll.choices == ["Sales", "Care"]

    body = msgspec.json.encode({"type": "message", "id": "1", "from": "6285550001", "text": "Hi"})
    digest = shop.account.vault.digest(shop.device.hook_key).hex()
    parsed = PARSER.parse_webhook(body, "")
    given = Delivery(
        hook_digest=digest, gateway_kind="simulated", body=body, content_type="", parsed=parsed
    )
    async with shop.account.database.unit_of_work() as work:
        await take_deliveries(work, [given], now=NOW, can_poll=can_poll)
    [event] = await shop.account.events("message.queued")
    assert body_of(event)["message"]["kind"] == "poll"
    assert body_of(event)["message"]["poll"]["choices"] == ["Sales", "Care"]
    assert body_of(event)["message"]["sender"]["kind"] == "system"


async def test_answer_picks_the_division_and_takes_a_turn(shop: Shop) -> None:
    agent = await make_agent(shop.account, shop.device, division_id=shop.care)
    await open_console(shop.account, agent)
    await shop.write("Hello")
    answered = await shop.write("2", at=NOW + LATER)
    assert (answered.division_id, answered.assignee_id) == (shop.care, agent.id)
    assert (answered.status, answered.menu) == ("assigned", None)
    [routed] = await shop.account.events("conversation.routed")
    assert body_of(routed)["rule_id"] == str(shop.menu.id)
    assert len(await shop.sent()) == 1


async def test_vote_picks_the_division(shop: Shop) -> None:
    await shop.write("Hello")
    voted = await shop.write("", at=NOW + LATER, kind="poll_vote", choices=["Care"])
    assert voted.division_id == shop.care


async def test_vote_that_is_taken_back_is_no_wrong_answer(shop: Shop) -> None:
    await shop.write("Hello")
    silent = await shop.write("", at=NOW + LATER, kind="poll_vote", choices=[])
    assert silent.menu
    assert (silent.menu.repeats, len(await shop.sent())) == (0, 1)


async def test_wrong_answer_is_asked_once_more_and_then_the_next_rule_decides(shop: Shop) -> None:
    await shop.write("Hello")
    again = await shop.write("Huh?", at=NOW + LATER)
    assert again.menu
    assert (again.menu.repeats, again.status, again.unread) == (1, "unrouted", 2)
    assert await shop.sent() == [MENU, MENU]
    given_up = await shop.write("What?", at=NOW + 2 * LATER)
    assert (given_up.division_id, given_up.menu) == (shop.rest, None)
    assert len(await shop.sent()) == 2


async def test_right_answer_counts_after_a_wrong_one(shop: Shop) -> None:
    await shop.write("Hello")
    await shop.write("Huh?", at=NOW + LATER)
    assert (await shop.write("sales", at=NOW + 2 * LATER)).division_id == shop.sales


async def test_without_a_rule_behind_it_the_devices_default_decides(
    account: AccountUnderTest,
) -> None:
    shop = await open_shop(account, has_rest=False)
    for at in range(3):
        last = await shop.write("Huh?", at=NOW + at * LATER)
    assert (last.status, last.division_id, last.menu) == ("unrouted", None, None)
    assert (await shop.write("Still here", at=NOW + 4 * LATER)).menu is None
    assert len(await shop.sent()) == 2


async def test_burst_of_first_messages_is_asked_once(shop: Shop) -> None:
    await asyncio.gather(*(shop.write(f"Line {n}") for n in range(10)))
    together = [
        {"type": "message", "id": f"m{n}", "from": "6285550002", "text": "Hi"} for n in range(10)
    ]
    await deliver(shop.account, shop.device, msgspec.json.encode(together), now=NOW)
    assert len(await shop.sent()) == 2


async def test_redelivered_webhook_asks_nothing(shop: Shop) -> None:
    body = msgspec.json.encode({"type": "message", "id": "1", "from": "6285550001", "text": "Hi"})
    for at in range(3):
        await deliver(shop.account, shop.device, body, now=NOW + at * LATER)
    assert len(await shop.sent()) == 1


async def test_group_is_never_asked(account: AccountUnderTest) -> None:
    shop = await open_shop(account, is_group_routed=True)
    written = await shop.write("Hello", number="123-456@g.us", member="6285550009")
    assert (written.division_id, written.menu) == (shop.rest, None)
    assert await shop.sent() == []


Deed = Callable[[Shop, UUID], Awaitable[None]]


async def resolve(shop: Shop, id_: UUID) -> None:
    async with shop.account.work() as work:
        await actions.resolve_conversation(work, shop.account.supervisor, id_, now=NOW)


async def transfer(shop: Shop, id_: UUID) -> None:
    async with shop.account.work() as work:
        actor = shop.account.supervisor
        await actions.transfer_to_division(work, actor, id_, shop.care, now=NOW)


async def answer(shop: Shop, id_: UUID) -> None:
    async with shop.account.work() as work:
        await reply(work, shop.device.actor, id_, Draft(text="I am here"), now=NOW)


@pytest.mark.parametrize("deed", [resolve, transfer, answer])
async def test_what_people_do_ends_the_menu_for_good(shop: Shop, deed: Deed) -> None:
    asked = await shop.write("Hello")
    await deed(shop, asked.id)
    assert (await fresh(shop, asked)).menu is None
    await shop.write("Are you there?", at=NOW + LATER)
    assert (await fresh(shop, asked)).menu is None
    assert await shop.sent() == [MENU]


async def test_line_from_the_phone_ends_the_menu(shop: Shop) -> None:
    asked = await shop.write("Hello")
    await shop.write("It is me", own=True, at=NOW + LATER)
    assert (await fresh(shop, asked)).menu is None


async def test_silence_leads_to_the_next_rule_once_over_two_processes(shop: Shop) -> None:
    asked = await shop.write("Hello", at=clock.now() - timedelta(minutes=9))
    assert await pass_time(shop) == 0
    late = await shop.write("Hello", number="6285550002", at=clock.now() - timedelta(minutes=11))
    handled = await asyncio.gather(*(pass_time(shop) for _ in range(4)))
    assert sum(handled) == 1
    assert (await fresh(shop, late)).division_id == shop.rest
    assert (await fresh(shop, asked)).menu
    assert len(await shop.account.events("conversation.routed")) == 1


async def test_silence_that_leads_nowhere_is_told(account: AccountUnderTest) -> None:
    shop = await open_shop(account, has_rest=False)
    late = await shop.write("Hello", at=clock.now() - timedelta(minutes=11))
    assert await pass_time(shop) == 1
    [event] = await account.events("conversation.updated")
    assert body_of(event)["conversation"]["menu"] is None
    assert (await fresh(shop, late)).menu is None


async def test_waiting_time_is_the_rules_own(shop: Shop) -> None:
    patient = menu_of(shop.sales, shop.care, wait_minutes=60)
    async with shop.account.work() as work:
        await change_rule(work, shop.menu.id, {"condition": patient}, now=NOW)
    await shop.write("Hello", at=clock.now() - timedelta(minutes=59))
    assert await pass_time(shop) == 0


async def test_menu_that_is_gone_no_longer_holds_anybody_up(shop: Shop) -> None:
    await shop.write("Hello")
    async with shop.account.work() as work:
        await remove_rule(work, shop.menu.id, now=NOW)
    assert (await shop.write("1", at=NOW + LATER)).division_id == shop.rest


async def test_fault_while_asking_asks_a_moment_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("helpdesk.actions.assign.seat_agents", fail)
        asked = await shop.write("Hello")
    assert (asked.menu, asked.status) == (None, "unrouted")
    assert await shop.sent() == []
    async with shop.account.database.unit_of_work() as work:
        await route_due(work, now=clock.now())
    assert (await fresh(shop, asked)).menu
    assert await shop.sent() == [MENU]


async def test_menu_is_no_answer_to_what_the_customer_wrote(shop: Shop) -> None:
    agent = await make_agent(shop.account, shop.device, division_id=shop.sales)
    await open_console(shop.account, agent)
    first = await shop.write("Hello")
    await shop.write("1", at=NOW + LATER)
    async with shop.account.work() as work:
        await recount_waiting(work.session, [(shop.account.id, first.id)])
    assert (await fresh(shop, first)).waiting_since == first.waiting_since


async def test_conversation_that_was_unrouted_before_the_rule_is_not_asked(
    account: AccountUnderTest,
) -> None:
    shop = await open_shop(account, has_rest=False)
    async with account.work() as work:
        await change_rule(work, shop.menu.id, {"is_enabled": False}, now=NOW)
    await shop.write("Hello")
    async with account.work() as work:
        await change_rule(work, shop.menu.id, {"is_enabled": True}, now=NOW)
    await add(account, shop.device, AlwaysCondition(), division_id=shop.rest)
    assert (await shop.write("Again", at=NOW + LATER)).division_id == shop.rest
