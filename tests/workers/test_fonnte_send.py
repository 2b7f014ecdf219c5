"""Sending to Fonnte, against a real HTTP server on loopback that answers as it is told."""

import asyncio
import gzip
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from helpdesk.clock import now
from helpdesk.errors import GatewayError, Rejected, Unknown, Unreachable
from helpdesk.gateways import (
    Attachment,
    Connection,
    Gateway,
    Location,
    Outgoing,
    Poll,
    Receipt,
    Sent,
)
from helpdesk.gateways.fonnte import Fonnte
from helpdesk.gateways.outbound import Outbound, verifying_tls
from tests.fake_fonnte import (
    BARE_500,
    CUTS,
    HANGS,
    HTML,
    FakeFonnte,
    Reply,
    accepted,
    refused,
    says,
)

TOKEN = "M@N!4Yr-Vs#CPta+&kE"
PDF = Attachment(url="https://files.test/a?b=c&d", filename="tagihan é.pdf")
LUNCH = Poll(name="Lunch", choices=["Soto", "Rawon"])
HASTY_SECONDS = 1.0

Send = Callable[..., Awaitable[Sent]]


def connection(base_url: str, token: str = TOKEN) -> Connection:
    return Connection(
        account_id=uuid4(),
        device_id=uuid4(),
        device_number="62811",
        settings={"base_url": base_url},
        secrets={"token": token},
    )


def outgoing(**changes: Any) -> Outgoing:
    fields = {"reference": "r1", "address": "6282227097005", "kind": "text", "text": "Halo"}
    return Outgoing(**(fields | changes))


@pytest.fixture
async def upstream() -> AsyncIterator[FakeFonnte]:
    async with FakeFonnte() as server:
        yield server


@pytest.fixture(scope="module")
async def gateway() -> AsyncIterator[Gateway]:
    outbound = Outbound(["127.0.0.1"])
    yield Fonnte(outbound)
    await outbound.close()


@pytest.fixture(scope="module")
async def hasty() -> AsyncIterator[Gateway]:
    """A gateway that gives up after a second instead of ten."""
    outbound = Outbound(["127.0.0.1"], total_seconds=HASTY_SECONDS)
    yield Fonnte(outbound)
    await outbound.close()


@pytest.fixture
def send(gateway: Gateway, upstream: FakeFonnte) -> Send:
    return lambda **changes: gateway.send(connection(upstream.base_url), outgoing(**changes))


async def failure_of(sending: Awaitable[Sent]) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await sending
    return caught.value


async def test_text_is_posted_as_a_form_with_the_bare_token(
    send: Send, upstream: FakeFonnte
) -> None:
    await send(text="Halo & é 😀\nbaris dua")
    [request] = upstream.received
    assert (request.method, request.path) == ("POST", "/send")
    assert request.headers["authorization"] == TOKEN
    assert request.headers["accept-encoding"] == "identity"
    assert request.form == {
        "target": "6282227097005",
        "message": "Halo & é 😀\nbaris dua",
        "countryCode": "0",
        "connectOnly": "true",
    }


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        (
            {"kind": "document", "attachment": PDF, "text": ""},
            {"url": PDF.url, "filename": PDF.filename},
        ),
        (
            {"kind": "audio", "attachment": PDF, "text": ""},
            {"url": PDF.url, "filename": PDF.filename},
        ),
        (
            {"kind": "image", "attachment": PDF, "text": "Lihat"},
            {"url": PDF.url, "message": "Lihat"},
        ),
        ({"kind": "video", "attachment": PDF, "text": ""}, {"url": PDF.url}),
        (
            {"kind": "location", "text": "", "location": Location(latitude=-6.2, longitude=1e-7)},
            {"location": "-6.200000,0.000000"},
        ),
        (
            {
                "kind": "location",
                "text": "",
                "location": Location(latitude=1, longitude=2, name="Toko"),
            },
            {"location": "1.000000,2.000000", "message": "Toko"},
        ),
        (
            {
                "kind": "location",
                "text": "Di sini",
                "location": Location(latitude=1, longitude=2, name="Toko"),
            },
            {"location": "1.000000,2.000000", "message": "Di sini"},
        ),
        (
            {"kind": "poll", "text": "", "poll": LUNCH},
            {"message": "Lunch", "pollname": "Lunch", "choices": "Soto,Rawon", "select": "single"},
        ),
        (
            {
                "kind": "poll",
                "text": "Makan?",
                "poll": Poll(name="L", choices=["a", "b"], is_multiple=True),
            },
            {"message": "Makan?", "pollname": "L", "choices": "a,b", "select": "multiple"},
        ),
        ({"reply_to_provider_id": "12345"}, {"message": "Halo", "inboxid": "12345"}),
        ({"reply_to_provider_id": "wamid.x"}, {"message": "Halo"}),
        ({"reply_to_provider_id": "0"}, {"message": "Halo"}),
        ({"text": "a\x00b\ud800"}, {"message": "ab\ufffd"}),
    ],
)
async def test_each_kind_is_posted_in_fonntes_own_fields(
    changes: dict[str, Any], fields: dict[str, str], send: Send, upstream: FakeFonnte
) -> None:
    await send(**changes)
    constant = {"target": "6282227097005", "countryCode": "0", "connectOnly": "true"}
    assert upstream.received[0].form == fields | constant


