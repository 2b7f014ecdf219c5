"""Files behind links: fetched through the guard, over a few redirects, each of them checked."""

from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from msgspec import Struct

from helpdesk.errors import Unreachable
from helpdesk.gateways.outbound import Outbound

FETCH_SECONDS = 30
MOST_HOPS = 3
MOVED = frozenset({301, 302, 303, 307, 308})


class Fetched(Struct, frozen=True):
    """A file and the last part of the path it came from, which may be empty."""

    name: str
    content: bytes


async def fetch_link(outbound: Outbound, url: str, *, limit: int) -> Fetched:
    """Fetch what a link leads to, at most `limit` bytes, within 30 s for each hop.

    Raises InputError where the server does not open the link, Unknown with the fact `limit` where
    the file is too large, and Unreachable or Unknown where it cannot be had now.
    """
    for _ in range(MOST_HOPS + 1):
        answer = await outbound.request("GET", url, headers={}, limit=limit, seconds=FETCH_SECONDS)
        if answer.status not in MOVED:
            break
        url = urljoin(url, answer.headers.get("location", ""))
    if answer.status != 200:
        raise Unreachable(f"The link was answered with {answer.status}.", status=answer.status)
    return Fetched(PurePosixPath(unquote(urlsplit(url).path)).name, answer.body)
