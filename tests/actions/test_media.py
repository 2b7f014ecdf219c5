"""Media: what a file is by its content, what it is called, and where it lies."""

import asyncio
import io
import zipfile
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from helpdesk import clock
from helpdesk.actions.file_types import SHOWN, clean_name, find_mime, measure
from helpdesk.actions.media import add_file
from helpdesk.database import UnitOfWork
from helpdesk.errors import Busy, InputError, NotFound, Unavailable
from helpdesk.files import Files
from helpdesk.queries.media import get_file
from helpdesk.shapes.messages import MediaOut
from tests.factories import AccountUnderTest

NOW = clock.now()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
OFFICE = "application/vnd.openxmlformats-officedocument"


def packed(*names: str) -> bytes:
    """A ZIP with these files, in this order."""
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w") as archive:
        for name in names:
            archive.writestr(name, "<xml/>")
    return packing.getvalue()


def isobmff(brand: bytes, *compatible: bytes) -> bytes:
    """The beginning of a file such as MP4."""
    body = b"ftyp" + brand + bytes(4) + b"".join(compatible)
    return (len(body) + 4).to_bytes(4, "big") + body + bytes(40)


TAKEN = [
    (b"\xff\xd8\xff\xe0" + bytes(40), "x", "image/jpeg"),
    (PNG, "photo.svg", "image/png"),
    (b"GIF89a" + b"/*" + bytes(40), "x.js", "image/gif"),
    (b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40), "x", "image/webp"),
    (isobmff(b"isom", b"isom", b"mp41"), "x", "video/mp4"),
    (isobmff(b"M4A ", b"M4A ", b"mp42", b"isom"), "x", "audio/mp4"),
    (isobmff(b"3gp4", b"3gp4"), "x", "video/3gpp"),
    (b"ID3\x03" + bytes(40), "x", "audio/mpeg"),
    (b"OggS\0\x02" + bytes(40), "voice.html", "audio/ogg"),
    (b"\xff\xf1" + bytes(40), "x", "audio/aac"),
    (b"#!AMR\n" + bytes(40), "x", "audio/amr"),
    (b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), "x", "audio/wav"),
    (b"%PDF-1.7\n" + bytes(40), "x", "application/pdf"),
    (packed("a.txt"), "x.docx", "application/zip"),
    (
        packed("[Content_Types].xml", "word/document.xml"),
        "x",
        f"{OFFICE}.wordprocessingml.document",
    ),
    (packed("a", "b", "c", "d", "e", "xl/workbook.xml"), "x", f"{OFFICE}.spreadsheetml.sheet"),
    (packed("ppt/presentation.xml"), "x", f"{OFFICE}.presentationml.presentation"),
    (OLE, "old.DOC", "application/msword"),
    (OLE, "old.xls", "application/vnd.ms-excel"),
    (OLE, "old.ppt", "application/vnd.ms-powerpoint"),
    ("Halo dunia é 😀".encode(), "x.exe", "text/plain"),
    (b"a < b, <b>bold</b> later", "x", "text/plain"),
    (b"<3 you", "x", "text/plain"),
    (b"a;b\n1;2\n", "list.CSV", "text/csv"),
    (b"caf\xe9;2\x80\r\n", "list.csv", "text/csv"),
    (b"caf\xe9\n", "x.TXT", "text/plain"),
]
REFUSED = [
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo.jpg"),
    (b" \r\n\t<!doctype html><script>alert(1)</script>", "photo.png"),
    (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "x.txt"),
    (b"<script>alert(1)</script>", "x.txt"),
    ("<svg/>".encode("utf-16"), "x.txt"),
    (b"MZ\x90\0" + bytes(80), "x.pdf"),
    (b"\x7fELF" + bytes(80), "x.zip"),
    (OLE, "setup.msi"),
    (b"text with \0", "x.txt"),
    (b"\xff\xfe\xfd", "x.txt"),
    (b"caf\xe9\n", "x.exe"),
    (b"caf\xe9\x01", "x.txt"),
    (b"<b>caf\xe9", "x.csv"),
    (isobmff(b"qt  "), "x.mp4"),
    (b"\x1f\x8b\x08" + bytes(40), "x.svgz"),
]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.mark.parametrize(("content", "name", "mime"), TAKEN, ids=[row[2] for row in TAKEN])
def test_type_is_what_the_content_says(content: bytes, name: str, mime: str) -> None:
    assert find_mime(content, name) == mime


@pytest.mark.parametrize(("content", "name"), REFUSED)
def test_other_kinds_are_refused_whatever_their_name(content: bytes, name: str) -> None:
    with pytest.raises(InputError):
        find_mime(content, name)


def test_nothing_that_a_browser_might_run_is_shown_in_place() -> None:
    assert {mime.partition("/")[0] for mime in SHOWN} == {"image", "video", "audio"}
    assert not any("svg" in mime or "xml" in mime for mime in SHOWN)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("photo.png", "photo.png"),
        ("Photo.PNG", "Photo.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\temp\\x.png", "x.png"),
        ("x.jpg.html", "x.jpg.html.png"),
        ("a\r\nSet-Cookie: b.png", "aSet-Cookie: b.png"),
        ("gnp.\u202egpj.png", "gnp.gpj.png"),
        ("tagihan é 😀.png", "tagihan é 😀.png"),
        ("", "file.png"),
        (" .. ", "file.png"),
        (".png", "png.png"),
        ("a" * 4000 + ".png", "a" * 251 + ".png"),
        ("\ud800x.png", "x.png"),
    ],
)
def test_name_has_no_path_no_controls_and_the_ending_of_its_type(name: str, clean: str) -> None:
    assert clean_name(name, "image/png") == clean


