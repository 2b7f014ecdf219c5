"""Importing and exporting contacts as CSV."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery, QueryParameter
from litestar.response import Stream

from helpdesk.actions.contact_files import join_labels, read_file, write_rows
from helpdesk.actions.contact_import import import_contacts
from helpdesk.actors import Actor
from helpdesk.api.access import MANAGING, allow
from helpdesk.api.deps import Acting, Now, OpenParts, Reading, Work
from helpdesk.api.media import UploadIn, UploadRequest, read_upload
from helpdesk.api.parts import Parts
from helpdesk.queries.contacts import list_contacts
from helpdesk.queries.fields import list_fields
from helpdesk.queries.labels import list_labels
from helpdesk.shapes.contacts import FieldOut, ImportOut
from helpdesk.shapes.conversations import ContactOut

PAGE = 1_000
CSV = "text/csv"
BOM = "\ufeff"
"""By which spreadsheets know that a file is UTF-8."""

Preview = Annotated[bool, QueryParameter(description="Say what would come of it, and do nothing.")]
FromLine = Annotated[
    int, QueryParameter(ge=2, description="Where to go on: the `next_line` of the answer before.")
]


class ImportIn(UploadIn, kw_only=True, forbid_unknown_fields=True):
    """The form of an import: a CSV file in UTF-8, as large as a file may be.

    Its first line names the columns: `number`, and as one likes `name`, `labels` (names with `|`
    between them) and fields by their names. They stand between commas or semicolons.
    """


@post(
    "/contacts/import",
    opt=allow(MANAGING),
    operation_id="import_contacts",
    status_code=200,
    request_class=UploadRequest,
    request_max_body_size=None,
)
async def take(
    data: Annotated[ImportIn, Body(media_type=RequestEncodingType.MULTI_PART)],
    work: Work,
    parts: OpenParts,
    now: Now,
    preview: FromQuery[Preview] = False,  # noqa: FBT002 - a parameter of the address
    from_line: FromQuery[FromLine] = 2,
) -> ImportOut:
    """Import contacts: right rows are taken, and of the others it is said what is wrong.

    A contact is found by any of its numbers, or made. An empty cell leaves what is there, labels
    are added. The same file once more changes nothing. Of a long file 5,000 rows are taken at once:
    send it again with `from_line` until `next_line` is null.
    """
    content = await read_upload(data, parts)
    file = await asyncio.to_thread(read_file, content, from_line=from_line)
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