@pytest.mark.parametrize(
    "address", ["6282227097005", "120363041234567890@g.us", "62812-161@g.us", "9876@lid"]
)
async def test_target_is_one_address_as_it_is(
    address: str, send: Send, upstream: FakeFonnte
) -> None:
    await send(address=address)
    assert upstream.received[0].form["target"] == address


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"address": "62811,62812"}, "target invalid"),
        ({"address": "62811|name"}, "target invalid"),
        ({"address": "rotator#1"}, "target invalid"),
        ({"address": ""}, "target invalid"),
        ({"text": ""}, "cannot send a text"),
        ({"kind": "contact", "text": ""}, "cannot send a contact"),
        ({"kind": "poll", "poll": Poll(name="L", choices=["a,b", "c"])}, "has a comma"),
    ],
)
async def test_what_fonnte_cannot_carry_is_rejected_unsent(
    changes: dict[str, Any], reason: str, send: Send, upstream: FakeFonnte
) -> None:
    failure = await failure_of(send(**changes))
    assert isinstance(failure, Rejected)
    assert reason in failure.detail
    assert upstream.connections == 0


@pytest.mark.parametrize("end", ["", "/", "//", "/send", "/send/"])
async def test_base_url_is_taken_with_and_without_its_end(
    end: str, gateway: Gateway, upstream: FakeFonnte
) -> None:
    await gateway.send(connection(upstream.base_url + end), outgoing())
    await gateway.send(connection(f" {upstream.base_url}/v1{end} "), outgoing())
    assert [request.path for request in upstream.received] == ["/send", "/v1/send"]


@pytest.mark.parametrize(
    ("reply", "provider_id"),
    [
        (accepted([178425550]), "178425550"),
        (accepted(["80367170"]), "80367170"),
        (accepted(["1", "2"]), "1"),
        (accepted(80367170), "80367170"),
        (accepted("80367170"), "80367170"),
        (accepted([]), None),
        (accepted(None), None),
        (accepted([None]), None),
        (accepted({"a": 1}), None),
        (accepted("x" * 201), None),
        (accepted("<b>"), None),
        (says(200, {"Status": True, "id": ["7"]}), "7"),
        (says(200, {"status": "true", "id": ["7"]}), "7"),
        (says(200, {"status": True}), None),
        (says(201, {"status": True, "id": ["7"]}), "7"),
        (says(500, {"status": True, "id": ["7"]}), "7"),
    ],
)
async def test_accepted_message_keeps_the_gateways_id(
    reply: Reply, provider_id: str | None, send: Send, upstream: FakeFonnte
) -> None:
    upstream.then(reply)
    assert await send() == Sent(provider_id=provider_id)


