"""Files that come with messages: fetched while the gateway has them, and what happens when not."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from helpdesk import clock
from helpdesk.actions.fetch import claim_due_files, settle_file, settle_missed
from helpdesk.files import Files
from helpdesk.gateways.outbound import Outbound
from helpdesk.workers.media import MediaWorker
from tests.factories import AccountUnderTest, Line, body_of, make_device, receive
from tests.fake_fonnte import CUTS, FakeFonnte, Reply
from tests.pdfs import pdf
from tests.workers.sending import ask, until

LIMIT = 100_000


def picture(width: int = 8, height: int = 4) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, "PNG")
    return out.getvalue()


class Desk:
    """An account whose customers send files that lie on an upstream."""

    def __init__(self, account: AccountUnderTest, upstream: FakeFonnte, root: Path) -> None:
        self.account, self.upstream = account, upstream
        self.outbound = Outbound({upstream.place})
        self.worker = MediaWorker(account.database, self.outbound, Files(root), limit=LIMIT)

    async def receive(self, *replies: Reply, name: str = "photo", **fields: Any) -> Line:
        self.upstream.then(*replies)
        device = await make_device(self.account)
        url = f"{self.upstream.base_url}/files/{name}"
        return await receive(self.account, device, text="", kind="image", url=url, **fields)

    async def fetch(self) -> None:
        """Fetch what is due, and wait for it."""
        await self.worker()
        await until(self._is_idle)

    async def _is_idle(self) -> bool:
        return not self.worker._slots._tasks

    async def file(self) -> dict[str, Any]:
        [row] = await ask(self.account, "select * from media")
        return dict(row)


@pytest.fixture
async def desk(account: AccountUnderTest, tmp_path: Path) -> AsyncIterator[Desk]:
    async with FakeFonnte() as upstream:
        desk = Desk(account, upstream, tmp_path)
        yield desk
        await desk.worker.drain()
        await desk.outbound.close()


async def test_pages_of_a_pdf_that_came_in_are_counted(desk: Desk) -> None:
    await desk.receive(Reply(body=pdf("One", "Two")), name="letter.pdf")
    await desk.fetch()
    file = await desk.file()
    assert (file["mime"], file["pages"]) == ("application/pdf", 2)


async def test_file_of_a_message_is_fetched_and_the_message_told_again(desk: Desk) -> None:
    line = await desk.receive(Reply(body=picture()))
    assert line.message.media
    assert line.message.media.state == "due"
    await desk.fetch()
    file = await desk.file()
    assert (file["state"], file["mime"], file["filename"]) == ("stored", "image/png", "photo.png")
    [told] = await desk.account.events("message.updated")
    media = body_of(told)["message"]["media"]
    assert (media["state"], media["width"], media["height"]) == ("stored", 8, 4)
    assert body_of(told)["message"]["id"] == str(line.message.id)


@pytest.mark.parametrize(
    "reply",
    [Reply(body=b"MZ\x90\0 a program"), Reply(body=b""), Reply(body=bytes(LIMIT + 1))],
    ids=["kind", "empty", "large"],
)
async def test_file_that_we_do_not_keep_is_refused_for_good(desk: Desk, reply: Reply) -> None:
    await desk.receive(reply)
    await desk.fetch()
    assert (await desk.file())["state"] == "refused"
    assert await desk.worker() is False


@pytest.mark.parametrize("reply", [Reply(status=404), CUTS], ids=["missing", "cut"])
async def test_file_that_cannot_be_had_now_is_tried_again(desk: Desk, reply: Reply) -> None:
    await desk.receive(reply, Reply(body=picture()))
    await desk.fetch()
    assert (await desk.file())["state"] == "due"
    await ask(desk.account, "update media set due_at = now()")
    await desk.fetch()
    assert (await desk.file())["state"] == "stored"


async def test_redirects_are_followed_and_each_is_checked(desk: Desk) -> None:
    inside = ("Location", "http://127.0.0.2/secret")
    await desk.receive(
        Reply(status=302, body=b"", headers=(("Location", "/b.png"),)),
        Reply(status=302, body=b"", headers=(inside,)),
    )
    await desk.fetch()
    assert [each.path for each in desk.upstream.received] == ["/files/photo", "/b.png"]
    assert (await desk.file())["state"] == "refused"


async def test_a_redirect_to_what_is_no_address_ends_the_file_without_a_fault(desk: Desk) -> None:
    await desk.receive(Reply(status=302, body=b"", headers=(("Location", "http://["),)))
    await desk.fetch()
    assert (await desk.file())["state"] == "refused"


async def test_file_is_given_up_after_25_minutes_where_a_person_sees_it(desk: Desk) -> None:
    await desk.receive()
    async with desk.account.database.unit_of_work() as work:
        [due] = await claim_due_files(work, most=1)
    async with desk.account.database.unit_of_work() as work:
        await settle_missed(work, due, now=clock.now() + timedelta(minutes=24))
    assert (await desk.file())["state"] == "due"
    async with desk.account.database.unit_of_work() as work:
        await settle_missed(work, due, now=clock.now() + timedelta(minutes=26))
    [told] = await desk.account.events("message.updated")
    assert body_of(told)["message"]["media"]["state"] == "expired"


async def test_of_two_tries_the_one_that_lost_its_lease_changes_nothing(desk: Desk) -> None:
    await desk.receive()
    dues = []
    for _ in range(2):
        async with desk.account.database.unit_of_work() as work:
            dues += await claim_due_files(work, most=1)
        await ask(desk.account, "update media set due_at = now()")
    async with desk.account.database.unit_of_work() as work:
        assert not await settle_file(work, dues[0], {"state": "refused"}, now=clock.now())
    assert (await desk.file())["state"] == "due"
