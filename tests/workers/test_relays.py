"""Relays: files that come in are passed on to the number that the device names, each once."""

import asyncio
from typing import Any

import asyncpg
import pytest

from helpdesk import clock
from helpdesk.actions.device_webhooks import set_webhooks
from helpdesk.errors import InputError
from helpdesk.queries.devices import lock_device
from helpdesk.workers.relays import RelayStep
from tests.factories import (
    CUSTOMER,
    AccountUnderTest,
    DeviceUnderTest,
    make_device,
    make_file,
    receive,
)
from tests.workers.sending import ask

TARGET = "6281399990000"
LINK = {"kind": "image", "url": "https://files.example/a.png"}
STORED = "update media set state = 'stored', path = 'x', mime = 'image/png'"


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    device = await make_device(account, is_group_routed=True)
    await set_(account, device, resend_target="+62 813-9999-0000")
    return device


async def set_(account: AccountUnderTest, device: DeviceUnderTest, **settings: Any) -> None:
    async with account.work() as work:
        row = await lock_device(work.session, account.id, device.id)
        await set_webhooks(work, account.vault, row, settings, now=clock.now())


async def passed_on(account: AccountUnderTest) -> list[asyncpg.Record]:
    """Let two processes pass on, and return what went out."""
    steps = [RelayStep(account.database) for _ in range(2)]
    while any(await asyncio.gather(*(step() for step in steps))):
        pass
    return await ask(
        account,
        "select m.text, m.kind, p.address, m.media_id from message m join contact p "
        "on p.account_id = m.account_id and p.id = m.contact_id where m.direction = 'out' "
        "and not m.is_from_phone",
    )


async def test_a_file_is_passed_on_once_with_who_sent_it(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    file = await make_file(account)
    await receive(account, device, text="Look", name="Rina", kind="image", media=str(file))
    [row] = await passed_on(account)
    assert tuple(row) == (f"*Rina {CUSTOMER}*\nLook", "image", TARGET, file)
    assert await ask(account, "select from relay") == []


async def test_a_file_that_is_to_be_fetched_is_passed_on_when_it_is_here(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await receive(account, device, text="", **LINK)
    assert await passed_on(account) == []
    await ask(account, STORED)
    [row] = await passed_on(account)
    assert row["text"] == f"*{CUSTOMER}*"


async def test_a_file_that_never_comes_is_forgotten(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await receive(account, device, **LINK)
    await ask(account, "update media set state = 'expired'")
    assert await passed_on(account) == []
    assert await ask(account, "select from relay") == []


@pytest.mark.parametrize(
    ("message", "settings"),
    [
        ({"url": ""}, {}),
        ({"own": True}, {}),
        ({"number": TARGET}, {}),
        ({"number": "6281111111111"}, {}),
        ({"number": "120363012345678901@g.us", "member": "6281111111111"}, {}),
        ({}, {"autoread": False}),
        ({}, {"personal": False}),
        ({}, {"resend_target": ""}),
    ],
    ids=[
        "text alone", "our own", "of the target", "of a device of ours", "of such in a group",
        "autoread off", "personal off", "nobody named",
    ],
)  # fmt: skip
async def test_what_is_not_to_be_passed_on_stays(
    account: AccountUnderTest,
    device: DeviceUnderTest,
    message: dict[str, Any],
    settings: dict[str, Any],
) -> None:
    await make_device(account, number="6281111111111")
    await receive(account, device)
    await set_(account, device, **settings)
    await receive(account, device, **LINK | message)
    await ask(account, STORED)
    assert await passed_on(account) == []


async def test_what_a_blocked_contact_sends_is_passed_on_to_nobody(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await receive(account, device)
    await ask(account, "update conversation set status = 'resolved', resolved_at = now()")
    await ask(account, "update contact set blocked_at = now()")
    await receive(account, device, kind="image", media=str(await make_file(account)))
    assert await passed_on(account) == []


async def test_a_device_whose_package_has_no_files_passes_nothing_on(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await ask(account, "update device set package = 'regular'")
    file = await make_file(account)
    await receive(account, device, kind="image", media=str(file))
    assert await passed_on(account) == []
    assert await ask(account, "select from relay") == []


@pytest.mark.parametrize("target", ["12", "nobody", "own"])
async def test_files_are_passed_on_to_another_number_only(
    account: AccountUnderTest, device: DeviceUnderTest, target: str
) -> None:
    with pytest.raises(InputError) as refused:
        await set_(account, device, resend_target=device.number if target == "own" else target)
    assert list(refused.value.facts["errors"]) == ["resend_target"]
