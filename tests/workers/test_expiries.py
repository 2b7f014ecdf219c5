"""Packages that run out: everybody is told once, whoever looks."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk import clock
from helpdesk.actions.devices import change_device, order_package
from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.workers.expiries import ExpiryStep
from tests.factories import AccountUnderTest, DeviceUnderTest, body_of, make_device
from tests.workers.sending import ask

MONTH = timedelta(days=30)


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    device = await make_device(account)
    await ask(account, "update device set package = 'regular', expires_at = now() returning id")
    return device


async def told(account: AccountUnderTest) -> list[dict[str, Any]]:
    """Let several processes look, and return what was told of devices."""
    databases = [Database(account.database.url, Bus()) for _ in range(3)]
    await asyncio.gather(*(ExpiryStep(each)() for each in databases))
    for each in databases:
        await each.close()
    return [body_of(event)["device"] for event in await account.events("device.changed")]


async def test_several_processes_tell_once_that_a_package_ran_out(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    [brief] = await told(account)
    assert (brief["id"], brief["is_expired"]) == (str(device.id), True)
    assert len(await told(account)) == 1


@pytest.mark.parametrize("change", ["expires_at = now() + interval '1 hour'", "package = 'free'"])
async def test_a_package_that_is_still_there_or_free_anyway_is_not_told(
    account: AccountUnderTest, device: DeviceUnderTest, change: str
) -> None:
    await ask(account, f"update device set {change} returning id")  # noqa: S608 - ours
    assert await told(account) == []


@pytest.mark.parametrize("is_ordered", [True, False], ids=["ordered", "set"])
async def test_a_package_that_was_renewed_runs_out_anew(
    account: AccountUnderTest, device: DeviceUnderTest, *, is_ordered: bool
) -> None:
    await told(account)
    await renew(account, device, clock.now() + MONTH, is_ordered=is_ordered)
    assert [each["is_expired"] for each in await told(account)] == [True, False]
    await ask(account, "update device set expires_at = now() returning id")
    assert [each["is_expired"] for each in await told(account)] == [True, False, True]


async def renew(
    account: AccountUnderTest, device: DeviceUnderTest, until: datetime, *, is_ordered: bool
) -> None:
    async with account.work() as work:
        if is_ordered:
            await order_package(work, device.id, "super", expires_at=until, now=clock.now())
        else:
            changes = {"expires_at": until}
            await change_device(work, account.vault, {}, device.id, changes, now=clock.now())


async def test_who_sends_all_of_the_month_is_told_once_and_again_with_a_larger_package(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    limit = "update package set messages_per_month = {} where code = 'lite' returning code"
    count = "update device_usage set messages = {} returning messages"
    await ask(account, limit.format(2))
    await ask(account, "update device set package = 'lite', expires_at = null returning id")
    await ask(
        account,
        "insert into device_usage (account_id, device_id, month, messages) "
        "select d.account_id, d.id, to_char(now() at time zone a.time_zone, 'YYYY-MM'), 1 "
        "from device d join account a on a.id = d.account_id returning messages",
    )
    assert await told(account) == []
    await ask(account, count.format(2))
    assert [each["is_used_up"] for each in await told(account)] == [True]
    assert len(await told(account)) == 1
    await ask(account, limit.format(3))
    assert [each["is_used_up"] for each in await told(account)] == [True, False]
    await ask(account, count.format(3))
    assert [each["is_used_up"] for each in await told(account)] == [True, False, True]
    await ask(account, "update device_usage set month = '2020-01' returning messages")
    assert [each["is_used_up"] for each in await told(account)][2:] == [True, False]
