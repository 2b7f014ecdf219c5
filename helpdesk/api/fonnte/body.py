"""What a caller sent, as fields by name: from JSON, a form or a query, whatever it claims to be."""

import asyncio
from urllib.parse import parse_qsl

from msgspec import Struct, field
from python_multipart.multipart import Field, File, FormParser, parse_options_header

from helpdesk.api.deps import AnyRequest
from helpdesk.api.fonnte.answers import EMPTY, refused
from helpdesk.gateways.fonnte_body import Unreadable, read_json

LARGE_BYTES = 64 * 1024
MOST_FIELDS = 1000
Fields = dict[str, object]


class Part(Struct, frozen=True):
    """A file of a multipart body."""

    name: str
    content: bytes


class Sent(Struct, frozen=True):
    """Everything that a request carries; of a repeated name the first."""

    fields: Fields
    files: dict[str, Part] = field(default_factory=dict)


async def read_body(request: AnyRequest) -> Sent:
    """Read a POST's body; nothing in it is nothing sent. Raises InputError when it is broken."""
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    if len(body) > LARGE_BYTES:
        return await asyncio.to_thread(_read, body, content_type)
    return _read(body, content_type)


def read_query(request: AnyRequest) -> Sent:
    """Read a GET's query."""
    return Sent(_form(request.scope["query_string"].decode("latin-1")))


async def read_sent(request: AnyRequest) -> Sent:
    """Read what came with a request, wherever its method puts it."""
    return read_query(request) if request.method == "GET" else await read_body(request)


def _read(body: bytes, content_type: str) -> Sent:
    kind, options = parse_options_header(content_type)
    if kind == b"multipart/form-data":
        return _multipart(body, options.get(b"boundary", b""))
    text = body.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    if text[:1] in {"{", "["} or kind == b"application/json":
        return Sent(_json(text))
    return Sent(_form(text))


def _json(text: str) -> Fields:
    """Return the fields of an object. PHP encodes an object without fields as `[]`."""
    try:
        value = read_json(text or "{}")
    except Unreadable as error:
        raise refused(EMPTY) from error
    if isinstance(value, dict):
        return value
    if value in ([], None):
        return {}
    raise refused(EMPTY)


def _form(text: str) -> Fields:
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise refused(EMPTY) from error
    return dict(reversed(pairs))


def _multipart(body: bytes, boundary: bytes) -> Sent:
    sent = Sent({})
    if not body.strip():
        return sent
    try:
        parser = FormParser(
            "multipart/form-data",
            lambda part: _take_field(sent, part),
            lambda file: _take_file(sent, file),
            boundary=boundary,
            config={"MAX_FIELDS": MOST_FIELDS, "MAX_MEMORY_FILE_SIZE": len(body) + 1},
        )
        parser.write(body)
        parser.finalize()
    except ValueError as error:
        raise refused(EMPTY) from error
    return sent


def _take_field(sent: Sent, part: Field) -> None:
    sent.fields.setdefault(_text(part.field_name), _text(part.value))


def _take_file(sent: Sent, file: File) -> None:
    file.file_object.seek(0)
    content = file.file_object.read()
    sent.files.setdefault(_text(file.field_name), Part(_text(file.file_name), content))
    file.close()


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