def files_below(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


async def add(account: AccountUnderTest, files: Files, **fields: Any) -> Any:
    async with account.work() as work:
        return await add_file(work, files, **{"name": "a.png", "content": PNG} | fields, now=NOW)


def picture(width: int, height: int, orientation: int = 1) -> bytes:
    """A JPEG that says how it is to be turned."""
    image, out = Image.new("RGB", (width, height)), io.BytesIO()
    exif = image.getexif()
    exif[0x0112] = orientation
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "mime", "size"),
    [
        (picture(30, 20), "image/jpeg", (30, 20)),
        (picture(30, 20, orientation=6), "image/jpeg", (20, 30)),
        (PNG, "image/png", None),
        (b"%PDF-1.7\n", "application/pdf", None),
    ],
    ids=["picture", "turned", "broken", "none"],
)
def test_a_picture_has_the_size_in_which_it_is_shown(
    content: bytes, mime: str, size: tuple[int, int] | None
) -> None:
    assert measure(content, mime) == size


async def test_file_is_stored_under_a_name_that_says_nothing(
    account: AccountUnderTest, files: Files, tmp_path: Path
) -> None:
    added = await add(account, files, name="../secret.png")
    async with account.reading() as session:
        stored = await get_file(session, account.id, added.id)
    assert stored.out == added
    assert (added.mime, added.size, added.state) == ("image/png", len(PNG), "stored")
    assert stored.path
    assert (await files.locate(stored.path)).read_bytes() == PNG
    [place] = files_below(tmp_path)
    assert place.parent.name == account.id.hex
    assert "secret" not in str(place)


async def test_others_are_served_while_a_recording_is_rewritten(
    account: AccountUnderTest, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = Event()

    def rewrite(_content: bytes) -> None:
        assert goes_on.wait(5)

    monkeypatch.setattr("helpdesk.actions.media.as_ogg", rewrite)
    asyncio.get_running_loop().call_later(0.01, goes_on.set)
    await add(account, files)
    assert goes_on.is_set()


async def test_empty_file_is_refused(
    account: AccountUnderTest, files: Files, tmp_path: Path
) -> None:
    with pytest.raises(InputError):
        await add(account, files, content=b"")
    assert files_below(tmp_path) == []


async def test_file_of_another_account_is_not_found(
    account: AccountUnderTest, other_account: AccountUnderTest, files: Files
) -> None:
    foreign = await add(other_account, files)
    async with account.reading() as session:
        with pytest.raises(NotFound):
            await get_file(session, account.id, foreign.id)


async def test_full_disk_is_told_and_leaves_nothing(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(Unavailable):
        await files.save(uuid4(), PNG)
    assert files_below(tmp_path) == []


async def test_file_that_vanished_is_not_found(files: Files) -> None:
    path = await files.save(uuid4(), PNG)
    (await files.locate(path)).unlink()
    with pytest.raises(NotFound):
        await files.locate(path)


@pytest.mark.parametrize("path", ["", "../x", f"{'a' * 32}/../../{'b' * 32}", "/etc/passwd"])
async def test_no_path_leads_out_of_the_directory(files: Files, path: str) -> None:
    with pytest.raises(NotFound):
        await files.locate(path)


async def test_file_of_what_is_rolled_back_is_not_left_on_the_disk(
    account: AccountUnderTest, tmp_path: Path
) -> None:
    files = Files(tmp_path)

    async def add(work: UnitOfWork) -> MediaOut:
        return await add_file(work, files, name="a.png", content=PNG, now=NOW)

    async def add_and_fail(work: UnitOfWork) -> None:
        await add(work)
        raise InputError("Roll it back.")

    with pytest.raises(InputError, match="back"):
        async with account.work() as work:
            await add_and_fail(work)
    assert stored_in(tmp_path) == []
    async with account.work() as work:
        kept = await add(work)
        with pytest.raises(InputError, match="back"):
            async with work.savepoint():
                await add_and_fail(work)
    async with account.reading() as reading:
        assert stored_in(tmp_path) == [(await get_file(reading, account.id, kept.id)).path]


async def test_file_whose_row_cannot_be_stored_is_not_left_on_the_disk(
    account: AccountUnderTest, tmp_path: Path
) -> None:
    async with account.database.engine.connect() as outside:
        await outside.exec_driver_sql("lock table media in access exclusive mode")
        with pytest.raises(Busy):
            async with account.work() as work:
                await add_file(work, Files(tmp_path), name="a.png", content=PNG, now=NOW)
    assert stored_in(tmp_path) == []


def stored_in(root: Path) -> list[str]:
    return [f"{each.parent.name}/{each.name}" for each in root.rglob("*") if each.is_file()]
