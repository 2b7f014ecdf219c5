"""Webhooks over HTTP: subscriptions, what is refused, deliveries, and a device's own."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.house import House
from tests.factories import make_delivery, make_webhook
from tests.fake_fonnte import FakeFonnte, Reply
from tests.served import Caller

HOOKS = "/api/v1/webhooks"
PUBLIC = "https://93.184.216.34/hook?key=1"
PRIVATE = [
    "http://10.0.0.1/",
    "http://169.254.169.254/latest",
    "http://[::1]/",
    "http://2130706433/",
    "https://93.184.216.34:5432/",
    "ftp://93.184.216.34/",
    "http://user@93.184.216.34/",
]


@pytest.fixture
async def sari(house: House) -> Caller:
    return await house.caller("supervisor")


@pytest.fixture
async def receiver() -> AsyncIterator[FakeFonnte]:
    async with FakeFonnte() as receiver:
        yield receiver


async def settled(caller: Caller, webhook: str) -> dict[str, Any]:
    """Return the newest delivery as soon as it was tried."""
    async with asyncio.timeout(10):
        while True:
            log = (await caller.get(f"{HOOKS}/{webhook}/deliveries")).json()["items"]
            if log and log[0]["tried_at"]:
                return dict(log[0])
            await asyncio.sleep(0.05)


async def test_a_webhook_is_made_shown_changed_and_removed(sari: Caller, house: House) -> None:
    wanted = {"url": PUBLIC, "event_types": ["message.received", "message.received"]}
    made = await sari.post(HOOKS, json=wanted | {"device_ids": [str(house.device.id)]})
    assert made.status_code == 201, made.text
    body = made.json()
    assert body["secret"].startswith("whsec_")
    assert body["event_types"] == ["message.received"]
    path = f"{HOOKS}/{body['id']}"
    shown = (await sari.get(path)).json()
    assert shown == {name: value for name, value in body.items() if name != "secret"}
    assert (shown["kind"], shown["enabled"], shown["last"]) == ("events", True, None)
    changed = await sari.patch(path, json={"enabled": False, "device_ids": []})
    assert (changed.json()["enabled"], changed.json()["device_ids"]) == (False, [])
    fresh = (await sari.post(f"{path}/secret")).json()["secret"]
    assert fresh != body["secret"]
    assert [each["id"] for each in (await sari.get(HOOKS)).json()["items"]] == [body["id"]]
    assert (await sari.delete(path)).status_code == 204
    assert (await sari.get(path)).status_code == 404
    assert (await sari.get(HOOKS)).json()["items"] == []


@pytest.mark.parametrize("url", PRIVATE)
async def test_an_address_inside_is_refused_beside_its_field(
    sari: Caller, house: House, url: str
) -> None:
    webhook = await make_webhook(house.account)
    device = f"/api/v1/devices/{house.device.id}"
    for answer, field in (
        (await sari.post(HOOKS, json={"url": url}), "url"),
        (await sari.patch(f"{HOOKS}/{webhook}", json={"url": url}), "url"),
        (await sari.patch(device, json={"webhookstatus": url}), "webhookstatus"),
    ):
        assert answer.status_code == 422
        assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"event_types": ["message.sung"]}, "event_types"),
        ({"device_ids": ["00000000-0000-0000-0000-000000000001"]}, "device_ids"),
        ({"url": ""}, "url"),
        ({"secret": "mine"}, "secret"),
    ],
)
async def test_bad_input_is_refused_beside_its_field(
    sari: Caller, wrong: dict[str, Any], field: str
) -> None:
    answer = await sari.post(HOOKS, json={"url": PUBLIC} | wrong)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]


async def test_more_than_twenty_are_refused(sari: Caller, house: House) -> None:
    for _ in range(20):
        await make_webhook(house.account, is_enabled=False)
    answer = await sari.post(HOOKS, json={"url": PUBLIC})
    assert (answer.status_code, answer.json()["reason"]) == (409, "too_many_webhooks")


async def test_a_ping_arrives_and_can_be_sent_again(sari: Caller, receiver: FakeFonnte) -> None:
    made = await sari.post(HOOKS, json={"url": receiver.base_url, "event_types": ["note.added"]})
    webhook = made.json()["id"]
    receiver.then(Reply(status=503))
    assert (await sari.post(f"{HOOKS}/{webhook}/ping")).status_code == 201
    failed = await settled(sari, webhook)
    assert (failed["type"], failed["state"], failed["status"]) == ("ping", "dead", 503)
    assert (await sari.get(f"{HOOKS}/{webhook}")).json()["last"] == failed
    again = await sari.post(f"{HOOKS}/{webhook}/deliveries/{failed['id']}/replay")
    assert (again.status_code, again.json()["state"]) == (200, "due")
    await receiver.wait_for(2)
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


async def test_the_log_has_pages_and_is_narrowed_down_by_state(sari: Caller, house: House) -> None:
    webhook = await make_webhook(house.account, is_enabled=False)
    states = ["dead", "delivered", "dead", "delivered", "dead"]
    ids = [str(await make_delivery(house.account, webhook, state=state)) for state in states]
    log = f"{HOOKS}/{webhook}/deliveries"
    first = (await sari.get(log, params={"limit": 3})).json()
    rest = (await sari.get(log, params={"limit": 3, "after": first["next"]})).json()
    assert [each["id"] for each in first["items"] + rest["items"]] == ids[::-1]
    dead = (await sari.get(log, params={"state": "dead"})).json()["items"]
    assert [each["id"] for each in dead] == [ids[4], ids[2], ids[0]]


async def test_a_devices_addresses_are_kept_shown_and_taken_away(
    sari: Caller, house: House
) -> None:
    path = f"/api/v1/devices/{house.device.id}"
    settings = {
        "webhook": PUBLIC, "webhookconnect": f"{PUBLIC}&c", "webhookstatus": f"{PUBLIC}&s",
        "webhookchaining": f"{PUBLIC}&h", "autoread": False, "personal": False, "quick": True,
        "inbox": True,
    }  # fmt: skip
    changed = await sari.patch(path, json=settings | {"secret": "s3"})
    assert changed.status_code == 200, changed.text
    shown = (await sari.get(path)).json()
    assert shown == changed.json() == (await sari.get("/api/v1/devices")).json()["items"][0]
    assert {name: shown[name] for name in settings} == settings
    assert (shown["has_secret"], "secret" in shown) == (True, False)
    kinds = [each["kind"] for each in (await sari.get(HOOKS)).json()["items"]]
    assert sorted(kinds) == ["webhook", "webhookchaining", "webhookconnect", "webhookstatus"]
    fewer = await sari.patch(path, json={"webhook": "", "webhookchaining": "", "secret": ""})
    assert (fewer.json()["webhook"], fewer.json()["has_secret"]) == ("", False)
    assert fewer.json()["webhookstatus"] == settings["webhookstatus"]
    assert len((await sari.get(HOOKS)).json()["items"]) == 2


async def test_a_new_device_may_bring_its_addresses(sari: Caller) -> None:
    new = {"name": "Shop", "number": "6281234567890", "gateway": {"kind": "simulated"}}
    made = await sari.post("/api/v1/devices", json=new | {"webhook": PUBLIC, "quick": True})
    assert made.status_code == 201, made.text
    assert (made.json()["webhook"], made.json()["quick"], made.json()["autoread"]) == (
        PUBLIC, True, True,
    )  # fmt: skip


async def test_a_devices_webhook_is_changed_with_the_device_only(
    sari: Caller, house: House
) -> None:
    device = f"/api/v1/devices/{house.device.id}"
    await sari.patch(device, json={"webhook": PUBLIC})
    [webhook] = (await sari.get(HOOKS)).json()["items"]
    path = f"{HOOKS}/{webhook['id']}"
    for answer in (
        await sari.patch(path, json={"enabled": False}),
        await sari.delete(path),
        await sari.post(f"{path}/ping"),
        await sari.post(f"{path}/secret"),
    ):
        assert (answer.status_code, answer.json()["reason"]) == (409, "of_device")
    assert (await sari.get(f"{path}/deliveries")).json()["items"] == []
