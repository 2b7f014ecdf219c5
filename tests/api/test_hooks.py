"""Webhooks at the door: an unknown key finds nothing, and leaves nothing behind."""

from typing import Any

import pytest

from tests.api.house import House
from tests.factories import make_device


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


async def test_a_device_that_was_removed_has_no_hook(house: House) -> None:
    device = await make_device(house.account, number="6281100000002")
    owner = await house.caller("owner")
    assert (await owner.delete(f"/api/v1/devices/{device.id}")).status_code == 204
    assert (await house.served.hook(device)).status_code == 404
    assert await kept(house) == []


async def kept(house: House) -> list[Any]:
    """Return what is stored of webhooks, in whatever state, and what came of it."""
    async with house.account.database.engine.connect() as connection:
        rows = await connection.exec_driver_sql(
            "select id from inbound union all select id from message"
            " union all select id from contact"
        )
        return list(rows)
