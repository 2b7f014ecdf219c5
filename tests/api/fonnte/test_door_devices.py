"""`/device`, `/get-devices`, `/add-device` (FONNTE.md 1.11 to 1.13)."""

from typing import Any

import pytest

from tests.api.fonnte.door import TARGET, Body, Door, read
from tests.workers.sending import until

NEW = {"name": "Toko Baru", "device": "08129990001"}


async def ask(door: Door, method: str, path: str, token: str, **more: Any) -> Body:
    """Call with a token."""
    headers = {"Authorization": token} | more.pop("headers", {})
    return read(await door.caller.request(method, path, headers=headers, **more))


async def test_what_was_sent_is_counted(door: Door) -> None:
    await door.send({"target": f"{TARGET},0812999999", "message": "Halo"})

    async def is_counted() -> bool:
        told = await ask(door, "POST", "/device", door.house.device.token)
        listed = await door.as_account("/get-devices")
        return bool(told["messages"] == listed["messages"] == 2)

    await until(is_counted)


@pytest.mark.parametrize("path", ["/device", "/get-devices"])
async def test_a_body_that_nobody_needs_is_not_read(hall_door: Door, path: str) -> None:
    house = hall_door.house
    token = house.device.token if path == "/device" else house.account_token
    broken = {"content": b"{broken", "headers": {"Content-Type": "application/json"}}
    assert (await ask(hall_door, "POST", path, token, **broken))["status"] is True


@pytest.mark.parametrize("token", ["", "nonsense", "device,device"])
async def test_no_other_text_is_a_devices_token(hall_door: Door, token: str) -> None:
    shown = f"{hall_door.house.device.token}," * 2 if "," in token else token
    body = await ask(hall_door, "POST", "/device", shown)
    assert body == {"reason": "token invalid", "status": False}


async def test_a_device_is_added_and_can_send_at_once(door: Door) -> None:
    token = (await door.as_account("/add-device", data=NEW | {"group": "1"}))["token"]
    sent = await door.send({"target": TARGET, "message": "Hi"}, headers={"Authorization": token})
    assert sent["status"] is True
    [row] = await door.ask(
        "select number, is_group_routed from device where account_id = $1 and name = 'Toko Baru'"
    )
    assert tuple(row) == ("628129990001", True)


async def test_a_number_is_added_once_over_all_accounts_in_any_spelling(door: Door) -> None:
    refused = {"reason": "device already exist", "status": False}
    assert (await door.as_account("/add-device", data=NEW))["status"] is True
    for spelling in ("08129990001", "628129990001", "+628129990001"):
        assert await door.as_account("/add-device", data=NEW | {"device": spelling}) == refused


async def test_an_added_device_is_a_device_like_every_other(door: Door) -> None:
    await door.as_account("/add-device", data=NEW)
    owner = await door.house.caller("owner")
    listed = (await owner.get("/api/v1/devices")).json()["items"]
    assert [each["gateway"] for each in listed if each["name"] == "Toko Baru"] == [
        {"kind": "simulated"}
    ]
    assert len(await door.account.events("device.changed")) == 1
