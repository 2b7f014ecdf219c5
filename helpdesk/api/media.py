"""Media over REST: uploading files, and reading them by session, token or signed link."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Router, post, route
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.params import Body, FromPath, FromQuery, Parameter
from litestar.response import File
from msgspec import Meta, Struct

from helpdesk.actions.file_types import SHOWN
from helpdesk.actions.media import add_file
from helpdesk.api.access import ANYBODY, BY_LINK, allow
from helpdesk.api.deps import AnyRequest, Now, OpenParts, Work
from helpdesk.api.parts import Parts, parts_of
from helpdesk.api.refusals import explain_value
from helpdesk.errors import InputError, NotFound
from helpdesk.queries.media import get_file
from helpdesk.shapes.messages import MediaOut, Voice
from helpdesk.thumbnails import MOST_PAGES, PDF

FORM_BYTES = 16 * 1024
"""What a form may need around the file."""

Page = Annotated[int | None, Parameter(ge=1, le=MOST_PAGES, description="A page of a PDF, from 1.")]

DOWNLOAD = "application/octet-stream"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, max-age=3600",
}


class UploadRequest(Request[Any, Any, Any]):
    """A request whose body may be as large as the settings let a file be, or several together."""

    together = 1

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Read the body and stop where it gets too large."""
        settings = parts_of(self).settings
        most = settings.max_upload_bytes * self.together + FORM_BYTES
        if (self.content_length or 0) > most:
            raise _too_large(settings.max_upload_mb * self.together)
        size = 0
        async for chunk in super().stream():
            size += len(chunk)
            if size > most:
                raise _too_large(settings.max_upload_mb * self.together)
            yield chunk


class UploadIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """The form of an upload; a file that is no recording has no `voice`."""

    file: UploadFile
    voice: Annotated[
        str, Meta(description="Length and loudness of a recording, as JSON: a Voice.")
    ] = ""


def _too_large(megabytes: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(f"A file has at most {megabytes} MB.")


async def read_upload(data: UploadIn, parts: Parts) -> bytes:
    """Return the file of a form, where it is not too large."""
    content = await data.file.read()
    await data.file.close()
    if len(content) > parts.settings.max_upload_bytes:
        raise _too_large(parts.settings.max_upload_mb)
    return content


@post(
    "/media",
    opt=allow(ANYBODY),
    operation_id="add_media",
    request_class=UploadRequest,
    request_max_body_size=None,
)
async def add(
    data: Annotated[UploadIn, Body(media_type=RequestEncodingType.MULTI_PART)],
    work: Work,
    parts: OpenParts,
    now: Now,
) -> MediaOut:
    """Upload a file. Its type is what its content says, whatever its name.

    With a recording its length and loudness can be given, to be shown before it is played.
    """
    content = await read_upload(data, parts)
    voice = _read_voice(data.voice) if data.voice else None
    return await add_file(
        work, parts.files, name=data.file.filename, content=content, now=now, voice=voice
    )


@route(
    "/media/{media_id:uuid}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt=allow(ANYBODY) | {BY_LINK: True},
    operation_id="get_media_content",
)
async def serve_file(
    request: AnyRequest,
    parts: OpenParts,
    media_id: FromPath[UUID],
    size: FromQuery[Literal["small"] | None] = None,
    page: FromQuery[Page] = None,
    account: FromQuery[UUID | None] = None,
    expires: FromQuery[int] = 0,
    signature: FromQuery[str | None] = None,
) -> File:
    """Read a file: by session or token of its account, or by a signed link.

    `size=small` is a small picture of a large one or of a PDF's first page, where the file is that.
    `page` is a picture of that page of a PDF.
    """
    if signature is None:
        account_id = request.state.actor.account_id
    else:
        account_id = account or UUID(int=0)
        parts.links.check(media_id, account_id, expires, signature)
    async with parts.database.reading(account_id) as reading:
        file = await get_file(reading, account_id, media_id)
    if file.path is None or file.out.state != "stored":
        raise NotFound("This file was not fetched from the gateway yet, or not in time.")
    mime, is_shown = file.out.mime, file.out.mime in SHOWN
    place = await parts.files.locate(file.path)
    drawn = await _find_drawn(parts, file.out, place, size=size, page=page)
    if drawn:
        mime, is_shown, place = "image/webp", True, drawn
    return File(
        place,
        filename=file.out.filename,
        media_type=mime if is_shown or mime == PDF else DOWNLOAD,
        content_disposition_type="inline" if is_shown else "attachment",
        headers=HEADERS,
    )


def _read_voice(text: str) -> Voice:
    """Return what a form says of a recording. Raises InputError."""
    try:
        return msgspec.json.decode(text, type=Voice)
    except msgspec.ValidationError as error:
        reasons = explain_value(error, Voice)
    except msgspec.DecodeError:
        reasons = {"": "Give it as JSON."}
    errors = {f"voice.{place}".rstrip("."): reason for place, reason in reasons.items()}
    raise InputError("This says nothing of a recording.", errors=errors)


async def _find_drawn(
    parts: Parts, file: MediaOut, place: Path, *, size: str | None, page: int | None
) -> Path | None:
    """Return the picture to show; None where it is the file. Raises NotFound without a page."""
    thumbnails = parts.files.thumbnails
    if page is not None:
        drawn = await thumbnails.page(place, page) if page <= (file.pages or 0) else None
    elif size and file.thumbnail_url:
        drawn = await thumbnails.small(place, file.mime)
    else:
        return None
    if drawn is None and (page or file.mime == PDF):
        raise NotFound("This file has no such page to show.")
    return drawn


router = Router("/", route_handlers=[add])
