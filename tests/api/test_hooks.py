"""Webhooks at the door: an unknown key finds nothing, and leaves nothing behind."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpdesk.database import SESSION_SETTINGS, Database, fetch
from tests.api.house import House
from tests.factories import AccountUnderTest, make_device
from tests.served import serve


async def test_a_hook_by_an_unknown_key_is_not_there_and_stores_nothing(house: House) -> None:
    unknown = house.served.caller()
    message = {"type": "message", "from": "6285550001", "text": "Hello"}
    answers = [
        await unknown.post(f"/hooks/simulated/{key}", json=message)
        for key in ("unknown", house.device.token, str(house.device.id), "x" * 5000)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert await kept(house) == []


@pytest.mark.parametrize("gateway", ["fonnte", "whatsapp-cloud", "nothing", "SIMULATED"])
async def test_a_hook_under_another_gateways_name_is_not_there(house: House, gateway: str) -> None:
    path = f"/hooks/{gateway}/{house.device.hook_key}"
    message = {"device": house.device.number, "sender": "6285550001", "message": "Hello"}
    answer = await house.served.caller().post(path, json=message)
    assert answer.status_code == 404
    assert await kept(house) == []


async def test_a_hook_needs_no_session_for_a_key_of_idempotency(house: House) -> None:
    message = {"type": "message", "from": "6285550001", "text": "Hello"}
    answer = await house.served.caller().post(
        f"/hooks/simulated/{house.device.hook_key}",
        json=message,
        headers={"Idempotency-Key": "1"},
    )
    assert (answer.status_code, answer.json()["new"]) == (200, 1)


async def test_what_the_server_sent_itself_comes_in_at_no_hook(house: House) -> None:
    """Of a webhook whose address is a hook, each message would make another one, without end."""
    via = f"{house.account.vault.via}, 1.1 proxy"
    path = f"/hooks/simulated/{house.device.hook_key}"
    message = {"type": "message", "from": "6285550001", "text": "Hello"}
    answer = await house.served.caller().post(path, json=message, headers={"Via": via})
    assert (answer.status_code, answer.json()["reason"]) == (409, "own_address")
    assert await kept(house) == []
    other = {"Via": "1.1 helpdesk-another"}
    assert (await house.served.caller().post(path, json=message, headers=other)).status_code == 200


async def test_a_device_that_was_removed_has_no_hook(house: House) -> None:
    device = await make_device(house.account, number="6281100000002")
    owner = await house.caller("owner")
    assert (await owner.delete(f"/api/v1/devices/{device.id}")).status_code == 204
    assert (await house.served.hook(device)).status_code == 404
    assert await kept(house) == []


async def test_a_customer_whose_lock_is_held_costs_the_others_of_the_batch_nothing(
    account: AccountUnderTest,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(SESSION_SETTINGS, "lock_timeout", "200ms")
    device = await make_device(account)
    numbers = [f"62855500{number:02}" for number in range(12)]
    async with serve(database, tmp_path) as served:

        async def write(number: str) -> httpx.Response:
            return await served.hook(device, **{"from": number})

        assert (await write(numbers[5])).status_code == 200
        async with account.work() as work:
            await fetch(work.session, "select from contact for update")
            answers = await asyncio.gather(*map(write, numbers))
        assert (await write(numbers[5])).status_code == 200
    refused = answers.pop(5)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert {answer.status_code for answer in answers} == {200}


async def kept(house: House) -> list[Any]:
    """Return what is stored of webhooks, in whatever state, and what came of it."""
    async with house.account.database.engine.connect() as connection:
        rows = await connection.exec_driver_sql(
            "select id from inbound union all select id from message"
            " union all select id from contact"
        )
        return list(rows)
