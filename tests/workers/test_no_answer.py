"""The no-answer loop, of two processes at once, from the moment that patience ends."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from helpdesk.database import Database
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    make_agent,
    make_device,
    make_division,
    open_console,
)
from tests.served import Served, serve
from tests.workers.sending import ask, until

CUSTOMERS = 12
SOON = 5.0
"""Seconds; the goal is 2 on a quiet machine."""


@pytest.fixture
async def second(database: Database, tmp_path: Path) -> AsyncIterator[Served]:
    """Another server on the same database, with loops of its own."""
    async with serve(database, tmp_path / "second") as running:
        yield running


@pytest.fixture
async def division(account: AccountUnderTest) -> UUID:
    return await make_division(account, no_answer_minutes=2, greeting="Hi", busy_text="Busy")


@pytest.fixture
async def device(account: AccountUnderTest, division: UUID) -> DeviceUnderTest:
    return await make_device(account, default_division_id=division)


async def test_two_servers_give_each_conversation_to_somebody_else_once(
    account: AccountUnderTest,
    device: DeviceUnderTest,
    division: UUID,
    served: Served,
    second: Served,
) -> None:
    for name in ("Ani", "Budi"):
        await open_console(
            account, await make_agent(account, device, name=name, division_id=division)
        )
    for number in range(CUSTOMERS):
        await (served, second)[number % 2].hook(device, **{"from": f"628555{number:04}"})
    owners = dict(await ask(account, "select id, assignee_id from conversation"))
    await ask(
        account,
        """
        update conversation set assigned_at = assigned_at - interval '3 minutes',
          waiting_since = waiting_since - interval '3 minutes'
        """,
    )

    async def is_done() -> bool:
        rows = await ask(account, "select from conversation where assignment = 2")
        return len(rows) == CUSTOMERS

    await until(is_done, SOON)
    now = dict(await ask(account, "select id, assignee_id from conversation"))
    assert all(now[id_] != owner for id_, owner in owners.items())
    assert len(await account.events("conversation.released")) == CUSTOMERS
    assert len(await ask(account, "select from turn")) == 2 * CUSTOMERS


async def test_two_servers_tell_each_customer_once_that_nobody_is_free(
    account: AccountUnderTest, device: DeviceUnderTest, served: Served, second: Served
) -> None:
    for number in range(CUSTOMERS):
        await (served, second)[number % 2].hook(device, **{"from": f"628555{number:04}"})

    async def told() -> list[str]:
        rows = await ask(account, "select content->>'text' from simulated_message")
        return sorted(row[0] for row in rows)

    async def is_done() -> bool:
        return len(await told()) >= 2 * CUSTOMERS

    await until(is_done, SOON)
    await served.hook(device, **{"from": "6285550000"})
    await until(is_done, SOON)
    assert await told() == ["Busy"] * CUSTOMERS + ["Hi"] * CUSTOMERS