@pytest.mark.parametrize(
    ("reason", "error", "retry_after"),
    [
        ("request invalid on disconnected device", Unreachable, None),
        ("insufficient quota", Unreachable, 300),
        ("Insufficient Quota", Unreachable, 300),
        ("invalid token", Unreachable, 60),
        ("token invalid", Unreachable, 60),
        ("target invalid", Rejected, None),
        ("target input invalid", Rejected, None),
        ("input invalid", Rejected, None),
        ("invalid/empty body value", Rejected, None),
        ("file format not supported", Rejected, None),
        ("file size must under 4MB", Rejected, None),
        ("url invalid", Rejected, None),
        ("url unreachable", Rejected, None),
        ("<script>alert(1)</script>", Rejected, None),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401, 500])
async def test_refusal_is_told_by_the_body_whatever_the_status_code(
    reason: str, error: type[GatewayError], retry_after: int | None, status: int,
    send: Send, upstream: FakeFonnte,
) -> None:  # fmt: skip
    upstream.then(refused(reason, status=status))
    failure = await failure_of(send())
    assert type(failure) is error
    assert reason in failure.detail
    assert failure.facts.get("retry_after") == retry_after


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"status": False}, "no reason given"),
        ({"Status": False, "reason": "a"}, "a"),
        ({"status": "false", "detail": "a"}, "a"),
        ({"status": 0, "message": "a"}, "a"),
        ({"status": False, "reason": "x" * 600}, "x" * 500),
        ({"status": False, "reason": "a\x00\ud800"}, "a\ufffd"),
        ({"status": False, "reason": {"a": 1}}, '{"a": 1}'),
    ],
)
async def test_reason_is_kept_as_text_of_at_most_500_characters(
    body: object, detail: str, send: Send, upstream: FakeFonnte
) -> None:
    upstream.then(says(200, body))
    failure = await failure_of(send())
    assert (type(failure), failure.detail) == (Rejected, detail)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (BARE_500, Unknown),
        (Reply(status=502, body=b"<html>Bad gateway</html>"), Unknown),
        (Reply(status=503), Unknown),
        (Reply(status=408), Unknown),
        (Reply(status=425), Unknown),
        (HTML, Unknown),
        (Reply(), Unknown),
        (Reply(status=204), Unknown),
        (Reply(body=b"{"), Unknown),
        (Reply(body=b"[" * 100_000), Unknown),
        (Reply(body=b"\xff\xfe"), Unknown),
        (says(200, []), Unknown),
        (says(200, {"id": ["1"]}), Unknown),
        (says(200, {"status": None}), Unknown),
        (says(200, {"status": "perhaps"}), Unknown),
        (Reply(status=302), Unknown),
        (Reply(status=301), Unreachable),
        (Reply(status=308), Unreachable),
        (Reply(status=429), Unreachable),
        (Reply(status=400), Rejected),
        (Reply(status=404, body=b"<html>"), Rejected),
        (says(413, {"message": "too large"}), Rejected),
    ],
)
async def test_status_code_counts_where_the_body_says_neither_yes_nor_no(
    reply: Reply, error: type[GatewayError], send: Send, upstream: FakeFonnte
) -> None:
    upstream.then(reply)
    failure = await failure_of(send())
    assert type(failure) is error
    assert str(reply.status) in failure.detail
    assert "<" not in failure.detail


@pytest.mark.parametrize(
    ("wish", "retry_after"),
    [
        ("7", 7),
        ("0", 1),
        ("3600", 3600),
        ("99999999999999", 3600),
        ("soon", 60),
        ("", 60),
        ("-5", 60),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1),
    ],
)
@pytest.mark.parametrize(
    "reply",
    [(429, "slow down"), (503, "server busy"), (429, None)],
)
async def test_retry_after_is_obeyed_up_to_an_hour(
    wish: str, retry_after: int, reply: tuple[int, str | None], send: Send, upstream: FakeFonnte
) -> None:
    status, reason = reply
    plain = Reply(status=status, headers=(("Retry-After", wish),))
    upstream.then(refused(reason, status=status, Retry_After=wish) if reason else plain)
    failure = await failure_of(send())
    assert (type(failure), failure.facts["retry_after"]) == (Unreachable, retry_after)


