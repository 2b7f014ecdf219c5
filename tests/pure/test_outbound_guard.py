"""Where the server may connect to, and every disguise of loopback that we know."""

# ruff: noqa: RUF001, S104 - disguises look like other letters, and 0.0.0.0 is one of them

import threading
from collections.abc import AsyncIterator, Callable

import pytest

from helpdesk.errors import InputError, Unreachable
from helpdesk.gateways.outbound import Outbound, look_up
from helpdesk.gateways.outbound_guard import AllowList, host_of, is_public, parse_url
from tests.fake_fonnte import FakeFonnte, Reply

DISGUISED = [
    "http://127.0.0.1:{port}",
    "http://127.0.0.1:{port}/send",
    "HTTP://127.0.0.1:{port}",
    "http://127.1:{port}",
    "http://127.0.1:{port}",
    "http://127.255.255.254:{port}",
    "http://0:{port}",
    "http://0.0.0.0:{port}",
    "http://00.0.0.0:{port}",
    "http://0x7f000001:{port}",
    "http://0x7f.1:{port}",
    "http://0x7f.0x0.0x0.0x1:{port}",
    "http://0X7F000001:{port}",
    "http://2130706433:{port}",
    "http://0177.0.0.1:{port}",
    "http://0177.1:{port}",
    "http://017700000001:{port}",
    "http://127.0.0.1.:{port}",
    "http://127。0。0。1:{port}",
    "http://127．0．0．1:{port}",
    "http://①②⑦.⓪.⓪.①:{port}",
    "http://１２７.0.0.1:{port}",
    "http://localhost:{port}",
    "http://LOCALHOST:{port}",
    "http://ｌocalhost:{port}",
    "http://[::1]:{port}",
    "http://[::]:{port}",
    "http://[0:0:0:0:0:0:0:1]:{port}",
    "http://[0000::0001]:{port}",
    "http://[::127.0.0.1]:{port}",
    "http://[::ffff:127.0.0.1]:{port}",
    "http://[::ffff:7f00:1]:{port}",
    "http://[::FFFF:7F00:1]:{port}",
    "http://[::ffff:0:127.0.0.1]:{port}",
    "http://[::1%25lo]:{port}",
    "http://[::1%lo]:{port}",
    "http://[fe80::1%25eth0]:{port}",
    "http://a@127.0.0.1:{port}",
    "http://a:b@127.0.0.1:{port}",
    "http://example.com@127.0.0.1:{port}",
    "http://127.0.0.1:{port}@example.com",
    "http://127.0.0.1:{port}\\@example.com/",
    "http://example.com\\@127.0.0.1:{port}/",
    "http://example.com#@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@example.com/",
    "http://127.0.0.1:{port}?@example.com/",
    "http://example.com%40127.0.0.1:{port}/",
    "http://%31%32%37.0.0.1:{port}/",
    "http://127%2e0%2e0%2e1:{port}/",
    "http://127.0.0.1%00.example.com:{port}/",
    "http://127.0.0.1\x00.example.com:{port}/",
    "http://127.0.0.1:{port}/\r\nHost: example.com",
    "http://127.0.0.1\r\n:{port}/",
    "http://example.com\r\nHost:127.0.0.1:{port}/",
    "http://127.0.0.1\t:{port}/",
    "http:// 127.0.0.1:{port}/",
    " http://127.0.0.1:{port}/",
    "http://127.0.0.1 :{port}/",
    "http:/127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}\\",
    "http://127.0.0.1:0{port}0/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:25/",
    "http://127.0.0.1:5432/",
    "http://127.0.0.1:6379/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:-{port}/",
    "http://127.0.0.1:８０/",
    "file:///etc/passwd",
    "file://127.0.0.1:{port}/etc/passwd",
    "gopher://127.0.0.1:{port}/_POST",
    "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/",
    "ws://127.0.0.1:{port}/",
    "data:text/plain,hello",
    "javascript:alert(1)",
    "jar:http://127.0.0.1:{port}/",
    "unix:///var/run/docker.sock",
    "http://",
    "http://:{port}",
    "http://[]:{port}",
    "http://[127.0.0.1]:{port}",
    "http://..:{port}",
    "http://xn--:{port}",
    "",
    "x",
    "http://127.0.0.1:{port}/" + "a" * 9000,
]

