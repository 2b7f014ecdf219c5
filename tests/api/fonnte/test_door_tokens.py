"""Whose token it is, and GET's switch and redirect (FONNTE.md 1.0, 1.2)."""

from collections import Counter
from pathlib import Path

import pytest

from helpdesk.database import Database
from tests.api.fonnte.door import TARGET, Door, open_door, read, refusal
from tests.api.house import make_house
from tests.factories import AccountUnderTest, make_device
from tests.served import serve

SHOP = "https://shop.example"
MESSAGE = {"target": TARGET, "message": "Halo"}


@pytest.mark.parametrize("scheme", ["", "Bearer ", "bearer ", "BEARER "])
async def test_a_token_is_taken_bare_or_as_a_bearers(hall_door: Door, scheme: str) -> None:
    headers = {"Authorization": scheme + hall_door.house.device.token}
    assert (await hall_door.send(MESSAGE, headers=headers))["status"] is True


async def test_a_gateway_whose_address_is_this_server_is_refused(hall_door: Door) -> None:
    """Each message would be queued again, without end, and what asks a gateway would ask itself."""
    device = hall_door.house.device
    headers = {"Authorization": device.token, "Via": hall_door.account.vault.via}
    for path in ("/send", "/device", "/validate"):
        answer = await hall_door.caller.post(path, headers=headers, data=MESSAGE)
        assert read(answer)["reason"].startswith("the address is this server itself"), path
    assert (await hall_door.send(MESSAGE))["status"] is True


async def test_a_get_shows_its_token_in_the_query(hall_door: Door) -> None:
    query = MESSAGE | {"token": hall_door.house.device.token}
    assert read(await hall_door.caller.get("/send/", params=query))["status"] is True


async def test_a_token_of_fonntes_may_have_signs_that_a_query_needs_escaped(door: Door) -> None:
    token = "sUqjkKH+UG+@3SmnKrhz"
    owner = await door.house.caller("owner")
    path = f"/api/v1/devices/{door.house.device.id}/token"
    (await owner.post(path, json={"token": token})).raise_for_status()
    for written in ("sUqjkKH%2BUG%2B%403SmnKrhz", "sUqjkKH+UG+@3SmnKrhz"):
        answer = await door.caller.get(f"/send?token={written}&target={TARGET}&message=Halo")
        assert read(answer)["status"] is True
    assert (await door.send(MESSAGE, headers={"Authorization": token}))["status"] is True


async def test_a_post_shows_no_token_in_the_query(hall_door: Door) -> None:
    query = {"token": hall_door.house.device.token}
    answer = await hall_door.caller.post("/send", params=query, data=MESSAGE)
    assert read(answer)["reason"] == "invalid token"


@pytest.mark.parametrize("role", ["agent", "owner"])
async def test_a_session_opens_nothing_here(hall_door: Door, role: str) -> None:
    caller = await hall_door.house.caller(role)  # type: ignore[arg-type]
    assert read(await caller.get("/send", params=MESSAGE))["reason"] == "invalid token"
    assert read(await caller.post("/add-device"))["reason"] == "unknown user"


async def test_several_devices_share_the_sending(door: Door) -> None:
    others = [await make_device(door.account, number=f"628110000000{n}") for n in (2, 3)]
    tokens = (each.token for each in (door.house.device, *others))
    headers = {"Authorization": ", ".join(tokens)}
    listed = ",".join(f"62812{number:07}" for number in range(300))
    later = {"target": listed, "message": "Halo", "delay": "3600"}  # nothing is at work at the end
    body = await door.send(later, headers=headers)
    counts = Counter(each["device_id"] for each in await door.messages(body))
    assert len(counts) == 3
    assert min(counts.values()) > 50


async def test_get_can_be_switched_off(
    account: AccountUnderTest, database: Database, tmp_path: Path
) -> None:
    async with serve(database, tmp_path, get_send="off") as served:
        door = open_door(await make_house(account, served))
        query = MESSAGE | {"token": door.house.device.token}
        answer = read(await door.caller.get("/send", params=query))
        assert answer == {"reason": "GET is switched off, use POST", "status": False}
        assert (await door.send(MESSAGE))["status"] is True


async def allow(door: Door, *origins: str) -> int:
    """Allow redirects to these origins alone."""
    owner = await door.house.caller("owner")
    changed = await owner.patch("/api/v1/account", json={"redirect_origins": origins})
    return changed.status_code


@pytest.mark.parametrize("url", [f"{SHOP}/thanks?id=1#x", f"{SHOP}:443", "HTTPS://Shop.Example/"])
async def test_a_get_leads_on_to_an_origin_that_the_account_allows(door: Door, url: str) -> None:
    assert await allow(door, SHOP) == 200
    query = MESSAGE | {"token": door.house.device.token, "redirect": url}
    answer = await door.caller.get("/send", params=query)
    assert (answer.status_code, answer.headers["location"]) == (302, url)
    assert await door.count() == 1


async def test_a_get_leads_on_to_a_path_that_is_not_ascii(door: Door) -> None:
    await allow(door, SHOP)
    query = MESSAGE | {"token": door.house.device.token, "redirect": f"{SHOP}/é中"}
    answer = await door.caller.get("/send", params=query)
    assert (answer.status_code, answer.headers["location"]) == (302, f"{SHOP}/%C3%A9%E4%B8%AD")
    assert await door.count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/", "//evil.example", "/path", "javascript:alert(1)",
        "http://shop.example/", "https://shop.example:8443/", "https://shop.example.evil.example/",
        "https://shop.example@evil.example/", "https://evil.example\\@shop.example/",
        "https://shop.example/\r\nSet-Cookie: a=b", "https://shop\t.example/", "",
    ],
)  # fmt: skip
async def test_a_get_leads_nowhere_else_and_answers_json(door: Door, url: str) -> None:
    await allow(door, SHOP)
    query = MESSAGE | {"token": door.house.device.token, "redirect": url}
    assert read(await door.caller.get("/send", params=query))["status"] is True


async def test_what_was_refused_leads_nowhere(door: Door) -> None:
    await allow(door, SHOP)
    query = {"token": door.house.device.token, "redirect": SHOP}
    assert refusal(read(await door.caller.get("/send", params=query)))


@pytest.mark.parametrize(
    "origin", ["shop.example", "https://shop.example/path", "ftp://a", "", "*"]
)
async def test_only_an_origin_can_be_allowed(door: Door, origin: str) -> None:
    assert await allow(door, origin) == 422