async def test_retry_after_may_be_a_date(send: Send, upstream: FakeFonnte) -> None:
    moment = now() + timedelta(seconds=120)
    upstream.then(Reply(status=429, headers=(("Retry-After", format_datetime(moment)),)))
    failure = await failure_of(send())
    assert 110 <= int(str(failure.facts["retry_after"])) <= 121


LOST_ANSWERS = {
    "hangs": HANGS,
    "cuts after reading": CUTS,
    "cuts in the headers": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Le"),
    "cuts in the body": Reply(raw=b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"status"'),
    "speaks something else": Reply(raw=b"220 mail.test ESMTP\r\n"),
    "is too long": Reply(body=b"x" * (1024 * 1024 + 1)),
    "never ends": Reply(body=b"x", is_endless=True),
    "is compressed unasked": Reply(
        body=gzip.compress(b"x" * 20_000_000), headers=(("Content-Encoding", "gzip"),)
    ),
}


@pytest.mark.parametrize("reply", LOST_ANSWERS.values(), ids=LOST_ANSWERS)
async def test_lost_answer_is_unknown_within_the_time_limit(
    reply: Reply, hasty: Gateway, upstream: FakeFonnte
) -> None:
    upstream.then(reply)
    began = time.monotonic()
    failure = await failure_of(hasty.send(connection(upstream.base_url), outgoing()))
    assert type(failure) is Unknown
    assert time.monotonic() - began < HASTY_SECONDS + 1
    assert len(upstream.received) == 1
    assert isinstance(await hasty.send(connection(upstream.base_url), outgoing()), Sent)


async def test_refused_connection_is_unreachable(send: Send, upstream: FakeFonnte) -> None:
    await upstream.refuse_connections()
    failure = await failure_of(send())
    assert type(failure) is Unreachable
    assert TOKEN not in failure.detail


async def test_server_that_never_finishes_tls_is_unreachable(hasty: Gateway) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base_url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        failure = await failure_of(hasty.send(connection(base_url), outgoing()))
    assert type(failure) is Unreachable


async def test_connection_that_the_gateway_closed_is_not_used_again(
    send: Send, upstream: FakeFonnte
) -> None:
    upstream.then(Reply(body=accepted(["1"]).body, closes=True))
    await send()
    await asyncio.sleep(0.05)
    assert isinstance(await send(), Sent)
    assert upstream.connections == 2


async def test_second_message_uses_the_open_connection(send: Send, upstream: FakeFonnte) -> None:
    await send()
    await send()
    assert (upstream.connections, len(upstream.received)) == (1, 2)


async def test_device_that_hangs_takes_nothing_from_the_others() -> None:
    outbound = Outbound(["127.0.0.1"])
    gateway = Fonnte(outbound)
    async with FakeFonnte() as quick:
        async with FakeFonnte() as slow:
            slow.then(*[HANGS] * 120)
            sendings = [gateway.send(connection(slow.base_url), outgoing()) for _ in range(120)]
            hung = asyncio.gather(*sendings, return_exceptions=True)
            await slow.wait_for(120)
            assert isinstance(await gateway.send(connection(quick.base_url), outgoing()), Sent)
            assert not hung.done()
        assert {type(failure) for failure in await hung} == {Unknown}
    await outbound.close()


@pytest.mark.parametrize("token", ["", " ", "a\r\nHost: b", "a b", "é", "\x00"])
async def test_token_that_no_header_can_carry_waits_for_a_better_one(
    token: str, gateway: Gateway, upstream: FakeFonnte
) -> None:
    failure = await failure_of(gateway.send(connection(upstream.base_url, token), outgoing()))
    assert (type(failure), failure.facts) == (Unreachable, {"retry_after": 60})
    assert "token is refused" in failure.detail
    assert upstream.connections == 0


PRIVATE, NONE = "HELPDESK_OUTBOUND_ALLOW", "not a plain http or https address"


@pytest.mark.parametrize(
    ("base_url", "advice"),
    [
        ("{url}", PRIVATE),
        ("http://localhost:{port}", PRIVATE),
        ("ftp://x", NONE),
        ("http://[::1", NONE),
    ],
)
async def test_base_url_that_may_not_be_asked_is_rejected_and_never_connected(
    base_url: str, advice: str, upstream: FakeFonnte
) -> None:
    outbound = Outbound(ports={upstream.port})
    url = base_url.format(url=upstream.base_url, port=upstream.port)
    failure = await failure_of(Fonnte(outbound).send(connection(url), outgoing()))
    await outbound.close()
    assert type(failure) is Rejected
    assert failure.detail.startswith("base_url is not allowed: url invalid")
    assert advice in failure.detail
    assert upstream.connections == 0


async def test_no_base_url_means_fonnte_itself() -> None:
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return []

    outbound = Outbound(resolve=resolve)
    failure = await failure_of(Fonnte(outbound).send(connection(""), outgoing()))
    await outbound.close()
    assert asked == [("api.fonnte.com", 443)]
    assert type(failure) is Unreachable


async def test_gateway_reads_the_webhooks_of_its_own_language(gateway: Gateway) -> None:
    [parsed] = gateway.parse_webhook(b'{"id": "1", "status": "sent"}', "application/json")
    assert parsed == Receipt(status="sent", provider_id="1")


def test_connection_never_shows_its_token_or_whole_number() -> None:
    shown = repr(connection("https://gateway.test"))
    assert TOKEN not in shown
    assert "62811" not in shown


async def test_files_are_posted_as_multipart(upstream: FakeFonnte) -> None:
    outbound = Outbound([upstream.place])
    await outbound.post_form(
        upstream.base_url,
        headers={},
        form={"target": "62811", "message": "é"},
        files={"file": ("a é.txt", b"\x00\xff", "text/plain")},
    )
    await outbound.close()
    assert upstream.received[0].form == {"target": "62811", "message": "é"}
    assert upstream.received[0].files["file"][1] == b"\x00\xff"


async def test_request_takes_its_own_limits(upstream: FakeFonnte) -> None:
    outbound = Outbound([upstream.place])
    url = f"{upstream.base_url}/a"
    upstream.then(Reply(body=b"x" * 11), HANGS)
    with pytest.raises(Unknown, match="longer than 10 bytes"):
        await outbound.request("GET", url, headers={}, limit=10)
    with pytest.raises(Unknown):
        await outbound.request("POST", url, headers={}, content=b"{}", seconds=0.05)
    await outbound.close()


def certificate(directory: Path, *names: str) -> Path:
    """Write a self-signed certificate with its key for names or addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    alternatives = [
        x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
        for name in names
    ]
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = directory / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return path


def server_tls(path: Path, names_asked: list[str | None]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def note(_socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        names_asked.append(name)

    context.sni_callback = note
    return context


@pytest.fixture
def reading_authorities() -> Iterator[None]:
    """Read the list of authorities anew in this test, and anew after it."""
    verifying_tls.cache_clear()
    yield
    verifying_tls.cache_clear()


@pytest.mark.usefixtures("reading_authorities")
@pytest.mark.parametrize(("host", "error"), [("gateway.test", None), ("other.test", Unreachable)])
async def test_certificate_must_be_for_the_name_though_the_address_is_pinned(
    host: str, error: type[GatewayError] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = certificate(tmp_path, "gateway.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    names_asked: list[str | None] = []
    outbound = Outbound([host], resolve=lambda _host, _port: ["127.0.0.1"])
    async with FakeFonnte(tls=server_tls(path, names_asked)) as upstream:
        base_url = f"https://{host}:{upstream.port}"
        sending = Fonnte(outbound).send(connection(base_url), outgoing())
        if error is None:
            assert isinstance(await sending, Sent)
        else:
            assert type(await failure_of(sending)) is error
        await outbound.close()
        assert len(upstream.received) == (1 if error is None else 0)
    assert names_asked == [host]


async def test_certificate_of_nobody_is_unreachable_and_gets_no_token(
    gateway: Gateway, tmp_path: Path
) -> None:
    tls = server_tls(certificate(tmp_path, "127.0.0.1"), [])
    async with FakeFonnte(tls=tls) as upstream:
        failure = await failure_of(gateway.send(connection(upstream.base_url), outgoing()))
        assert upstream.received == []
    assert type(failure) is Unreachable
    assert "certificate" in failure.detail
