"""Automatic messages: who is told what, when, and how often."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions.automatic import tell_busy
from helpdesk.actions.conversations import reopen_conversation, resolve_conversation
from helpdesk.actions.deliver import claim_sends, settle_failed, settle_sent
from helpdesk.actions.ingest import Delivery, take_deliveries
from helpdesk.actions.reply import Draft, reply
from helpdesk.actions.start import start_conversation
from helpdesk.actions.waiting import assign_waiting, route_due
from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.errors import Rejected
from helpdesk.gateways import Sent
from helpdesk.queries.automatic import list_untold
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.rotas import lock_rotas
from tests.factories import (
    PARSER,
    AccountUnderTest,
    DeviceUnderTest,
    body_of,
    make_agent,
    make_device,
    make_division,
    open_console,
    receive,
)
from tests.workers.sending import ask

MONDAY = datetime(2026, 3, 2, 5, tzinfo=UTC)
"""Noon in Jakarta, the account's time zone."""
NIGHT = MONDAY + timedelta(hours=12)
OFFICE = [{"days": [0, 1, 2, 3, 4], "from": "08:00", "to": "17:00"}]
GREETING = "{time.greeting} {contact.name}, {division.name} at {device.name} reads you."
GREETED = "Selamat siang Rina, Sales at Shop reads you."
BUSY, CLOSED = "All are busy.", "We open at 8."
TEXTS: dict[str, Any] = {
    "greeting": GREETING, "busy_text": BUSY, "outside_text": CLOSED, "hours": OFFICE,
}  # fmt: skip


class Shop:
    """A device and a division with every text, and an agent who may come and go."""

    def __init__(self, account: AccountUnderTest, device: DeviceUnderTest, division: UUID) -> None:
        self.account, self.device, self.division = account, device, division

    async def write(self, after: timedelta = timedelta(0), **fields: Any) -> UUID:
        """Let a customer write so long after Monday noon; returns the conversation."""
        fields = {"name": "Rina"} | fields
        line = await receive(self.account, self.device, now=MONDAY + after, **fields)
        return line.conversation.id

    async def tell(self, after: timedelta = timedelta(0)) -> None:
        """Try the queue, and tell who waits."""
        key = (self.account.id, self.division)
        async with self.account.database.unit_of_work() as work:
            await assign_waiting(work, key, now=MONDAY + after)
        async with self.account.database.unit_of_work() as work:
            await tell_busy(work, key, now=MONDAY + after)

    async def said(self) -> list[str]:
        """What customers were told, in order."""
        rows = await ask(
            self.account, "select text from message where direction = 'out' order by number"
        )
        return [row[0] for row in rows]

    async def staff(self, **columns: Any) -> Any:
        """Add an agent who is here."""
        agent = await make_agent(self.account, self.device, division_id=self.division, **columns)
        await open_console(self.account, agent)
        return agent


HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LATE = NIGHT - MONDAY


@pytest.fixture
async def shop(account: AccountUnderTest) -> Shop:
    await ask(account, "update account set language = 'id'")
    return await make_shop(account, **TEXTS)


async def make_shop(account: AccountUnderTest, **columns: Any) -> Shop:
    """Store a division, with these columns, and a device whose messages go to it."""
    division = await make_division(account, **columns)
    device = await make_device(account, default_division_id=division, is_group_routed=True)
    return Shop(account, device, division)


async def test_a_customer_is_greeted_when_a_conversation_is_opened(shop: Shop) -> None:
    ani = await shop.staff()
    id_ = await shop.write()
    await shop.write(MINUTE, text="Are you there?")
    assert await shop.said() == [GREETED]
    [message] = await ask(
        shop.account, "select * from message where direction = 'out' and conversation_id = $1", id_
    )
    assert (message["sender_kind"], message["status"]) == ("system", "queued")
    assert len(await ask(shop.account, "select from outbox")) == 1
    async with shop.account.reading() as session:
        row = await get_conversation(session, shop.account.id, id_)
    assert (row.assignee_id, row.unread, row.waiting_since) == (ani.id, 2, MONDAY)