PRIVATE = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200"),
    *("127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
    *("192.0.0.1", "192.0.0.9", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1"),
    *("198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250"),
    *("240.0.0.1", "255.255.255.255", "::", "::1", "::10.0.0.1", "::8.8.8.8"),
    *("::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:7f00:1", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b::808:808", "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:0:4136:e378::1"),
    *("2001:10::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "5f00::1", "fc00::1"),
    *("fd00:ec2::254", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1"),
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "104.18.0.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"]


class Names(dict[str, list[str]]):
    """A name server that the test writes; what it does not know it asks the system."""

    def resolve(self, host: str, port: int) -> list[str]:
        return self[host] if host in self else look_up(host, port)


@pytest.fixture(scope="module")
def names() -> Names:
    return Names()


@pytest.fixture(scope="module")
async def canary() -> AsyncIterator[FakeFonnte]:
    async with FakeFonnte() as server:
        yield server


@pytest.fixture(scope="module")
async def outbound(names: Names, canary: FakeFonnte) -> AsyncIterator[Outbound]:
    """Allows nothing private, and the canary's port, so that only its address stops a request."""
    guarded = Outbound(ports={80, 443, canary.port}, resolve=names.resolve)
    yield guarded
    await guarded.close()


@pytest.fixture(scope="module")
async def allowing(names: Names, canary: FakeFonnte) -> AsyncIterator[Outbound]:
    """Allows the canary by its address and by the name `allowed.test`."""
    entries = [canary.place, f"allowed.test:{canary.port}", "waha:3000"]
    guarded = Outbound(entries, resolve=names.resolve)
    yield guarded
    await guarded.close()


@pytest.fixture
def hits(canary: FakeFonnte) -> Callable[[], int]:
    """Count the requests and connections that the canary got in this test."""
    before = len(canary.received) + canary.connections
    return lambda: len(canary.received) + canary.connections - before


async def test_canary_is_hit_where_the_operator_allows_it(
    allowing: Outbound, canary: FakeFonnte, hits: Callable[[], int]
) -> None:
    answer = await allowing.request("GET", f"{canary.base_url}/", headers={})
    assert answer.status == 200
    assert hits() > 0


@pytest.mark.parametrize("spelling", DISGUISED)
async def test_disguised_url_is_refused_and_never_connected(
    spelling: str, outbound: Outbound, canary: FakeFonnte, names: Names, hits: Callable[[], int]
) -> None:
    names["example.com"] = ["127.0.0.1"]
    url = spelling.replace("{port}", str(canary.port))
    with pytest.raises((InputError, Unreachable)):
        await outbound.check(url)
    with pytest.raises((InputError, Unreachable)):
        await outbound.post_form(url, headers={}, form={"a": "b"})
    assert hits() == 0


@pytest.mark.parametrize("address", PRIVATE)
async def test_address_inside_is_refused_written_out_or_behind_a_name(
    address: str, outbound: Outbound, names: Names
) -> None:
    names["gateway.test"] = ["8.8.8.8", address]
    for host in ("gateway.test", f"[{address}]" if ":" in address else address):
        with pytest.raises(InputError, match="url invalid: its address is not public"):
            await outbound.check(f"https://{host}/send")


@pytest.mark.parametrize("address", PUBLIC)
async def test_public_address_passes(address: str, outbound: Outbound, names: Names) -> None:
    names["gateway.test"] = [address]
    await outbound.check("https://gateway.test/send?a=b#c")
    assert is_public(address)


@pytest.mark.parametrize("port", [22, 25, 3000, 5432, 6379, 8080])
async def test_only_web_ports_are_open(port: int, outbound: Outbound, names: Names) -> None:
    names["gateway.test"] = ["8.8.8.8"]
    hint = "Use 80 or 443.*, or let the operator allow the host with HELPDESK_OUTBOUND_ALLOW"
    with pytest.raises(InputError, match=f"port {port} is not allowed. {hint}"):
        await outbound.check(f"http://gateway.test:{port}/")


async def test_name_that_changes_after_the_check_is_refused_at_the_connection(
    outbound: Outbound, canary: FakeFonnte, names: Names, hits: Callable[[], int]
) -> None:
    url = f"http://rebinding.test:{canary.port}/"
    names["rebinding.test"] = ["8.8.8.8"]
    await outbound.check(url)
    names["rebinding.test"] = ["127.0.0.1"]
    with pytest.raises(InputError, match="not public"):
        await outbound.post_form(url, headers={}, form={})
    assert hits() == 0


async def test_name_is_resolved_once_and_kept_as_host_header(canary: FakeFonnte) -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    outbound = Outbound([f"gateway.test:{canary.port}"], resolve=resolve)
    await outbound.request("GET", f"http://Gateway.Test:{canary.port}/a?b=c", headers={})
    await outbound.close()
    assert asked == ["gateway.test"]
    assert canary.received[-1].headers["host"] == f"gateway.test:{canary.port}"
    assert canary.received[-1].path == "/a?b=c"


async def test_second_address_is_tried_when_the_first_is_dead(
    canary: FakeFonnte, names: Names
) -> None:
    names["allowed.test"] = ["127.0.0.9", "127.0.0.1", "127.0.0.8", "127.0.0.8"]
    outbound = Outbound(["allowed.test"], resolve=names.resolve)
    answer = await outbound.request("GET", f"http://allowed.test:{canary.port}/", headers={})
    await outbound.close()
    assert answer.status == 200


@pytest.mark.parametrize("location", ["http://{place}/", "file:///etc/passwd", "//{place}/"])
async def test_redirect_is_handed_back_and_not_followed(
    location: str, allowing: Outbound, canary: FakeFonnte
) -> None:
    async with FakeFonnte() as inside:
        target = location.replace("{place}", inside.place)
        canary.then(Reply(status=302, headers=(("Location", target),)))
        answer = await allowing.post_form(canary.base_url, headers={}, form={})
        assert (answer.status, answer.headers["location"]) == (302, target)
        assert inside.connections == 0


async def test_proxy_of_the_environment_is_ignored(
    canary: FakeFonnte, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FakeFonnte() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.base_url)
        outbound = Outbound([canary.place])
        await outbound.post_form(canary.base_url, headers={}, form={})
        await outbound.close()
        assert proxy.connections == 0


async def test_cookie_of_one_answer_is_not_sent_with_the_next_request(
    allowing: Outbound, canary: FakeFonnte
) -> None:
    canary.then(Reply(headers=(("Set-Cookie", "session=of-another-tenant"),)))
    for _ in range(2):
        await allowing.request("GET", f"{canary.base_url}/", headers={})
    assert "cookie" not in canary.received[-1].headers


@pytest.mark.parametrize("entry", ["gateway.test", "Gateway.TEST", "gateway.test:3000"])
def test_allow_list_compares_host_and_port_exactly(entry: str) -> None:
    allow = AllowList([entry])
    assert allow.covers("gateway.test", 3000)
    assert not allow.covers("a.gateway.test", 3000)
    assert not allow.covers("gateway.test.", 3000)
    assert allow.covers("gateway.test", 3001) is (":" not in entry)


@pytest.mark.parametrize("entry", ["::1", "[::1]", "[::1]:3000", "[0:0::1]:3000"])
def test_allow_list_takes_ipv6_in_every_spelling(entry: str) -> None:
    assert AllowList([entry]).covers("::1", 3000)


async def test_allowed_address_is_known_in_every_spelling_when_connecting() -> None:
    outbound = Outbound(["::1"])
    with pytest.raises(Unreachable):  # port 9 is closed: the guard let it pass
        await outbound.request("GET", "http://[0:0:0:0:0:0:0:1]:9/", headers={})
    await outbound.close()


@pytest.mark.parametrize(
    "entry", ["", "http://waha", "waha:port", "a b", "10.0.0.0/8", "*", "127.1", "[::zz]", "a:b:c"]
)
def test_allow_list_refuses_what_it_cannot_compare(entry: str) -> None:
    if entry == "*":
        assert not AllowList([entry]).covers("gateway.test", 80)
    else:
        with pytest.raises(InputError, match="OUTBOUND_ALLOW"):
            AllowList([entry])


async def test_allowed_host_may_be_private_and_on_any_port(
    allowing: Outbound, names: Names
) -> None:
    names["waha"] = ["10.0.0.7"]
    await allowing.check("http://waha:3000/send")
    with pytest.raises(InputError, match="port 3001"):
        await allowing.check("http://waha:3001/send")
    with pytest.raises(InputError, match="not public"):
        await allowing.check("http://waha/send")


def test_international_name_is_compared_in_ascii() -> None:
    assert host_of(parse_url("https://Bücher.example/é")) == "xn--bcher-kva.example"


@pytest.mark.parametrize("host", ["nowhere.invalid", "empty.test", "a..b"])
async def test_name_that_cannot_be_found_is_unreachable(
    host: str, outbound: Outbound, names: Names
) -> None:
    names["empty.test"] = []
    with pytest.raises(Unreachable):
        await outbound.check(f"http://{host}/")
    with pytest.raises(Unreachable):
        await outbound.request("GET", f"http://{host}/", headers={})


async def test_slow_name_server_is_given_up_after_two_seconds() -> None:
    released = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        released.wait(20)
        return ["8.8.8.8"]

    outbound = Outbound(resolve=resolve)
    with pytest.raises(Unreachable):
        await outbound.request("GET", "http://gateway.test/", headers={})
    released.set()
    await outbound.close()


@pytest.mark.parametrize("value", ["a\r\nHost: b", "a\nb", "a\x00", "é", "\u2028"])
async def test_header_that_could_end_its_line_is_refused(
    value: str, allowing: Outbound, canary: FakeFonnte, hits: Callable[[], int]
) -> None:
    for headers in ({"X-A": value}, {f"X{value}": "a"}):
        with pytest.raises(InputError, match="header invalid"):
            await allowing.post_form(canary.base_url, headers=headers, form={})
    assert hits() == 0
