"""Documents before they are opened: a PDF's pages as pictures, and never an error of a bad file."""

import asyncio
import io
from typing import Any

import httpx
import pytest
from PIL import Image

from helpdesk import thumbnails
from tests.api.house import House
from tests.pdfs import locked_pdf, pdf
from tests.served import Caller


async def upload(caller: Caller, content: bytes, name: str = "letter.pdf") -> dict[str, Any]:
    made = await caller.post("/api/v1/media", files={"file": (name, content)})
    assert made.status_code == 201, made.text
    return dict(made.json())


def drawn(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    return Image.open(io.BytesIO(answer.content)).convert("L")


def ink(picture: Image.Image) -> int:
    """How many dark pixels there are."""
    return sum(picture.histogram()[:128])


async def test_a_pdf_has_its_count_of_pages_and_a_picture_of_the_first(house: House) -> None:
    ani = await house.caller("agent")
    made = await upload(ani, pdf("Invoice", "Terms"))
    assert (made["pages"], made["width"]) == (2, None)
    assert made["thumbnail_url"] == f"{made['url']}?size=small"
    for _ in range(2):
        first = drawn(await ani.get(made["thumbnail_url"]))
        assert first.size == (640, 906)
        assert ink(first) > 1000
    whole = await ani.get(made["url"])
    assert whole.content.startswith(b"%PDF")
    assert whole.headers["content-disposition"].startswith("attachment")


async def test_each_page_of_a_pdf_is_a_picture_and_there_are_no_others(house: House) -> None:
    ani = await house.caller("agent")
    made = await upload(ani, pdf("One", "Two"))
    pages = [await ani.get(f"{made['url']}?page={number}") for number in (1, 2)]
    assert drawn(pages[0]).size == (1200, 1699)
    assert pages[0].content != pages[1].content
    assert (await ani.get(f"{made['url']}?page=3")).status_code == 404
    for number in ("0", "51", "-1", "x"):
        refused = await ani.get(f"{made['url']}?page={number}")
        assert refused.status_code == 422, refused.text
    photo = await upload(ani, b"a text", "a.txt")
    assert (await ani.get(f"{photo['url']}?page=1")).status_code == 404


@pytest.mark.parametrize(
    "content",
    [locked_pdf(), pdf("Cut")[:60], b"%PDF-1.7\n", pdf()],
    ids=["locked", "cut", "empty", "without pages"],
)
async def test_a_pdf_that_cannot_be_opened_has_no_preview_and_can_be_had(
    house: House, content: bytes
) -> None:
    ani = await house.caller("agent")
    made = await upload(ani, content)
    assert (made["pages"], made["thumbnail_url"]) == (None, None)
    assert (await ani.get(f"{made['url']}?page=1")).status_code == 404
    assert (await ani.get(made["url"])).content == content


async def test_a_page_of_any_size_becomes_a_picture_of_bounded_size(house: House) -> None:
    ani = await house.caller("agent")
    for size in ((14_000_000, 14_000_000), (100, 14_000), (14_000, 100)):
        made = await upload(ani, pdf("Huge", size=size))
        width, height = drawn(await ani.get(f"{made['url']}?page=1")).size
        assert width <= 1200
        assert height <= 2400


async def test_a_page_that_takes_too_long_is_not_drawn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ani = await house.caller("agent")
    made = await upload(ani, pdf("Slow"))
    monkeypatch.setattr("helpdesk.thumbnails.SECONDS", 0.01)
    assert (await ani.get(f"{made['url']}?page=1")).status_code == 404
    assert (await ani.get(made["thumbnail_url"])).status_code == 404
    assert (await ani.get(made["url"])).status_code == 200


async def test_pages_are_of_the_account_alone(house: House) -> None:
    ani = await house.caller("agent")
    made = await upload(ani, pdf("Mine"))
    stranger = await house.caller("nobody")
    assert (await stranger.get(f"{made['url']}?page=1")).status_code == 401


async def test_a_pdf_is_taken_while_others_are_being_drawn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ani = await house.caller("agent")
    made = await upload(ani, pdf("One", "Two"))
    is_taken, run = asyncio.Event(), thumbnails._run

    async def draw_long(seconds: float, what: str, *arguments: str) -> bytes | None:
        if what != "count":
            await is_taken.wait()
        return await run(seconds, what, *arguments)

    monkeypatch.setattr("helpdesk.thumbnails._run", draw_long)
    async with asyncio.TaskGroup() as group:
        for page in (1, 2):
            group.create_task(ani.get(made["url"], params={"page": page}))
        await asyncio.sleep(0.2)
        async with asyncio.timeout(10):
            assert (await upload(ani, pdf("Three")))["pages"] == 1
        is_taken.set()
