"""`/disconnect` and `/qr` as callers of the door meet them."""

from base64 import b64decode

import pytest

from helpdesk.database import execute
from tests.api.fonnte.door import Body, Door, read
from tests.factories import make_device

PNG = b"\x89PNG\r\n\x1a\n"


async def ask(door: Door, path: str, fields: Body | None = None, token: str = "") -> Body:
    headers = {"Authorization": token or door.house.device.token}
    return read(await door.caller.post(path, headers=headers, data=fields))


async def test_a_device_is_disconnected_once_and_everybody_is_told(door: Door) -> None:
    assert await ask(door, "/disconnect") == {"detail": "device disconnected", "status": True}
    again = await ask(door, "/disconnect")
    assert again == {"detail": "device already disconnected", "status": False}
    events = await door.account.events("device.disconnected")
    assert len(events) == 1


async def test_a_wrong_token_is_refused_in_detail(door: Door) -> None:
    refused = await ask(door, "/disconnect", token="nobody-has-this-token")
    assert refused == {"detail": "token invalid", "status": False}


async def test_a_picture_to_scan_is_given_while_disconnected(door: Door) -> None:
    assert await ask(door, "/qr") == {"reason": "device already connect", "status": False}
    await ask(door, "/disconnect")
    body = await ask(door, "/qr", {"type": "qr"})
    assert body["status"] is True
    assert b64decode(body["url"]).startswith(PNG)


async def test_a_code_is_given_for_the_number_of_a_phone(door: Door) -> None:
    await ask(door, "/disconnect")
    body = await ask(door, "/qr", {"type": "code", "whatsapp": "0812 3456 7890"})
    assert len(body["code"]) == 9


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"type": "smoke"}, "input invalid"),
        ({"type": "code"}, "invalid/empty body value"),
        ({"type": "code", "whatsapp": "12"}, "input invalid"),
    ],
    ids=["no such type", "no number", "no such number"],
)
async def test_what_cannot_be_paired_is_refused(door: Door, fields: Body, reason: str) -> None:
    await ask(door, "/disconnect")
    assert await ask(door, "/qr", fields) == {"reason": reason, "status": False}


async def test_of_free_devices_one_may_be_connected(door: Door) -> None:
    await make_device(door.account, number="6281100000077")
    async with door.account.work() as work:
        sql = "update device set package = 'free' where account_id = $1"
        await execute(work.session, sql, door.account.id)
    await ask(door, "/disconnect")
    refused = await ask(door, "/qr")
    assert refused == {"reason": "free device already connected", "status": False}
