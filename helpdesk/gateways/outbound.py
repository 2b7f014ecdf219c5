"""The one guarded door for requests to addresses that people or gateways gave to the server.

A request goes only to a public address on port 80 or 443, or to what the operator's allow-list
names. The check stands where the connection is made: the name is resolved once, every answer is
judged, and the connection goes to a judged address, while Host and SNI keep the name. This sits on
httpcore, the engine of httpx, without an httpx client: so there is no proxy from the environment,
no redirect, no cookie and no decoding of compressed answers, by construction.
"""

import asyncio
import re
from collections.abc import Collection, Mapping
from functools import cache
from ssl import SSLContext

import httpcore
import httpx
from msgspec import Struct

from helpdesk.errors import InputError, Unknown, Unreachable
from helpdesk.gateways.outbound_guard import (
    WEB_PORTS,
    AllowList,
    host_of,
    parse_url,
    port_of,
)
from helpdesk.gateways.outbound_network import CheckedNetwork, Guard, Resolve, look_up

ANSWER_BYTES = 1024 * 1024
TOTAL_SECONDS = 10.0  # below the outbox lease of 30 s: nobody else takes the message meanwhile

_CONNECT_SECONDS = 5.0
_KEEP_ALIVE_SECONDS = (
    4.0  # below the 5 s of uvicorn and Node: a connection reused is not a dead one
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")

FormFile = tuple[str, bytes, str]
"""File name, content, media type."""


class Answer(Struct, frozen=True):
    """What came back: header names in lower case, the body as it was on the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outbound:
    """Sends requests for gateways, webhooks and attachments; one per process, closed at the end.

    There is no limit on connections: the caller bounds its own concurrency, so a device that hangs
    takes nothing from the others. `allow` holds `host` or `host:port`; raises InputError for an
    entry that is neither. `via` goes along with each request: by it a server knows its own.
    `ports`, `resolve` and `total_seconds` are there for tests.
    """

    def __init__(
        self,
        allow: Collection[str] = (),
        *,
        via: str = "1.1 helpdesk",
        ports: Collection[int] = WEB_PORTS,
        resolve: Resolve = look_up,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._guard = Guard(AllowList(allow), ports=frozenset(ports), resolve=resolve)
        self._own = {
            "User-Agent": "helpdesk",
            "Via": via,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        }
        self._total_seconds = total_seconds
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=verifying_tls(),
            max_connections=None,
            max_keepalive_connections=None,
            keepalive_expiry=_KEEP_ALIVE_SECONDS,
            network_backend=CheckedNetwork(self._guard),
        )

    async def check(self, url: str) -> None:
        """Raise InputError where `url` is refused, and Unreachable where its host is not found."""
        target = parse_url(url)
        await self._guard.find_addresses(host_of(target), port_of(target))

    async def post_form(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        form: Mapping[str, str],
        files: Mapping[str, FormFile] | None = None,
        limit: int = ANSWER_BYTES,
    ) -> Answer:
        """POST a form, as multipart where there are files; raises as `request` does."""
        target = parse_url(url)
        encoded = httpx.Request(
            "POST", target, headers=self._headers(headers), data=form, files=files
        )
        return await self._exchange(encoded, limit=limit, seconds=self._total_seconds)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes = b"",
        limit: int | None = ANSWER_BYTES,
        seconds: float | None = None,
    ) -> Answer:
        """Send one request and read at most `limit` bytes of its answer within `seconds`.

        With None nothing of the answer's body is read, however long it is: it is left behind.
        Raises InputError where URL or headers are refused, Unreachable where nothing was written,
        and Unknown where the request may have arrived but no whole answer came back: with the fact
        `limit` where it was too long.
        """
        target = parse_url(url)
        encoded = httpx.Request(method, target, headers=self._headers(headers), content=content)
        return await self._exchange(encoded, limit=limit, seconds=seconds or self._total_seconds)

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return self._own | _printable(headers)

    async def close(self) -> None:
        """Close the idle connections and stop resolving."""
        await self._pool.aclose()
        self._guard.close()

    async def _exchange(
        self, request: httpx.Request, *, limit: int | None, seconds: float
    ) -> Answer:
        progress = _Progress()
        try:
            async with asyncio.timeout(seconds):
                return await self._receive(request, progress, limit=limit)
        except (
            httpcore.NetworkError,
            httpcore.TimeoutException,
            httpcore.ProtocolError,
            OSError,
        ) as error:
            raise progress.failure(host_of(request.url), error) from error

    async def _receive(
        self, request: httpx.Request, progress: "_Progress", *, limit: int | None
    ) -> Answer:
        url = request.url
        async with self._pool.stream(
            request.method,
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            content=request.read(),
            extensions={"timeout": {"connect": _CONNECT_SECONDS}, "trace": progress.note},
        ) as response:
            return Answer(
                status=response.status,
                headers={
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in response.headers
                },
                body=b"" if limit is None else await _read_at_most(limit, response),
            )


class _Progress:
    """Remembers whether a request has begun to be written, which decides what its failure means."""

    def __init__(self) -> None:
        self._is_written = False

    async def note(self, event: str, _facts: Mapping[str, object]) -> None:
        """Take httpcore's trace events."""
        if event.endswith("send_request_headers.started"):
            self._is_written = True

    def failure(self, host: str, error: Exception) -> Unknown | Unreachable:
        """Return Unreachable for a request of which nothing was written, else Unknown."""
        cause = str(error) or type(error).__name__
        if self._is_written:
            return Unknown(f"{host} may have received it, but its answer was lost: {cause}")
        return Unreachable(f"{host} cannot be reached: {cause}")


@cache
def verifying_tls() -> SSLContext:
    """Trust httpx's own list of authorities and the machine's; verifying is never switched off.

    Made once in a process: reading the list takes a tenth of a second.
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _printable(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers. Raises InputError for a line break or what else cannot print."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise InputError(f"header invalid: {name[:40]!r}", errors={"headers": "not printable"})
    return dict(headers)


async def _read_at_most(limit: int, response: httpcore.Response) -> bytes:
    """Read the body as it is on the wire. Raises Unknown as soon as it is longer than `limit`."""
    body = bytearray()
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) > limit:
            raise Unknown(f"the answer is longer than {limit} bytes", limit=limit)
    return bytes(body)
