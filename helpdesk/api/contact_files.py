"""Importing and exporting contacts as CSV."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Router, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.params import Body, FromQuery, QueryParameter
from litestar.response import Stream
from msgspec import Struct

from helpdesk.actions.contact_files import MOST_BYTES, join_labels, read_file, write_rows
from helpdesk.actions.contact_import import import_contacts
from helpdesk.actors import Actor
from helpdesk.api.access import MANAGING, allow
from helpdesk.api.deps import Acting, Now, OpenParts, Reading, Work
from helpdesk.api.parts import Parts
from helpdesk.queries.contacts import list_contacts
from helpdesk.queries.fields import list_fields
from helpdesk.queries.labels import list_labels
from helpdesk.shapes.contacts import FieldOut, ImportOut
from helpdesk.shapes.conversations import ContactOut

PAGE = 1_000
FORM_BYTES = 16 * 1024
"""What a form may need around the file."""

CSV = "text/csv"
BOM = "\ufeff"
"""By which spreadsheets know that a file is UTF-8."""

Preview = Annotated[bool, QueryParameter(description="Say what would come of it, and do nothing.")]


class ImportIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """The form of an import: a CSV file of at most 2 MB and 5,000 rows, in UTF-8.

    Its first line names the columns: `number`, and as one likes `name`, `labels` (names with `|`
    between them) and fields by their names. They stand between commas or semicolons.
    """

    file: UploadFile


class ImportRequest(Request[Any, Any, Any]):
    """A request whose body may be as large as a file of contacts."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Read the body and stop where it gets too large."""
        _require_fit(self.content_length or 0)
        size = 0
        async for chunk in super().stream():
            size += len(chunk)
            _require_fit(size)
            yield chunk


def _require_fit(size: int) -> None:
    if size > MOST_BYTES + FORM_BYTES:
        raise RequestEntityTooLarge(f"A file has at most {MOST_BYTES // 1024**2} MB.")


@post(
    "/contacts/import",
    opt=allow(MANAGING),
    operation_id="import_contacts",
    status_code=200,
    request_class=ImportRequest,
    request_max_body_size=None,
)
async def take(
    data: Annotated[ImportIn, Body(media_type=RequestEncodingType.MULTI_PART)],
    work: Work,
    now: Now,
    preview: FromQuery[Preview] = False,  # noqa: FBT002 - a parameter of the address
) -> ImportOut:
    """Import contacts: right rows are taken, and of the others it is said what is wrong.

    A contact is found by any of its numbers, or made. An empty cell leaves what is there, labels
    are added. The same file once more changes nothing.
    """
    content = await data.file.read()
    await data.file.close()
    file = await asyncio.to_thread(read_file, content)
    return await import_contacts(work, file, is_preview=preview, now=now)


@get("/contacts/export", opt=allow(MANAGING), media_type=CSV, operation_id="export_contacts")
async def give(reading: Reading, parts: OpenParts, actor: Acting) -> Stream:
    """Export all contacts as a file that can be imported again."""
    fields = await list_fields(reading, actor.account_id)
    labels = {each.id: each.name for each in await list_labels(reading, actor.account_id)}
    return Stream(
        _lines(parts, actor, fields, labels),
        media_type=CSV,
        headers={"Content-Disposition": 'attachment; filename="contacts.csv"'},
    )


async def _lines(
    parts: Parts, actor: Actor, fields: list[FieldOut], labels: dict[UUID, str]
) -> AsyncGenerator[str, None]:
    """Yield the file page by page, each read by itself: who downloads slowly holds nothing open."""
    yield BOM + write_rows([["number", "name", "labels", *(field.name for field in fields)]])
    after: UUID | None = None
    while True:
        async with parts.database.reading(actor.account_id) as reading:
            found = await list_contacts(reading, actor, after=after, limit=PAGE)
        yield write_rows(_cells(contact, fields, labels) for contact in found)
        if len(found) < PAGE:
            return
        after = found[-1].id


def _cells(contact: ContactOut, fields: list[FieldOut], labels: dict[UUID, str]) -> list[str]:
    names = join_labels(labels[each] for each in contact.labels if each in labels)
    values = (contact.fields.get(field.id, "") for field in fields)
    return [contact.number, contact.name, names, *values]


router = Router("/", route_handlers=[take, give])
