"""Media: files that somebody uploads, to send them or to put them into a template."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Any

from msgspec import to_builtins

from helpdesk.actions.file_types import clean_name, find_mime, measure
from helpdesk.actions.recordings import as_ogg
from helpdesk.database import UnitOfWork
from helpdesk.errors import InputError
from helpdesk.files import Files
from helpdesk.queries.media import insert_file
from helpdesk.queries.message_rows import media_out
from helpdesk.shapes.messages import MediaOut, Voice
from helpdesk.tables.columns import new_id
from helpdesk.thumbnails import PDF


async def add_file(
    work: UnitOfWork,
    files: Files,
    *,
    name: str,
    content: bytes,
    now: datetime,
    voice: Voice | None = None,
) -> MediaOut:
    """Store a file. Raises InputError when it is empty or of a kind that is not taken.

    `voice` is what whoever recorded it knows of it.

    A voice that a browser recorded as WebM is kept as Ogg, which WhatsApp plays.

    The file is written first: without its row nobody can reach it, and a row has its file. It goes
    again when the unit of work is rolled back.
    """
    if not content:
        raise InputError("The file is empty.", errors={"file": "Give a file with content."})
    ogg = await asyncio.to_thread(as_ogg, content)
    if ogg:
        content, name = ogg, name.removesuffix(".webm")
    mime = find_mime(content, name)
    if voice and not mime.startswith("audio/"):
        raise InputError("This is no recording.", errors={"voice": "Only give it with audio."})
    path = await files.save(work.account_id, content)
    work.take_back_with(partial(files.discard, path))
    columns = describe_file(content, name, mime) | {"pages": await count_pages(files, path, mime)}
    file = media_out(new_id(), columns | {"voice": to_builtins(voice)})
    await insert_file(work.session, work.account_id, file, path=path, now=now)
    return file


def describe_file(content: bytes, name: str, mime: str) -> dict[str, Any]:
    """Return the columns of a stored file."""
    width, height = measure(content, mime) or (None, None)
    return {
        "state": "stored",
        "filename": clean_name(name, mime),
        "mime": mime,
        "size": len(content),
        "width": width,
        "height": height,
    }


async def count_pages(files: Files, path: str, mime: str) -> int | None:
    """Return how many pages a stored file has, where it is a PDF that can be opened."""
    return await files.count_pages(path) if mime == PDF else None