async def test_the_greeting_stands_below_what_it_answers_though_the_gateways_clock_is_fast(
    shop: Shop,
) -> None:
    await shop.staff()
    ahead = MONDAY + timedelta(seconds=20)
    await shop.write(at=ahead.timestamp())
    rows = await ask(shop.account, "select direction from message order by sort_at, number")
    assert [row[0] for row in rows] == ["in", "out"]
    [told] = await shop.account.events("message.queued")
    assert body_of(told)["conversation"]["last_message"]["text"] == GREETED


async def test_who_waits_is_told_once_that_all_are_busy(shop: Shop) -> None:
    await shop.write()
    for minute in range(3):
        await shop.tell(minute * MINUTE)
    assert await shop.said() == [GREETED, BUSY]


async def test_nobody_is_told_that_all_are_busy_when_somebody_takes_it(shop: Shop) -> None:
    async with shop.account.work() as work:
        await lock_rotas(work.session, [(shop.account.id, shop.division)])
        id_ = await shop.write()
    await shop.staff()
    await shop.tell()
    assert await shop.said() == [GREETED]
    [row] = await ask(shop.account, "select status, is_busy_due from conversation")
    assert tuple(row) == ("assigned", False)
    assert id_


async def test_time_alone_tells_nobody_again_but_a_message_after_an_hour_does(shop: Shop) -> None:
    await shop.write()
    await shop.tell()
    await shop.write(30 * MINUTE)
    await shop.tell(30 * MINUTE)
    await shop.tell(2 * HOUR)
    assert await shop.said() == [GREETED, BUSY]
    await shop.write(2 * HOUR)
    await shop.tell(2 * HOUR)
    assert await shop.said() == [GREETED, BUSY, BUSY]


async def test_outside_office_hours_another_text_comes_instead_once_an_hour(shop: Shop) -> None:
    for after in (timedelta(0), MINUTE, 59 * MINUTE, HOUR):
        await shop.write(LATE + after)
        await shop.tell(LATE + after)
    assert await shop.said() == [CLOSED, CLOSED]


async def test_outside_office_hours_agents_who_are_here_get_it_all_the_same(shop: Shop) -> None:
    ani = await shop.staff()
    await shop.write(LATE)
    [row] = await ask(shop.account, "select assignee_id from conversation")
    assert row[0] == ani.id
    assert await shop.said() == [CLOSED]


async def test_a_division_keeps_the_hours_of_its_own_time_zone(shop: Shop) -> None:
    await ask(shop.account, "update division set time_zone = 'America/New_York'")
    await shop.write()
    await shop.write(LATE, number="6285550002")
    assert await shop.said() == [CLOSED, GREETED]


async def test_groups_are_told_nothing(shop: Shop) -> None:
    group = {"number": "120363041234567890@g.us", "group": True, "member": "6285550002"}
    for after in (timedelta(0), LATE):
        await shop.write(after, **group)
        await shop.tell(after)
    assert await shop.said() == []


async def test_what_we_write_ourselves_is_answered_by_nobody(shop: Shop) -> None:
    await shop.write()
    await shop.write(LATE, own=True, text="From the phone")
    assert await shop.said() == [GREETED, "From the phone"]


async def test_a_conversation_that_an_agent_starts_begins_without_greeting(shop: Shop) -> None:
    ani = await shop.staff()
    async with shop.account.work() as work:
        await start_conversation(work, ani, shop.device.id, "6285550001", name="", now=MONDAY)
    await shop.write(MINUTE)
    assert await shop.said() == []


async def test_what_nobody_routes_is_greeted_when_it_is(shop: Shop) -> None:
    await ask(shop.account, "update device set default_division_id = null")
    await shop.write()
    assert await shop.said() == []
    await shop.staff()
    await ask(shop.account, "update conversation set route_due_at = now() - interval '1 s'")
    async with shop.account.database.unit_of_work() as work:
        assert await route_due(work, now=MONDAY) == 1
    assert await shop.said() == [GREETED]


async def test_who_is_reopened_by_a_supervisor_hears_nothing(shop: Shop) -> None:
    id_ = await shop.write()
    await shop.tell()
    for action in (resolve_conversation, reopen_conversation):
        async with shop.account.work() as work:
            await action(work, shop.account.supervisor, id_, now=MONDAY + 2 * HOUR)
    await shop.tell(2 * HOUR)
    assert await shop.said() == [GREETED, BUSY]


