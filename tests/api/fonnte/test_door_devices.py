"""`/device`, `/get-devices`, `/add-device` (FONNTE.md 1.11 to 1.13)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from helpdesk.database import execute
from tests.api.fonnte.door import TARGET, Body, Door, read
from tests.workers.sending import until

NEW = {"name": "Toko Baru", "device": "08129990001"}


async def ask(door: Door, method: str, path: str, token: str, **more: Any) -> Body:
    """Call with a token."""
    headers = {"Authorization": token} | more.pop("headers", {})
    return read(await door.caller.request(method, path, headers=headers, **more))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/device", "/device/"])
async def test_a_device_is_told_about(hall_door: Door, method: str, path: str) -> None:
    device = hall_door.house.device
    assert await ask(hall_door, method, path, device.token) == {
        "device": device.number,
        "device_status": "connect",
        "expired": "31 December 2099",
        "messages": 0,
        "name": "Shop",
        "package": "Ultra",
        "quota": "1000000",
        "status": True,
    }


async def test_what_was_sent_is_counted(door: Door) -> None:
    await door.send({"target": f"{TARGET},0812999999", "message": "Halo"})

    async def is_counted() -> bool:
        told = await ask(door, "POST", "/device", door.house.device.token)
        listed = await door.as_account("/get-devices")
        return bool(told["messages"] == listed["messages"] == 2)

    await until(is_counted)


async def test_what_is_known_of_package_and_expiry_is_told(door: Door) -> None:
    async with door.account.work() as work:
        sql = """
            update device set package = 'regular', expires_at = $2, status = 'disconnect',
              number_raw = '0811-000' where account_id = $1
            """
        await execute(work.session, sql, door.account.id, datetime(2029, 11, 8, tzinfo=UTC))
    told = await ask(door, "POST", "/device", door.house.device.token)
    wanted = {
        "package": "Regular", "quota": "10000", "expired": "8 November 2029",
        "device_status": "disconnect",
    }  # fmt: skip
    assert wanted.items() <= told.items()
    listed = await door.as_account("/get-devices")
    assert (listed["connected"], listed["devices"]) == (0, 1)
    row = {"package": "Regular", "quota": "10000", "expired": "1888790400", "status": "disconnect"}
    assert (row | {"device": "0811-000"}).items() <= listed["data"][0].items()


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_devices_of_an_account_are_listed_with_their_tokens(
    door: Door, method: str
) -> None:
    house = door.house
    assert await ask(door, method, "/get-devices", house.account_token) == {
        "connected": 1,
        "data": [
            {
                "autoread": "on",
                "device": house.device.number,
                "expired": "4102358400",
                "name": "Shop",
                "package": "Ultra",
                "quota": "1000000",
                "status": "connect",
                "token": house.device.token,
            }
        ],
        "devices": 1,
        "messages": 0,
        "status": True,
        "type": "device",
    }


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"json": []},
        {"json": {}},
        {"headers": {"Content-Type": "application/json"}},
        {"content": b"{broken", "headers": {"Content-Type": "application/json"}},
        {"params": {"device": "1"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/device", "/get-devices"])
async def test_what_needs_no_body_reads_none(
    hall_door: Door, path: str, more: dict[str, Any]
) -> None:
    house = hall_door.house
    token = house.device.token if path == "/device" else house.account_token
    assert (await ask(hall_door, "POST", path, token, **more))["status"] is True


@pytest.mark.parametrize("token", ["", "nonsense", "account", "device,device"])
async def test_a_device_is_told_about_to_its_own_token_alone(hall_door: Door, token: str) -> None:
    house = hall_door.house
    tokens = {"account": house.account_token, "device,device": f"{house.device.token}," * 2}
    body = await ask(hall_door, "POST", "/device", tokens.get(token, token))
    assert body == {"reason": "token invalid", "status": False}


@pytest.mark.parametrize("token", ["", "nonsense", "device"])
@pytest.mark.parametrize("path", ["/get-devices", "/add-device"])
async def test_the_account_is_open_to_its_own_token_alone(
    hall_door: Door, path: str, token: str
) -> None:
    shown = hall_door.house.device.token if token == "device" else token
    body = await ask(hall_door, "POST", path, shown, data=NEW)
    assert body == {"reason": "unknown user", "status": False}


@pytest.mark.parametrize("kind", ["data", "json"])
async def test_a_device_is_added_and_can_send_at_once(door: Door, kind: str) -> None:
    switches = {"autoread": "false", "personal": "true", "group": "1"}
    body = await door.as_account("/add-device", **{kind: NEW | switches})
    token = body.pop("token")
    assert body == NEW | {"autoread": "off", "group": "on", "personal": "on", "status": True}
    sent = await door.send({"target": TARGET, "message": "Hi"}, headers={"Authorization": token})
    assert sent["status"] is True
    [row] = await door.ask(
        "select number, is_group_routed from device where account_id = $1 and name = 'Toko Baru'"
    )
    assert tuple(row) == ("628129990001", True)


async def test_a_device_that_says_nothing_of_its_switches_has_them_off(door: Door) -> None:
    body = await door.as_account("/add-device", data=NEW | {"autoread": ""})
    assert [body[name] for name in ("autoread", "group", "personal")] == ["off"] * 3


async def test_a_number_is_added_once_over_all_accounts_in_any_spelling(door: Door) -> None:
    refused = {"reason": "device already exist", "status": False}
    assert (await door.as_account("/add-device", data=NEW))["status"] is True
    for spelling in ("08129990001", "628129990001", "+628129990001"):
        assert await door.as_account("/add-device", data=NEW | {"device": spelling}) == refused


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "input invalid"),
        ({"name": "T"}, "input invalid"),
        ({"name": "T" * 31}, "input invalid"),
        ({"device": ""}, "input invalid"),
        ({"device": "0812"}, "input invalid"),
        ({"device": "0" * 16}, "input invalid"),
        ({"device": "not a number"}, "input invalid"),
        ({"autoread": "off"}, "invalid/empty body value"),
        ({"group": "maybe"}, "invalid/empty body value"),
    ],
    ids=str,
)
async def test_a_device_is_refused_in_fonntes_words(
    hall_door: Door, fields: Body, reason: str
) -> None:
    body = await hall_door.as_account("/add-device", data=NEW | fields if fields else {})
    assert body == {"reason": reason, "status": False}


async def test_an_added_device_is_a_device_like_every_other(door: Door) -> None:
    await door.as_account("/add-device", data=NEW)
    owner = await door.house.caller("owner")
    listed = (await owner.get("/api/v1/devices")).json()["items"]
    assert [each["gateway"] for each in listed if each["name"] == "Toko Baru"] == [
        {"kind": "simulated"}
    ]
    assert len(await door.account.events("device.changed")) == 1
