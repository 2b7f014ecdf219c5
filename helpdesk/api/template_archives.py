"""Archives of templates over REST: all of them as one file, and such a file taken in."""

import asyncio
from collections.abc import AsyncGenerator
from time import monotonic
from typing import Annotated, Any, BinaryIO, cast

import msgspec
from litestar import Router, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Stream

from helpdesk.actions.template_archives import Entry, Import, export_templates, import_templates
from helpdesk.api.access import MANAGING, allow
from helpdesk.api.deps import Acting, Now, OpenParts, Reading
from helpdesk.api.media import UploadIn, UploadRequest
from helpdesk.api.openapi import faults
from helpdesk.api.refusals import explain_value
from helpdesk.archives import Archive
from helpdesk.errors import Conflict, HelpdeskError
from helpdesk.shapes.archives import ImportedOut, TemplateImportOut, TemplateItem

CHUNK_BYTES = 256 * 1024
FILES = 16
"""An archive is at most as large as so many files, packed and unpacked."""

PIECE = 50
SECONDS = 5
"""No piece begins later: whoever waits for the answer, or holds its key, has so much patience."""


class ArchiveRequest(UploadRequest):
    """A request with an archive."""

    together = FILES


@get(
    "/templates/archive",
    opt=allow(MANAGING) | faults(Conflict),
    operation_id="export_templates",
)
async def export(reading: Reading, parts: OpenParts, actor: Acting) -> Stream:
    """Read all templates as a ZIP: `templates.json` and their files. Divisions are named."""
    file = await export_templates(
        reading, parts.files, actor.account_id, most_bytes=FILES * parts.settings.max_upload_bytes
    )
    headers = {"Content-Disposition": 'attachment; filename="templates.zip"'}
    return Stream(_chunks(file), media_type="application/zip", headers=headers)


@post(
    "/templates/archive",
    opt=allow(MANAGING),
    status_code=200,
    operation_id="import_templates",
    request_class=ArchiveRequest,
    request_max_body_size=None,
)
async def take_in(
    data: Annotated[UploadIn, Body(media_type=RequestEncodingType.MULTI_PART)],
    parts: OpenParts,
    actor: Acting,
    now: Now,
) -> TemplateImportOut:
    """Take in such a ZIP, at most 16 times as large as a file may be. Each template is added, or
    changes the one that has its shortcut; what is refused is told by field and harms no other. 50
    are taken at a time, and what was not come to is told as `left`."""
    file, most = cast(BinaryIO, data.file.file), parts.settings.max_upload_bytes
    archive = await asyncio.to_thread(Archive, file, most_bytes=FILES * most)
    entries = [_entry(raw) for raw in archive.items]
    whole = Import(files=parts.files, archive=archive, most_file_bytes=most)
    until, items, errors = monotonic() + SECONDS, list[ImportedOut](), dict[str, str]()
    while len(items) < len(entries) and (not items or monotonic() < until):
        piece = entries[len(items) : len(items) + PIECE]
        try:
            async with parts.database.unit_of_work(actor.account_id) as work:
                items += await import_templates(work, whole, piece, now=now)
        except HelpdeskError as error:
            if not items:
                raise
            errors = {"body": error.detail}
            break
    await data.file.close()
    left = [
        ImportedOut(name=each.name, shortcut=each.shortcut, outcome="left", errors=errors)
        for each in entries[len(items) :]
    ]
    return TemplateImportOut(items=items + left)


async def _chunks(file: BinaryIO) -> AsyncGenerator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield chunk


def _entry(raw: msgspec.Raw) -> Entry:
    """Read one template; what it is called is told also where the rest cannot be read."""
    try:
        item = msgspec.json.decode(raw, type=TemplateItem)
    except msgspec.ValidationError as error:
        loose = msgspec.json.decode(raw)
        return Entry(
            None, _text(loose, "name"), _text(loose, "shortcut"), explain_value(error, TemplateItem)
        )
    return Entry(item, item.name, item.shortcut, {})


def _text(value: Any, name: str) -> str:
    text = value.get(name) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


router = Router("/", route_handlers=[export, take_in])
