"""Archives of templates: a ZIP of `templates.json` and files, written, and read under limits.

Nothing of it is unpacked to a disk, and no size in it is believed before it has been checked.
"""

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from struct import unpack
from typing import BinaryIO, Literal

import msgspec
from msgspec import Raw, Struct

from helpdesk.errors import Conflict, InputError
from helpdesk.shapes.archives import TemplateItem

LIST = "templates.json"
MOST_TEMPLATES = 2_000
"""In an archive, and in an account."""

MOST_ENTRIES = 2 * MOST_TEMPLATES
MOST_LIST_BYTES = 64 * 1024 * 1024
TAKEN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

_END = b"PK\x05\x06"
_END_BYTES, _MOST_COMMENT_BYTES = 22, 65_535
_ENTRY_BYTES = 512
"""Of an entry in the directory, its name included, on an average."""
_LOCATOR_OF_ZIP64, _LOCATOR_BYTES = b"PK\x06\x07", 20


class _List(Struct, forbid_unknown_fields=True):
    version: Literal[1]
    templates: list[Raw]


class _Written(Struct):
    version: int
    templates: list[TemplateItem]


def write_archive(
    file: BinaryIO,
    items: Iterable[TemplateItem],
    attachments: Mapping[str, Path],
    *,
    most_bytes: int,
) -> None:
    """Write the templates, and their attachments by the path that they have in the archive.

    The same templates make the same bytes. Raises Conflict where they are more than `Archive` takes
    of so many bytes. Blocks.
    """
    text = msgspec.json.format(msgspec.json.encode(_Written(1, list(items))), indent=2)
    size = len(text) + sum(place.stat().st_size for place in attachments.values())
    if len(text) > MOST_LIST_BYTES or size + _ENTRY_BYTES * (len(attachments) + 1) > most_bytes:
        raise Conflict(
            f"An archive has at most {most_bytes // 1024**2} MB. Raise HELPDESK_MAX_UPLOAD_MB.",
            reason="too_large",
        )
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(LIST), text, zipfile.ZIP_DEFLATED)
        for name, place in sorted(attachments.items()):
            archive.writestr(zipfile.ZipInfo(name), place.read_bytes())


class Archive:
    """An archive that somebody sent. Everything in it raises InputError when it cannot be used."""

    def __init__(self, file: BinaryIO, *, most_bytes: int) -> None:
        """Open it; all of it unpacked must be at most so many bytes. Blocks."""
        _check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise _refuse("Give a ZIP with templates.json.") from error
        entries = self._zip.infolist()
        if sum(entry.file_size for entry in entries) > most_bytes:
            raise _refuse(f"Give an archive of at most {most_bytes // 1024**2} MB, unpacked.")
        self.items = self._read_list()

    def _read_list(self) -> list[Raw]:
        content = self._read(LIST, most_bytes=MOST_LIST_BYTES)
        if content is None:
            raise _refuse(f"Give a ZIP with {LIST} of at most {MOST_LIST_BYTES // 1024**2} MB.")
        try:
            found = msgspec.json.decode(content.decode(), type=_List)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            wanted = '{"version": 1, "templates": [...]}'
            raise _refuse(f"{LIST} is not {wanted}: {error}") from error
        if len(found.templates) > MOST_TEMPLATES:
            raise _refuse(f"Give at most {MOST_TEMPLATES:,} templates at once.")
        return found.templates

    def read(self, path: str, *, most_bytes: int) -> bytes:
        """Return an attachment of at most so many bytes. Blocks."""
        content = self._read(path, most_bytes=most_bytes)
        if content is None:
            reason = (
                f"Give the path of a file in the archive, of at most {most_bytes // 1024**2} MB."
            )
            raise InputError("A file of the archive cannot be read.", errors={"attachment": reason})
        return content

    def _read(self, path: str, *, most_bytes: int) -> bytes | None:
        """Return a file; None where it is not there, too large, broken, sealed or packed oddly."""
        try:
            entry = self._zip.getinfo(path)
            if entry.file_size > most_bytes or entry.compress_type not in TAKEN:
                return None
            with self._zip.open(entry) as file:
                return file.read(most_bytes)
        except (KeyError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
            return None


def name_of(path: str) -> str:
    """Return the file's own name in a path of an archive."""
    return PurePosixPath(path).name


def _check_directory(file: BinaryIO) -> None:
    """Refuse an archive of very many entries before any of them takes memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_BYTES - _MOST_COMMENT_BYTES - _LOCATOR_BYTES))
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + _END_BYTES:
        raise _refuse("Give a ZIP.")
    entries, directory_bytes = unpack("<HL", tail[end + 10 : end + 16])
    is_zip64 = tail[max(0, end - _LOCATOR_BYTES) : end].startswith(_LOCATOR_OF_ZIP64)
    if is_zip64 or entries > MOST_ENTRIES or directory_bytes > MOST_ENTRIES * _ENTRY_BYTES:
        raise _refuse(f"Give a ZIP of at most {MOST_ENTRIES:,} files.")


def _refuse(reason: str) -> InputError:
    return InputError("The archive cannot be used.", errors={"file": reason})
