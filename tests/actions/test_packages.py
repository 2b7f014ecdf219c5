"""Packages: counted in the month of the account, and no reason to lose what a customer writes."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from helpdesk.actions.reply import Draft, reply
from helpdesk.database import execute, fetch
from helpdesk.errors import Conflict
from helpdesk.queries.packages import list_allowances
from tests.factories import AccountUnderTest, DeviceUnderTest, make_device, make_division, receive


async def limit(account: AccountUnderTest, messages: int) -> None:
    async with account.work() as work:
        await execute(
            work.session, "update device set package = 'regular' where account_id = $1", account.id
        )
        await execute(
            work.session,
            "update package set messages_per_month = $2 where account_id = $1",
            account.id,
            messages,
        )


async def answer(account: AccountUnderTest, device: DeviceUnderTest, now: datetime) -> None:
    async with account.reading() as session:
        [row] = await fetch(
            session, "select id from conversation where account_id = $1", account.id
        )
    async with account.work() as work:
        draft = Draft(client_id=uuid4(), text="Ya")
        await reply(work, device.actor, row["id"], draft, now=now)


async def used(account: AccountUnderTest, device: DeviceUnderTest, now: datetime) -> int:
    async with account.reading() as session:
        return (await list_allowances(session, account.id, [device.id], now=now))[device.id].used


async def test_a_month_is_one_of_the_accounts_time_zone(account: AccountUnderTest) -> None:
    device = await make_device(account)
    await receive(account, device, text="Halo")
    await limit(account, 1)
    before = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
    after = datetime(2026, 11, 30, 17, 1, tzinfo=UTC)
    await answer(account, device, before)
    with pytest.raises(Conflict) as refused:
        await answer(account, device, before)
    assert refused.value.facts["reason"] == "insufficient_quota"
    assert await used(account, device, after) == 0
    await answer(account, device, after)
    assert (await used(account, device, before), await used(account, device, after)) == (1, 1)


async def test_a_refused_answer_leaves_nothing_behind(account: AccountUnderTest) -> None:
    device = await make_device(account)
    await receive(account, device, text="Halo")
    await limit(account, 0)
    with pytest.raises(Conflict):
        await answer(account, device, datetime(2026, 11, 1, tzinfo=UTC))
    async with account.reading() as session:
        assert not await fetch(session, "select from outbox where account_id = $1", account.id)
        assert not await fetch(
            session, "select from device_usage where account_id = $1", account.id
        )


async def test_a_used_up_quota_silences_automatic_texts_and_loses_no_message(
    account: AccountUnderTest,
) -> None:
    division = await make_division(account, greeting="Selamat datang")
    device = await make_device(account, default_division_id=division)
    await limit(account, 0)
    line = await receive(account, device, text="Halo")
    assert line.conversation.status == "waiting"
    assert [event.type for event in await account.events("message.queued")] == []
