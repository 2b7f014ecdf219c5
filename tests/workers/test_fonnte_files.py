"""Files on their way to an upstream: by link, or as they are where nobody can reach us."""

from uuid import uuid4

import pytest

from helpdesk.gateways import Attachment, Connection, Outgoing
from helpdesk.gateways.fonnte import Fonnte
from helpdesk.gateways.outbound import Outbound
from helpdesk.signing import MediaLinks
from helpdesk.vault import Vault
from tests.fake_fonnte import FakeFonnte, accepted


async def test_a_file_that_nobody_can_fetch_from_us_is_sent_along() -> None:
    async with FakeFonnte() as upstream:
        upstream.then(accepted([7]))
        outbound = Outbound({upstream.place})
        connection = Connection(
            account_id=uuid4(),
            device_id=uuid4(),
            device_number="628111",
            settings={"base_url": upstream.base_url},
            secrets={"token": "secret"},
        )
        file = Attachment(
            url="http://127.0.0.1/x", filename="a.png", mime="image/png", content=b"P"
        )
        sent = await Fonnte(outbound).send(
            connection,
            Outgoing(reference="1", address="628222000", kind="image", attachment=file),
        )
        await outbound.close()
    assert sent.provider_id == "7"
    assert "url" not in upstream.received[0].form
    assert upstream.received[0].files["file"] == ("a.png", b"P")


@pytest.mark.parametrize(
    ("public_url", "is_reachable"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("http://192.168.1.5:8000", False),
        ("http://desk.local", False),
        ("https://desk.example.com", True),
        ("https://8.8.8.8", True),
    ],
)
def test_only_a_public_address_is_given_out_as_a_link(
    public_url: str, *, is_reachable: bool
) -> None:
    assert MediaLinks(Vault("x" * 40), public_url).is_reachable is is_reachable
