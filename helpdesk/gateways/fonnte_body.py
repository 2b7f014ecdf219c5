"""Turns the bytes of a Fonnte webhook into JSON-like values, whatever content type they claim.

Fonnte's documentation promises JSON; forms, multipart with the JSON in one part, and a missing or
wrong content type are seen from servers that speak the same language.
"""

import json
import re
from urllib.parse import parse_qsl

from python_multipart.multipart import Field, File, FormParser, parse_options_header

_DEEPEST = 20
_MOST_FIELDS = 1000
_WRAPPERS = ("data", "payload")
_NAMES_OF_A_WEBHOOK = frozenset(
    {"sender", "pengirim", "id", "stateid", "status", "state", "submission"}
)
_FIRST_LINE = re.compile(rb"\s*--([!-~][ -~]{0,69})\r?\n")


class Unreadable(ValueError):
    """The bytes are neither JSON nor a form; the text says which one they failed to be."""


def read_values(body: bytes, content_type: str) -> list[object]:
    """Return the values that a body carries, one per message. Raises Unreadable."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    if not text:
        raise Unreadable("the body is empty")
    value = _read_form(body, text, content_type) if text[0] not in "[{" else read_json(text)
    content = _unwrap(value)
    return content if isinstance(content, list) else [content]


def read_json(text: str) -> object:
    """Parse JSON at most 20 levels deep. Raises Unreadable."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it looks like JSON and is not") from error
    could_be_deep = text.count("[") + text.count("{") > _DEEPEST
    if could_be_deep and _is_deeper_than(_DEEPEST, value):
        raise Unreadable(f"JSON is nested deeper than {_DEEPEST} levels")
    return value


def _is_deeper_than(limit: int, value: object) -> bool:
    if not isinstance(value, dict | list):
        return False
    parts = value.values() if isinstance(value, dict) else value
    return limit == 0 or any(_is_deeper_than(limit - 1, part) for part in parts)


def _unwrap(value: object) -> object:
    """Return what stands in `data` or `payload` where the webhook's own fields are absent."""
    if not isinstance(value, dict) or _NAMES_OF_A_WEBHOOK & value.keys():
        return value
    for wrapper in _WRAPPERS:
        inner = value.get(wrapper)
        if isinstance(inner, dict | list):
            return inner
        if isinstance(inner, str) and inner.lstrip()[:1] in ("[", "{"):
            return read_json(inner)
    return value


def _read_form(body: bytes, text: str, content_type: str) -> dict[str, object]:
    boundary = _find_boundary(body, content_type)
    if boundary:
        return _gather(_read_multipart(body, boundary))
    if "=" not in text:
        raise Unreadable("it is neither JSON nor a form")
    try:
        return _gather(
            parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
        )
    except ValueError as error:
        raise Unreadable("the form has too many fields") from error


def _find_boundary(body: bytes, content_type: str) -> bytes:
    """Return the boundary between parts: the one in the first line, else the one declared.

    The first line wins because it is what the parts were really written with. Empty: no multipart.
    """
    first_line = _FIRST_LINE.match(body)
    if first_line:
        return first_line[1].rstrip()
    if not content_type.isascii() or not content_type.lower().startswith("multipart/"):
        return b""
    return parse_options_header(content_type)[1].get(b"boundary", b"")


def _read_multipart(body: bytes, boundary: bytes) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []

    def take_field(field: Field) -> None:
        parts.append((_decode(field.field_name), _decode(field.value)))

    def take_file(file: File) -> None:
        file.file_object.seek(0)
        parts.append((_decode(file.field_name), _decode(file.file_object.read())))
        file.close()

    parser = FormParser(
        "multipart/form-data",
        take_field,
        take_file,
        boundary=boundary,
        config={"MAX_FIELDS": _MOST_FIELDS, "MAX_MEMORY_FILE_SIZE": len(body) + 1},
    )
    try:
        parser.write(body.lstrip())
        parser.finalize()
    except ValueError as error:
        raise Unreadable("it looks like multipart and is not") from error
    return parts


def _decode(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def _gather(pairs: list[tuple[str, str]]) -> dict[str, object]:
    """Collect form fields by name; a repeated name, or PHP's `name[]`, becomes a list."""
    by_name: dict[str, list[str]] = {}
    for name, value in pairs:
        by_name.setdefault(name.removesuffix("[]"), []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in by_name.items()}
