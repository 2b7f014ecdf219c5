"""An upstream on loopback that answers `POST /send` as it is told and remembers what came."""

import asyncio
import itertools
import json
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from types import TracebackType
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Reply:
    """What the upstream does once it has read a request."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes | None = None
    """Written as it is instead of an HTTP answer; the connection is closed after it."""
    is_endless: bool = False
    """One byte of `body` every 10 ms, for ever."""
    is_hanging: bool = False
    closes: bool = False
    """Close the connection after an ordinary answer, without saying so."""


def says(status: int, value: object, **headers: str) -> Reply:
    """Answer JSON; underscores in header names stand for hyphens."""
    pairs = tuple((name.replace("_", "-"), text) for name, text in headers.items())
    return Reply(status=status, body=json.dumps(value).encode(), headers=pairs)


def accepted(identity: object) -> Reply:
    """Answer as seen on the wire in 2025-11, with `id` as given."""
    return says(
        200,
        {
            "detail": "success! message in queue",
            "id": identity,
            "process": "pending",
            "quota": {"083834626922": {"quota": 1000, "remaining": 999, "used": 1}},
            "requestid": 724939073,
            "status": True,
            "target": ["6285731637000"],
        },
    )


def refused(reason: str, *, status: int = 200, **headers: str) -> Reply:
    """Answer `status: false` with a reason."""
    return says(status, {"reason": reason, "requestid": 331477110, "status": False}, **headers)


HANGS = Reply(is_hanging=True)
CUTS = Reply(raw=b"")
"""Close the connection after the whole request was read."""
BARE_500 = Reply(status=500)
HTML = Reply(body=b"<html>Just a moment</html>", headers=(("Content-Type", "text/html"),))


@dataclass
class Received:
    """One request as the upstream read it."""

    method: str
    path: str
    headers: dict[str, str]
    form: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    body: bytes = b""


class FakeFonnte:
    """A server to be used with `async with`; `then` queues replies, otherwise it accepts."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.port = 0
        self._tls = tls
        self._replies: list[Reply] = []
        self._ids = itertools.count(80367170)
        self._closing = asyncio.Event()
        self._arrived = asyncio.Condition()
        self._visits: set[asyncio.Task[None]] = set()

    @property
    def place(self) -> str:
        """`host:port`, as the allow-list names it."""
        return f"127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.place}"

    def then(self, *replies: Reply) -> None:
        """Answer the next requests so, one after the other."""
        self._replies.extend(replies)

    async def wait_for(self, count: int) -> None:
        """Wait until so many requests have been read."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.received) >= count)

    async def __aenter__(self) -> "FakeFonnte":
        self._server = await asyncio.start_server(self._visit, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.refuse_connections()
        self._closing.set()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    async def refuse_connections(self) -> None:
        """Close the port; connections that are open stay."""
        self._server.close()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.current_task()
        assert visit is not None
        self._visits.add(visit)
        self.connections += 1
        try:
            while await self._serve_one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._visits.discard(visit)
            writer.close()
            with suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read and answer one request; False where the connection ends."""
        request = await _read_request(reader)
        self.received.append(request)
        async with self._arrived:
            self._arrived.notify_all()
        reply = self.choose(request)
        if reply.is_hanging:
            await self._closing.wait()
        if reply.raw is not None:
            writer.write(reply.raw)
            await writer.drain()
            return False
        await self._answer(reply, writer)
        return not reply.closes

    def choose(self, request: Received) -> Reply:
        """Return what a request is answered with."""
        del request
        return self._replies.pop(0) if self._replies else accepted([next(self._ids)])

    async def _answer(self, reply: Reply, writer: asyncio.StreamWriter) -> None:
        length = 10**10 if reply.is_endless else len(reply.body)
        headers = [*reply.headers, ("Content-Length", str(length))]
        lines = [f"HTTP/1.1 {reply.status} Told", *(f"{name}: {text}" for name, text in headers)]
        writer.write("\r\n".join([*lines, "", ""]).encode() + reply.body)
        await writer.drain()
        while reply.is_endless:
            await asyncio.sleep(0.01)
            writer.write(reply.body[:1])
            await writer.drain()


async def _read_request(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): text.strip() for name, _, text in (x.partition(":") for x in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    request = Received(method=method, path=path, headers=headers, body=body)
    content_type = headers.get("content-type", "")
    if content_type == "application/x-www-form-urlencoded":
        request.form = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    elif content_type.startswith("multipart/form-data"):
        _read_parts(request, content_type, body)
    return request


def _read_parts(request: Received, content_type: str, body: bytes) -> None:
    message = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if part.get_filename() is None:
            request.form[name] = content.decode()
        else:
            request.files[name] = (part.get_filename(), content)
