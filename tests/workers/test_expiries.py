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
