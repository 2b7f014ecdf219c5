"""Files of a `/send`: uploaded, or fetched from a public link through the guard (FONNTE.md 1.1)."""

from collections.abc import AsyncIterator

import pytest

from tests.api.fonnte.door import TARGET, Body, Door, refusal
from tests.fake_fonnte import BARE_500, CUTS, FakeFonnte, Reply

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82"
)
FILE = Reply(body=PNG)


@pytest.fixture
async def shelf() -> AsyncIterator[FakeFonnte]:
    """A server that hands files out; the test's server may reach the loopback."""
    async with FakeFonnte() as shelf:
        yield shelf


async def files(door: Door, body: Body) -> list[tuple[str, str, str]]:
    """Return text, name and type of what was sent."""
    sql = """
        select m.text, f.filename, f.mime from message m
        join media f on f.account_id = m.account_id and f.id = m.media_id
        where m.account_id = $1 and m.number = any($2::bigint[]) order by m.number
        """
    return [tuple(row) for row in await door.ask(sql, body["id"])]


async def test_a_link_is_fetched_once_and_sent_to_everybody(door: Door, shelf: FakeFonnte) -> None:
    shelf.then(FILE)
    url = f"{shelf.base_url}/shop/menu%20hari%20ini.png?v=1"
    body = await door.send({"target": f"{TARGET},08999999999", "message": "Menu", "url": url})
    assert await files(door, body) == [("Menu", "menu hari ini.png", "image/png")] * 2
    [request] = shelf.received
    assert (request.method, request.path) == ("GET", "/shop/menu%20hari%20ini.png?v=1")
    assert door.house.device.token not in str(request)


async def test_a_file_needs_no_message_and_takes_the_name_it_is_given(
    door: Door, shelf: FakeFonnte
) -> None:
    shelf.then(Reply(body=b"a,b\n1,2\n"))
    fields = {"target": TARGET, "url": f"{shelf.base_url}/x", "filename": "harga.csv"}
    assert await files(door, await door.send(fields)) == [("", "harga.csv", "text/csv")]


async def test_a_link_is_followed_to_where_the_file_is(door: Door, shelf: FakeFonnte) -> None:
    moved = Reply(status=302, headers=(("Location", "/b/photo.png"),))
    shelf.then(moved, moved, moved, FILE)
    body = await door.send({"target": TARGET, "url": f"{shelf.base_url}/a"})
    assert await files(door, body) == [("", "photo.png", "image/png")]


async def test_a_file_may_come_with_the_request(door: Door) -> None:
    fields = {"target": TARGET, "message": "Menu"}
    body = await door.send(fields, files={"file": ("menu.png", PNG)})
    assert await files(door, body) == [("Menu", "menu.png", "image/png")]


@pytest.mark.parametrize(
    "url",
    [
        "nothing", "file:///etc/passwd", "http://169.254.169.254/latest", "http://10.0.0.1/x",
        "http://user@127.0.0.1/", "http://2130706433/", "http://[::1]/", "ftp://example.com/x",
        "http://localhost/x",
    ],
)  # fmt: skip
async def test_a_link_to_where_the_server_does_not_go_is_invalid(hall_door: Door, url: str) -> None:
    assert refusal(await hall_door.send({"target": TARGET, "url": url})) == "url invalid"


async def test_a_link_that_leads_to_such_a_place_is_invalid(
    hall_door: Door, shelf: FakeFonnte
) -> None:
    shelf.then(Reply(status=302, headers=(("Location", "http://169.254.169.254/"),)))
    body = await hall_door.send({"target": TARGET, "url": shelf.base_url})
    assert refusal(body) == "url invalid"


@pytest.mark.parametrize("reply", [BARE_500, CUTS, Reply(status=404), Reply(status=302)], ids=str)
async def test_a_link_without_file_is_unreachable(
    hall_door: Door, shelf: FakeFonnte, reply: Reply
) -> None:
    shelf.then(*[reply] * 4)
    body = await hall_door.send({"target": TARGET, "url": f"{shelf.base_url}/"})
    assert refusal(body) == "url unreachable"
    assert len(shelf.received) <= 4


async def test_a_web_page_is_no_file(hall_door: Door, shelf: FakeFonnte) -> None:
    shelf.then(Reply(body=b"<!doctype html><p>Halo"))
    body = await hall_door.send({"target": TARGET, "url": shelf.base_url})
    assert refusal(body) == "file format not supported"


async def test_a_file_that_is_too_large_names_the_limit(hall_door: Door, shelf: FakeFonnte) -> None:
    shelf.then(Reply(body=b"x" * (16 * 2**20 + 1)))
    body = await hall_door.send({"target": TARGET, "url": shelf.base_url})
    assert refusal(body) == "file size must under 16MB"


async def test_a_batch_takes_no_upload(hall_door: Door) -> None:
    fields = {"data": '[{"target":"0812345678","message":"1"}]'}
    body = await hall_door.send(fields, files={"file": ("menu.png", PNG)})
    assert refusal(body) == "input invalid"


async def test_a_batch_has_a_few_links_at_most(hall_door: Door, shelf: FakeFonnte) -> None:
    items = [f'{{"target":"0812345678","url":"{shelf.base_url}/{n}"}}' for n in range(11)]
    body = await hall_door.send({"data": f"[{','.join(items)}]"})
    assert (refusal(body), shelf.received) == ("input invalid", [])
