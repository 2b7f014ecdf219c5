"""The file of a send: uploaded with it, or fetched from its public link through the guard."""

from datetime import datetime

from helpdesk.actions.media import add_file
from helpdesk.api.fonnte.answers import refused
from helpdesk.api.fonnte.body import Part
from helpdesk.api.parts import Parts
from helpdesk.database import UnitOfWork
from helpdesk.errors import GatewayError, InputError
from helpdesk.gateways.links import fetch_link
from helpdesk.shapes.messages import MediaOut


async def fetch_file(parts: Parts, url: str) -> Part:
    """Fetch what a public link leads to. Raises InputError in this door's words."""
    try:
        async with parts.fetching:
            fetched = await fetch_link(parts.outbound, url, limit=parts.settings.max_upload_bytes)
    except InputError as error:
        raise refused("url invalid") from error
    except GatewayError as error:
        raise _too_large(parts) if "limit" in error.facts else refused("url unreachable") from error
    return Part(fetched.name, fetched.content)


async def store_file(
    work: UnitOfWork, parts: Parts, part: Part, filename: str, *, now: datetime
) -> MediaOut:
    """Store a file under the name that was asked for, or its own. Raises InputError."""
    if len(part.content) > parts.settings.max_upload_bytes:
        raise _too_large(parts)
    try:
        return await add_file(
            work, parts.files, name=filename or part.name, content=part.content, now=now
        )
    except InputError as error:
        raise refused("file format not supported") from error


def _too_large(parts: Parts) -> InputError:
    return refused(f"file size must under {parts.settings.max_upload_mb}MB")
