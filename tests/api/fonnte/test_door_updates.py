"""`/update-device` as callers of the door meet it."""

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
    await update(door, first | {"resend": "1", "target": "0812 999", "silent": "1"})
    await update(door, {"name": "Toko Dua", "webhookstatus": HOOK, "autoread": "false"})
    device = await seen(door)
    kept = {
        "name": "Toko Dua",
        "webhook": HOOK,
        "webhookstatus": HOOK,
        "has_secret": True,
        "silent": True,
    }
    kept |= {"group": True, "autoread": False, "inbox": True, "resend_target": "62812999"}
    assert kept.items() <= device.items()


async def test_an_empty_address_takes_it_away(door: Door) -> None:
    await update(door, {"name": "Toko", "webhook": HOOK})
    await update(door, {"name": "Toko", "webhook": ""})
    assert (await seen(door))["webhook"] == ""


async def test_what_is_refused_changes_nothing(door: Door) -> None:
    before = await seen(door)
    for wrong in (
        {"webhook": "http://10.0.0.1/"},
        {"resend": "1", "target": door.house.device.number},
    ):
        fields = {"name": "Toko", "inbox": "on", "webhookstatus": HOOK} | wrong
        assert (await update(door, fields))["status"] is False
    assert await seen(door) == before


async def test_the_number_of_another_device_is_refused(door: Door) -> None:
    await door.as_account("/add-device", data={"name": "Second", "device": "0811999999"})
    taken = await update(door, {"name": "Toko", "device": "62811999999"})
    assert taken == {"reason": "device already exist", "status": False}
