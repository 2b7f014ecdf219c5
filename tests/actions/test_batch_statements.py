"""Routing is set-based: a batch of 500 takes as many statements as a small one."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions.autoreplies import AutoreplyDraft, add_autoreply
from helpdesk.actions.ingest import Delivery, take_deliveries
from helpdesk.actions.waiting import BATCH, route_unanswered
from tests.actions.shop_menu import NOW, Shop, open_shop
from tests.factories import PARSER, AccountUnderTest, make_agent, make_device, open_console

HOUR = timedelta(hours=1)


@dataclass
class Counter:
    """Stands before the driver and counts."""

    driver: asyncpg.Connection
    statements: list[str] = field(default_factory=list)

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Count and run."""
        self.statements.append(sql)
        rows: list[asyncpg.Record] = await self.driver.fetch(sql, *arguments)
        return rows


async def take(shop: Shop, first: int, count: int, text: str, **fields: Any) -> int:
    """Take messages of so many customers in one batch; returns the number of statements."""
    bodies = [
        {"type": "message", "id": f"{text}{n}", "from": f"62855{n:07}", "text": text}
        for n in range(first, first + count)
    ]
    body = msgspec.json.encode(bodies)
    digest = shop.account.vault.digest(shop.device.hook_key).hex()
    parsed = PARSER.parse_webhook(body, "")
    given = Delivery(
        hook_digest=digest, gateway_kind="simulated", body=body, content_type="", parsed=parsed
    )
    async with shop.account.database.unit_of_work() as work:
        counter = work.session.info["driver"] = Counter(work.session.info["driver"])
        await take_deliveries(work, [given], now=fields.get("now", NOW))
    return len(counter.statements)


@pytest.fixture
async def shop(account: AccountUnderTest) -> Shop:
    shop = await open_shop(account)
    for division in (shop.sales, shop.rest):
        await open_console(account, await make_agent(account, shop.device, division_id=division))
    return shop


async def test_asking_500_customers_takes_as_many_statements_as_asking_two(shop: Shop) -> None:
    few = await take(shop, 0, 2, "Hello")
    assert await take(shop, 1_000, 500, "Hello") == few
    assert len(await shop.sent()) == 502


async def test_routing_500_answers_takes_as_many_statements_as_two(shop: Shop) -> None:
    await take(shop, 0, 502, "Hello")
    few = await take(shop, 0, 2, "1")
    assert await take(shop, 2, 500, "1") == few
    assert len(await shop.account.events("conversation.assigned")) == 502


async def test_leaving_menus_behind_takes_as_many_statements_for_many(shop: Shop) -> None:
    counts = []
    for first, count in ((0, 2), (1_000, BATCH)):
        await take(shop, first, count, "Hello", now=clock.now() - HOUR)
        async with shop.account.database.unit_of_work() as work:
            counter = work.session.info["driver"] = Counter(work.session.info["driver"])
            assert await route_unanswered(work, now=clock.now()) == count
        counts.append(len(counter.statements))
    assert counts[0] == counts[1]


async def test_answering_500_customers_by_itself_takes_as_many_statements_as_two(
    shop: Shop,
) -> None:
    device = await make_device(shop.account, number="6281100000002")
    draft = AutoreplyDraft(device_id=device.id, name="Bot", kind="default", text="Soon.")
    silent = await take(replace(shop, device=device), 0, 2, "Hi")
    async with shop.account.work() as work:
        await add_autoreply(work, draft, now=NOW)
    few = await take(replace(shop, device=device), 10, 2, "Hello")
    assert await take(replace(shop, device=device), 1_000, 500, "Hello") == few
    assert await shop.sent() == ["Soon."] * 502
    assert silent < few
