"""`/disconnect` and `/qr` as callers of the door meet them."""

from helpdesk.database import execute
from tests.api.fonnte.door import Body, Door, read
from tests.factories import make_device


async def ask(door: Door, path: str, fields: Body | None = None, token: str = "") -> Body:
    headers = {"Authorization": token or door.house.device.token}
    return read(await door.caller.post(path, headers=headers, data=fields))


async def test_a_device_is_disconnected_once_and_everybody_is_told(door: Door) -> None:
    assert await ask(door, "/disconnect") == {"detail": "device disconnected", "status": True}
    again = await ask(door, "/disconnect")
    assert again == {"detail": "device already disconnected", "status": False}
    events = await door.account.events("device.disconnected")
    assert len(events) == 1


async def test_of_free_devices_one_may_be_connected(door: Door) -> None:
    await make_device(door.account, number="6281100000077")
    async with door.account.work() as work:
        sql = "update device set package = 'free' where account_id = $1"
        await execute(work.session, sql, door.account.id)
    await ask(door, "/disconnect")
    refused = await ask(door, "/qr")
    assert refused == {"reason": "free device already connected", "status": False}
