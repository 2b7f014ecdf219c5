"""Asking a Fonnte upstream whose token this is, over a real connection."""

import pytest

from helpdesk.gateways.fonnte import Fonnte
from helpdesk.gateways.outbound import Outbound
from tests.fake_fonnte import FakeFonnte, Reply, says

KNOWN = says(200, {"device": "62811", "device_status": "connect", "name": "Shop", "status": True})
AWAY = says(200, {"device": "62811", "device_status": "disconnect", "status": True})
REFUSED = says(200, {"reason": "token invalid", "status": False})


@pytest.mark.parametrize(
    ("reply", "is_ok", "said"),
    [
        (KNOWN, True, "Shop 62811"),
        (AWAY, False, "62811 is not connected"),
        (REFUSED, False, "token invalid"),
        (Reply(status=502, body=b"<html>"), False, "HTTP 502"),
        (Reply(raw=b""), False, "cannot be reached"),
    ],
)
async def test_probe_tells_what_the_upstream_says(reply: Reply, *, is_ok: bool, said: str) -> None:
    async with FakeFonnte() as upstream:
        upstream.then(reply)
        outbound = Outbound([upstream.place], via="1.1 helpdesk-1")
        settings, secrets = {"base_url": upstream.base_url}, {"token": "abc"}
        probed = await Fonnte(outbound).probe(settings, secrets)
        await outbound.close()
    assert (probed.is_ok, said in probed.detail) == (is_ok, True), probed.detail
    [asked] = upstream.received
    assert (asked.method, asked.path, asked.headers["authorization"]) == ("POST", "/device", "abc")
    assert asked.headers["via"] == "1.1 helpdesk-1"


@pytest.mark.parametrize("token", ["", "with space", "line\nbreak"])
async def test_probe_asks_nobody_with_a_token_that_no_header_carries(token: str) -> None:
    async with FakeFonnte() as upstream:
        outbound = Outbound([upstream.place])
        probed = await Fonnte(outbound).probe({"base_url": upstream.base_url}, {"token": token})
        await outbound.close()
    assert not probed.is_ok
    assert upstream.received == []


async def test_probe_of_a_private_address_is_refused() -> None:
    outbound = Outbound([])
    probed = await Fonnte(outbound).probe({"base_url": "http://127.0.0.1:9"}, {"token": "abc"})
    await outbound.close()
    assert not probed.is_ok
    assert "not allowed" in probed.detail
