"""A way to PostgreSQL that a test can cut and mend, from a TCP port to wherever the server is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import URL, make_url

PORT = 5432
FAREWELL = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"


class Proxy:
    """Passes bytes on; while it is cut, connections end at once."""

    def __init__(self, target: URL) -> None:
        self._target = target
        self._is_cut = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._clients: set[asyncio.StreamWriter] = set()
        self._silent: set[asyncio.StreamWriter] = set()
        self.url = ""

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str) -> AsyncIterator["Proxy"]:
        """Listen until the block ends; `url` of the proxy leads to the database of `url`."""
        proxy = cls(make_url(url))
        server = await asyncio.start_server(proxy._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        here = proxy._target.set(host="127.0.0.1", port=port, query={})
        proxy.url = here.render_as_string(hide_password=False)
        try:
            yield proxy
        finally:
            server.close()
            proxy.cut()

    def cut(self) -> None:
        """End every connection, and each new one."""
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def say_farewell(self) -> None:
        """Tell every client a dying server's last word; then nothing, though the socket stays."""
        for writer in self._clients:
            writer.write(b"E" + (len(FAREWELL) + 4).to_bytes(4, "big") + FAREWELL)
        self._silent |= self._clients

    def mend(self) -> None:
        """Let connections through again."""
        self._is_cut = False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        there, back = await self._open()
        self._writers |= {writer, back}
        self._clients.add(writer)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pass(reader, back))
            group.create_task(self._pass(there, writer))
        self._writers -= {writer, back}
        self._clients.discard(writer)

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        directory = self._target.query.get("host")
        port = self._target.port or PORT
        if directory:
            return await asyncio.open_unix_connection(f"{directory}/.s.PGSQL.{port}")
        return await asyncio.open_connection(self._target.host, port)

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while chunk := await source.read(65_536):
                if sink not in self._silent:
                    sink.write(chunk)
                    await sink.drain()
        sink.close()
