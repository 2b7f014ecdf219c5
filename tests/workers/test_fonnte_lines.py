"""Disconnecting and pairing at a Fonnte upstream, over a real connection."""

from base64 import b64encode
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from helpdesk.errors import Rejected, Unknown
from helpdesk.gateways import Connection, Pairing
from helpdesk.gateways.fonnte import Fonnte
from helpdesk.gateways.outbound import Outbound
from tests.fake_fonnte import FakeFonnte, says

PNG = b"\x89PNG"


@pytest.fixture
async def upstream() -> AsyncIterator[FakeFonnte]:
    """An upstream that answers as it is told."""
    async with FakeFonnte() as upstream:
        yield upstream


@pytest.fixture
async def gateway(upstream: FakeFonnte) -> AsyncIterator[Fonnte]:
    """A gateway that may reach the upstream."""
    outbound = Outbound([upstream.place])
    yield Fonnte(outbound)
    await outbound.close()


@pytest.fixture
def connection(upstream: FakeFonnte) -> Connection:
    """A device of the upstream."""
    return Connection(
        account_id=uuid4(),
        device_id=uuid4(),
        device_number="62811",
        settings={"base_url": upstream.base_url},
        secrets={"token": "abc"},
    )


async def test_the_upstream_is_asked_to_disconnect(
    upstream: FakeFonnte, gateway: Fonnte, connection: Connection
) -> None:
    upstream.then(says(200, {"detail": "device disconnected", "status": True}))
    await gateway.disconnect(connection)
    [asked] = upstream.received
    assert (asked.path, asked.headers["authorization"]) == ("/disconnect", "abc")


async def test_what_the_upstream_refuses_is_told(
    upstream: FakeFonnte, gateway: Fonnte, connection: Connection
) -> None:
    upstream.then(says(200, {"detail": "device already disconnected", "status": False}))
    with pytest.raises(Rejected, match="already disconnected"):
        await gateway.disconnect(connection)


async def test_a_picture_of_the_upstream_is_passed_on(
    upstream: FakeFonnte, gateway: Fonnte, connection: Connection
) -> None:
    upstream.then(says(200, {"status": True, "url": b64encode(PNG).decode()}))
    assert await gateway.pair(connection) == Pairing(picture=PNG)
    assert upstream.received[0].form == {"type": "qr"}


async def test_a_code_of_the_upstream_is_passed_on(
    upstream: FakeFonnte, gateway: Fonnte, connection: Connection
) -> None:
    upstream.then(says(200, {"status": True, "code": "ABCD-2345"}))
    assert await gateway.pair(connection, "6281234") == Pairing(code="ABCD-2345")
    assert upstream.received[0].form == {"type": "code", "whatsapp": "6281234"}


async def test_a_picture_that_is_none_is_not_passed_on(
    upstream: FakeFonnte, gateway: Fonnte, connection: Connection
) -> None:
    upstream.then(says(200, {"status": True, "url": "no base64!"}))
    with pytest.raises(Unknown):
        await gateway.pair(connection)
