"""From `/send` to an upstream and back: a message goes out once, and what became of it arrives."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.api.fonnte.door import SENT_TO, TARGET, read
from tests.factories import AccountUnderTest, DeviceUnderTest
from tests.fake_fonnte import FakeFonnte, accepted, refused
from tests.flow.process import run, running
from tests.served import Served
from tests.workers.embedded_places import open_directory
from tests.workers.sending import ask, make_fonnte, until


@pytest.fixture
async def upstream() -> AsyncIterator[FakeFonnte]:
    async with FakeFonnte() as upstream:
        yield upstream


@pytest.fixture
async def device(account: AccountUnderTest, upstream: FakeFonnte) -> DeviceUnderTest:
    return await make_fonnte(account, upstream)


async def send(served: Served, device: DeviceUnderTest, **fields: Any) -> dict[str, Any]:
    """Send at the door."""
    headers = {"Authorization": device.token}
    answer = await served.caller().post("/send", headers=headers, data=fields)
    return read(answer)


async def wait_for(account: AccountUnderTest, number: int, status: str) -> None:
    """Wait until a message has a status."""

    async def has_it() -> bool:
        rows = await ask(account, "select status from message where number = $1", number)
        return [row[0] for row in rows] == [status]

    await until(has_it)


async def tell(served: Served, device: DeviceUnderTest, **status: object) -> None:
    """Post a status to the device's webhook, as the upstream does."""
    async with httpx.AsyncClient() as client:
        hook = f"{served.url}/hooks/fonnte/{device.hook_key}"
        (await client.post(hook, json={"device": device.number} | status)).raise_for_status()


async def test_what_is_sent_reaches_the_upstream_once_and_its_status_comes_back(
    account: AccountUnderTest, served: Served, upstream: FakeFonnte, device: DeviceUnderTest
) -> None:
    upstream.then(accepted([80367170]))
    body = await send(served, device, target=f"{TARGET}|Ani", message="Halo {name}")
    [number] = body["id"]
    await wait_for(account, number, "sent")
    await tell(served, device, id="80367170", stateid="s1", status="sent", state="sent")
    await tell(served, device, stateid="s1", state="delivered")
    await wait_for(account, number, "delivered")
    await tell(served, device, stateid="s1", state="read")
    await wait_for(account, number, "read")
    [request] = upstream.received
    assert (request.form["target"], request.form["message"]) == (SENT_TO, "Halo Ani")
    assert request.headers["authorization"] == "upstream-token"
    happened = [event.type for event in await account.events()]
    assert happened == ["message.queued", "message.sent", "message.delivered", "message.read"]


async def test_the_targets_of_a_request_reach_the_upstream_once_each(
    account: AccountUnderTest, served: Served, upstream: FakeFonnte, device: DeviceUnderTest
) -> None:
    numbers = [f"62812000000{number:02}" for number in range(30)]
    body = await send(served, device, target=",".join([*numbers, numbers[0]]), message="Halo")
    for number in body["id"]:
        await wait_for(account, number, "sent")
    reached = [request.form["target"] for request in upstream.received]
    assert sorted(reached) == sorted(body["target"])


async def test_what_the_upstream_refuses_fails_with_its_reason(
    account: AccountUnderTest, served: Served, upstream: FakeFonnte, device: DeviceUnderTest
) -> None:
    upstream.then(refused("target invalid"))
    [number] = (await send(served, device, target=TARGET, message="Halo"))["id"]
    await wait_for(account, number, "failed")
    [row] = await ask(account, "select failure from message where number = $1", number)
    assert row[0] == "target invalid"


async def test_a_poll_and_a_place_go_on_to_the_upstream_in_its_own_words(
    account: AccountUnderTest, served: Served, upstream: FakeFonnte, device: DeviceUnderTest
) -> None:
    poll = {"choices": "nasi,mie", "select": "multiple", "pollname": "makan"}
    [first] = (await send(served, device, target=TARGET, message="Mau?", **poll))["id"]
    await wait_for(account, first, "sent")
    [second] = (await send(served, device, target=TARGET, location="-7.98,112.62"))["id"]
    await wait_for(account, second, "sent")
    forms = [request.form for request in upstream.received]
    assert forms[0].items() >= ({"message": "Mau?"} | poll).items()
    assert forms[1]["location"] == "-7.980000,112.620000"


def test_no_token_gets_into_the_log_of_a_server_that_tells_everything() -> None:
    with (
        open_directory() as place,
        running("serve", place, HELPDESK_LOG_LEVEL="DEBUG") as process,
    ):
        account = json.loads(run(place, "bootstrap", "--json").stdout)["account_token"]
        new = {"name": "Toko", "device": "081299990001"}
        bearer = {"Authorization": account}
        added = httpx.post(f"{process.url}/add-device", data=new, headers=bearer).json()
        tokens = [added["token"], "not-a-token-of-ours", account]
        for token in tokens:
            fields = {"token": token, "target": TARGET, "message": "Halo", "url": "http://10.0.0.1"}
            read(httpx.get(f"{process.url}/send", params=fields))
            read(httpx.post(f"{process.url}/send", data=fields, headers={"Authorization": token}))
        told = process.output
    assert "debug" in told.lower()
    assert not [token for token in tokens if token in told]
