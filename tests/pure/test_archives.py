"""Archives of templates: the same bytes for the same templates, and no bomb goes off."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from helpdesk.archives import LIST, MOST_ENTRIES, MOST_TEMPLATES, Archive, write_archive
from helpdesk.errors import Conflict, InputError
from helpdesk.shapes.archives import TemplateItem

MEGABYTE = 1024**2
ONE = TemplateItem(name="Hello", shortcut="hi", attachment="files/hi/a.txt")


def packed(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file


def listed(*templates: Any, version: int = 1) -> bytes:
    return json.dumps({"version": version, "templates": templates}).encode()


def refused(file: io.BytesIO, most_bytes: int = MEGABYTE) -> str:
    """Return why an archive cannot be used."""
    with pytest.raises(InputError) as error:
        Archive(file, most_bytes=most_bytes)
    return str(error.value.facts["errors"]["file"])  # type: ignore[index]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"Halo")
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        write_archive(file, [ONE], {"files/hi/a.txt": tmp_path / "a"}, most_bytes=MEGABYTE)
    archive = Archive(files[0], most_bytes=MEGABYTE)
    assert json.loads(bytes(archive.items[0]))["shortcut"] == "hi"
    assert archive.read("files/hi/a.txt", most_bytes=4) == b"Halo"
    assert files[0].getvalue() == files[1].getvalue()


def test_what_could_not_be_taken_in_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(MEGABYTE))
    with pytest.raises(Conflict) as error:
        write_archive(io.BytesIO(), [ONE], {"a": tmp_path / "a"}, most_bytes=MEGABYTE)
    assert error.value.facts["reason"] == "too_large"
    taken = io.BytesIO()
    write_archive(taken, [ONE], {"a": tmp_path / "a"}, most_bytes=2 * MEGABYTE)
    Archive(taken, most_bytes=2 * MEGABYTE)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x05\x06", b"no zip at all", b"PK\x03\x04" + bytes(100)],
    ids=["nothing", "a bare mark", "text", "no directory"],
)
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    assert "ZIP" in refused(io.BytesIO(content))


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{", listed(version=2), b'{"templates":[]}', b"\xff", b"[" * 100_000],
    ids=["nothing", "a list", "broken", "version 2", "no version", "no text", "deep"],
)
def test_a_list_that_cannot_be_read_is_refused(text: bytes) -> None:
    assert refused(packed({LIST: text})).startswith("templates.json is not")


def test_an_archive_without_a_list_is_refused() -> None:
    assert "templates.json" in refused(packed({"other.json": listed()}))


def test_a_bomb_is_refused_by_its_size_unpacked() -> None:
    bomb = packed({LIST: listed(), "bomb": bytes(50 * MEGABYTE)})
    assert bomb.tell() < MEGABYTE
    assert refused(bomb) == "Give an archive of at most 1 MB, unpacked."


def test_a_size_that_is_a_lie_unpacks_no_more_than_it_says() -> None:
    bomb = packed({LIST: listed(), "bomb": bytes(2 * MEGABYTE)})
    lie = bomb.getvalue().replace((2 * MEGABYTE).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    archive = Archive(io.BytesIO(lie), most_bytes=MEGABYTE)
    with pytest.raises(InputError):
        archive.read("bomb", most_bytes=MEGABYTE)


def test_too_many_files_are_refused_before_they_are_counted_out() -> None:
    many = packed({str(n): b"" for n in range(MOST_ENTRIES)} | {LIST: listed()})
    assert refused(many) == f"Give a ZIP of at most {MOST_ENTRIES:,} files."
    long_names = packed({f"{n:0600}": b"" for n in range(MOST_ENTRIES - 1)} | {LIST: listed()})
    assert refused(long_names) == f"Give a ZIP of at most {MOST_ENTRIES:,} files."


def test_too_many_templates_are_refused() -> None:
    assert "2,000 templates" in refused(packed({LIST: listed(*[{}] * (MOST_TEMPLATES + 1))}))


def test_a_list_that_is_too_large_is_refused() -> None:
    large = packed({LIST: listed() + b" " * 65 * MEGABYTE})
    assert "at most 64 MB" in refused(large, most_bytes=100 * MEGABYTE)


@pytest.mark.parametrize("path", ["other", "../../etc/passwd", "", "large", "odd"])
def test_an_attachment_that_is_not_there_too_large_or_packed_oddly_is_refused(path: str) -> None:
    file = packed({LIST: listed(), "large": bytes(101)})
    with zipfile.ZipFile(file, "a") as zipped:
        zipped.writestr("odd", b"Halo", zipfile.ZIP_LZMA)
    archive = Archive(file, most_bytes=MEGABYTE)
    with pytest.raises(InputError) as error:
        archive.read(path, most_bytes=100)
    assert "attachment" in error.value.facts["errors"]  # type: ignore[operator]


def test_a_broken_file_is_refused() -> None:
    broken = packed({LIST: listed(), "a": b"Halo" * 100}, zipfile.ZIP_STORED).getvalue()
    archive = Archive(io.BytesIO(broken.replace(b"Halo", b"Hola")), most_bytes=MEGABYTE)
    with pytest.raises(InputError):
        archive.read("a", most_bytes=1_000)
