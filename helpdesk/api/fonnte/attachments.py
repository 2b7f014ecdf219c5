"""The file of a send: uploaded with it, or fetched from its public link through the guard."""

from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from helpdesk.actions.media import add_file
from helpdesk.api.fonnte.answers import refused
from helpdesk.api.fonnte.body import Part
from helpdesk.api.parts import Parts
from helpdesk.database import UnitOfWork
from helpdesk.errors import GatewayError, InputError
from helpdesk.gateways.outbound import Answer
from helpdesk.shapes.messages import MediaOut

MEGABYTE = 1024 * 1024
FETCH_SECONDS = 30
MOST_HOPS = 3
MOVED = frozenset({301, 302, 303, 307, 308})


async def fetch_file(parts: Parts, url: str) -> Part:
    """Fetch what a public link leads to, over three redirects at most, each of them checked.

    Raises InputError where the server does not open the link, or where it leads to no file.
    """
    async with parts.fetching:
        for _ in range(MOST_HOPS + 1):
            answer = await _get(parts, url)
            if answer.status not in MOVED:
                break
            url = urljoin(url, answer.headers.get("location", ""))
    if answer.status != 200:
        raise refused("url unreachable")
    return Part(PurePosixPath(unquote(urlsplit(url).path)).name, answer.body)


async def _get(parts: Parts, url: str) -> Answer:
    most = parts.settings.max_upload_mb * MEGABYTE
    try:
        return await parts.outbound.request(
            "GET", url, headers={}, limit=most, seconds=FETCH_SECONDS
        )
    except InputError as error:
        raise refused("url invalid") from error
    except GatewayError as error:
        raise _too_large(parts) if "limit" in error.facts else refused("url unreachable") from error


async def store_file(
    work: UnitOfWork, parts: Parts, part: Part, filename: str, *, now: datetime
) -> MediaOut:
    """Store a file under the name that was asked for, or its own. Raises InputError."""
    if len(part.content) > parts.settings.max_upload_mb * MEGABYTE:
        raise _too_large(parts)
    try:
        return await add_file(
            work, parts.files, name=filename or part.name, content=part.content, now=now
        )
    except InputError as error:
        raise refused("file format not supported") from error


def _too_large(parts: Parts) -> InputError:
    return refused(f"file size must under {parts.settings.max_upload_mb}MB")
