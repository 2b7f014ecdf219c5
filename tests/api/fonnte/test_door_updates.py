"""`/update-device` as callers of the door meet it."""

import pytest

from tests.api.fonnte.door import Body, Door, read

HOOK = "https://shop.example/hook?key=1"


async def update(door: Door, fields: Body) -> Body:
    headers = {"Authorization": door.house.device.token}
    return read(await door.caller.post("/update-device", headers=headers, data=fields))


async def seen(door: Door) -> Body:
    """Return the device as its supervisors see it."""
    caller = await door.house.caller("owner")
    answer: Body = (await caller.get(f"/api/v1/devices/{door.house.device.id}")).json()
    return answer


async def test_what_is_named_is_changed_and_the_rest_stays(door: Door) -> None:
    first = {"name": "Toko", "webhook": HOOK, "secret": "s3cret", "group": "true", "inbox": "on"}
    assert await update(door, first) == {
        "autoread": "on", "detail": "device updated", "device": door.house.device.number,
        "group": "on", "inbox": "on", "name": "Toko", "personal": "on", "quick": "off",
        "resend": "off", "silent": "off", "source": "autoreply", "status": True, "target": "",
    }  # fmt: skip
    await update(door, {"name": "Toko Dua", "webhookstatus": HOOK, "autoread": "false"})
    device = await seen(door)
    kept = {"name": "Toko Dua", "webhook": HOOK, "webhookstatus": HOOK, "has_secret": True}
    assert (kept | {"group": True, "autoread": False, "inbox": True}).items() <= device.items()


async def test_an_empty_address_takes_it_away(door: Door) -> None:
    await update(door, {"name": "Toko", "webhook": HOOK})
    await update(door, {"name": "Toko", "webhook": ""})
    assert (await seen(door))["webhook"] == ""


async def test_false_of_php_is_an_empty_text(door: Door) -> None:
    await update(door, {"name": "Toko", "personal": ""})
    assert (await seen(door))["personal"] is False


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "input invalid"),
        ({"name": "T"}, "input invalid"),
        ({"name": "Toko", "device": "12"}, "input invalid"),
        ({"name": "Toko", "webhook": "http://10.0.0.1/hook"}, "url invalid"),
        ({"name": "Toko", "webhook": "ftp://shop.example"}, "url invalid"),
        ({"name": "Toko", "autoread": "perhaps"}, "invalid/empty body value"),
        ({"name": "Toko", "secret": "x" * 201}, "input invalid"),
    ],
    ids=["nothing", "name", "number", "private", "scheme", "switch", "secret"],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    door: Door, fields: Body, reason: str
) -> None:
    before = await seen(door)
    assert await update(door, fields) == {"reason": reason, "status": False}
    assert await seen(door) == before


async def test_the_number_of_another_device_is_refused(door: Door) -> None:
    created = {"name": "Second", "device": "0811999999"}
    await door.as_account("/add-device", data=created)
    taken = await update(door, {"name": "Toko", "device": "62811999999"})
    assert taken == {"reason": "device already exist", "status": False}
