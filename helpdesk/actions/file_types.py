"""What kind of file it is, by what is in it; the name decides only where the content cannot."""

import codecs
import re
import unicodedata
from io import BytesIO
from pathlib import PurePosixPath

import filetype  # type: ignore[import-untyped]
from PIL import Image, UnidentifiedImageError

from helpdesk.errors import InputError

MOST_NAME_CHARS = 255
OFFICE = "application/vnd.openxmlformats-officedocument"
# The first ending is the one that is added to a name which has none of its type's.
ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg", ".jfif"),
    "image/png": (".png", ".apng"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "video/mp4": (".mp4", ".m4v"),
    "video/3gpp": (".3gp", ".3gpp"),
    "audio/mpeg": (".mp3", ".mpga"),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/aac": (".aac",),
    "audio/amr": (".amr",),
    "audio/mp4": (".m4a", ".mp4"),
    "audio/wav": (".wav",),
    "application/pdf": (".pdf",),
    "application/zip": (".zip",),
    "application/msword": (".doc", ".dot"),
    "application/vnd.ms-excel": (".xls", ".xlt"),
    "application/vnd.ms-powerpoint": (".ppt", ".pps"),
    f"{OFFICE}.wordprocessingml.document": (".docx",),
    f"{OFFICE}.spreadsheetml.sheet": (".xlsx",),
    f"{OFFICE}.presentationml.presentation": (".pptx",),
    "text/plain": (".txt", ".log", ".md", ".json", ".tsv", ".ini", ".yaml", ".yml", ".vcf", ".ics"),
    "text/csv": (".csv",),
}
SHOWN = frozenset(mime for mime in ENDINGS if mime.startswith(("image/", "video/", "audio/")))
"""What a browser may show in place, without any harm; everything else is only downloaded."""

_ALIASES = {"image/apng": "image/png", "audio/x-wav": "audio/wav"}
_BRANDS = {b"M4A": "audio/mp4", b"3gp": "video/3gpp"}  # filetype calls most of them MP4
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_OFFICE = ("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint")
_NEW_OFFICE = {
    b"word/document.xml": f"{OFFICE}.wordprocessingml.document",
    b"xl/workbook.xml": f"{OFFICE}.spreadsheetml.sheet",
    b"ppt/presentation.xml": f"{OFFICE}.presentationml.presentation",
}
_ORIENTATION = 0x0112
_TURNED = frozenset((5, 6, 7, 8))
"""Values of EXIF's orientation in which width and height are changed about (EXIF 2.32, 4.6.4)."""
_MARKUP = re.compile(r"\s*<[A-Za-z!?]")
_BOM = "\ufeff"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def find_mime(content: bytes, name: str) -> str:
    """Return the type of a file's content. Raises InputError unless it is one that we take."""
    mime = _sniff(content, name)
    if mime not in ENDINGS:
        raise InputError(
            "Files of this kind are not taken: send an image, video, audio, PDF, office document,"
            " ZIP or plain text.",
            errors={"file": "Give a file of one of these kinds."},
        )
    return mime


def measure(content: bytes, mime: str) -> tuple[int, int] | None:
    """Return a picture's width and height in pixels, as it is shown; only its head is read.

    None where it is no picture, or one whose head is broken.
    """
    if not mime.startswith("image/"):
        return None
    try:
        with Image.open(BytesIO(content)) as image:
            width, height = image.size
            # asked of a PNG, Pillow would unpack the whole of it (13.0)
            exif = image.getexif() if mime == "image/jpeg" else {}
            is_turned = exif.get(_ORIENTATION, 1) in _TURNED
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    return (height, width) if is_turned else (width, height)


def clean_name(name: str, mime: str) -> str:
    """Return a name without path, control and direction characters, with an ending of the type."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    stem, endings = visible.strip(" ."), ENDINGS[mime]
    ending = _ending(stem)
    if ending not in endings:
        stem, ending = stem or "file", endings[0]
    else:
        stem = stem[: -len(ending)] or "file"
    return stem[: MOST_NAME_CHARS - len(ending)] + ending


def _sniff(content: bytes, name: str) -> str:
    if content[4:8] == b"ftyp" and content[8:11] in _BRANDS:
        return _BRANDS[content[8:11]]
    found = filetype.guess_mime(content)
    mime = _ALIASES.get(found, found)
    if mime == "application/zip":
        return next((kind for part, kind in _NEW_OFFICE.items() if part in content), mime)
    if mime in ENDINGS:
        return str(mime)
    if content.startswith(_OLE):
        return next((kind for kind in _OLD_OFFICE if _ending(name) in ENDINGS[kind]), "")
    return _sniff_text(content, name)


def _sniff_text(content: bytes, name: str) -> str:
    """Text is what is nothing else; markup is none, for a browser might run what is in it."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = _old_text(content, name)
    if not text or "\0" in text or _MARKUP.match(text.removeprefix(_BOM)):
        return ""
    return "text/csv" if _ending(name) == ".csv" else "text/plain"


def _old_text(content: bytes, name: str) -> str:
    """Return what spreadsheets and editors still write in Latin-1, where the name says text too."""
    is_named = _ending(name) in {".csv", ".txt"}
    if not is_named or content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ""
    text = content.decode("latin-1")
    return "" if _CONTROLS.search(text) else text


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