async def test_an_automatic_message_moves_no_rotation(shop: Shop) -> None:
    await shop.write()
    await shop.tell()
    [row] = await ask(shop.account, "select turn_number, cycle, cycle_start from division")
    assert tuple(row) == (0, 1, 1)
    assert await ask(shop.account, "select from turn") == []


@pytest.mark.parametrize("is_sent", [True, False], ids=["sent", "failed"])
async def test_an_automatic_message_is_no_answer_whatever_becomes_of_it(
    shop: Shop, *, is_sent: bool
) -> None:
    ani = await shop.staff()
    id_ = await shop.write()
    async with shop.account.database.unit_of_work() as work:
        [greeting] = await claim_sends(work, busy_devices=[], per_device=1, most=1)
        await settle_sent(work, greeting, Sent(provider_id="g"), now=MONDAY)
    async with shop.account.work() as work:
        await reply(work, ani, id_, Draft(text="Hi"), now=MONDAY + MINUTE)
    async with shop.account.database.unit_of_work() as work:
        [answer] = await claim_sends(work, busy_devices=[], per_device=1, most=1)
        if is_sent:
            await settle_sent(work, answer, Sent(provider_id="a"), now=MONDAY)
        else:
            await settle_failed(work, answer, Rejected("No such number."), now=MONDAY)
    [row] = await ask(shop.account, "select waiting_since from conversation")
    assert row[0] == (None if is_sent else MONDAY)


async def test_a_division_without_texts_says_nothing(account: AccountUnderTest) -> None:
    shop = await make_shop(account)
    await shop.write()
    await shop.tell()
    assert await shop.said() == []
    async with account.database.unit_of_work() as work:
        assert await list_untold(work.session) == []


async def test_a_text_that_says_nothing_when_filled_in_is_not_sent(shop: Shop) -> None:
    await ask(shop.account, "update division set greeting = '{contact.name}', busy_text = ''")
    await shop.write(name="")
    assert await shop.said() == []


@pytest.fixture
async def nodes(account: AccountUnderTest) -> AsyncIterator[list[Database]]:
    """Two processes on the same database."""
    found = [Database(account.database.url, Bus(), pool_size=20) for _ in range(2)]
    yield found
    for each in found:
        await each.close()


def webhook(shop: Shop, number: str) -> Delivery:
    message = {"type": "message", "id": uuid4().hex, "from": number, "text": "Hello"}
    body = msgspec.json.encode(message)
    return Delivery(
        hook_digest=shop.account.vault.digest(shop.device.hook_key).hex(),
        gateway_kind="simulated",
        body=body,
        content_type="application/json",
        parsed=PARSER.parse_webhook(body, "application/json"),
    )


async def test_over_two_processes_each_customer_is_told_exactly_once(
    shop: Shop, nodes: list[Database]
) -> None:
    numbers = [f"62855500{n}" for n in range(10)]

    async def take(node: Database, number: str) -> None:
        async with node.unit_of_work() as work:
            await take_deliveries(work, [webhook(shop, number)], now=MONDAY)

    async def tell(node: Database) -> None:
        async with node.unit_of_work() as work:
            await tell_busy(work, (shop.account.id, shop.division), now=MONDAY)

    await asyncio.gather(*(take(node, n) for n in numbers for node in nodes * 2))
    await asyncio.gather(*(tell(node) for node in nodes * 3))
    rows = await ask(
        shop.account,
        "select text like 'Selamat%', count(*), count(distinct contact_id) from message"
        " where direction = 'out' group by 1 order by 1",
    )
    assert [tuple(row) for row in rows] == [(False, 10, 10), (True, 10, 10)]


async def test_a_batch_of_many_customers_is_told_with_as_many_statements_as_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for size in (2, 40):
        batch = [webhook(shop, f"6285{size:03}{n:04}") for n in range(size)]
        async with shop.account.database.unit_of_work() as work:
            counting = work.session.info["driver"] = Counting(work.session.info["driver"])
            await take_deliveries(work, batch, now=clock.now())
            work.session.info["driver"] = counting.driver
        counts.append(counting.count)
    assert counts[0] == counts[1]
    assert len(await shop.said()) == 42


class Counting:
    """Stands before the driver and counts the statements."""

    def __init__(self, driver: Any) -> None:
        self.driver, self.count = driver, 0

    async def fetch(self, *arguments: Any) -> Any:
        self.count += 1
        return await self.driver.fetch(*arguments)
