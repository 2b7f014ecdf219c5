"""A whole server on a port of the loopback, over the test database, for HTTP and WebSocket tests.

`tests/conftest.py` offers it as the fixture `served`: started anew for each test that asks.
"""

import asyncio
import contextlib
import json
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from helpdesk.app import create_app
from helpdesk.database import Database
from helpdesk.serving import MOST_FRAME_BYTES, PING_SECONDS, PONG_SECONDS, SocketProtocol
from helpdesk.settings import Settings
from tests.contract import undocumented
from tests.factories import DeviceUnderTest

SECRET_KEY = "x" * 40
TRUST = ssl.create_default_context()
"""Shared by all clients: httpx would make one for each, in a tenth of a second."""


class _Uvicorn(uvicorn.Server):
    """Leaves the test process's signal handlers alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Caller(httpx.AsyncClient):
    """An HTTP client that may be signed in; `csrf` is sent with everything once it is known."""

    async def sign_in(self, **credentials: str) -> dict[str, Any]:
        """Sign in and keep cookie and CSRF token."""
        answer = await self.post("/api/v1/session", json=credentials)
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        self.headers["X-CSRF-Token"] = body["csrf"]
        return body


@dataclass
class Served:
    """A running server: where it is, and the parts inside it."""

    url: str
    settings: Settings
    app: Any
    callers: list[Caller] = field(default_factory=list)

    def caller(self, token: str | None = None) -> Caller:
        """Return a client, with a token where one is given; closed with the server."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        caller = Caller(base_url=self.url, headers=headers, timeout=10, verify=TRUST)
        caller.event_hooks = {"response": [self.require_documented]}
        self.callers.append(caller)
        return caller

    async def close_callers(self) -> None:
        """Close the clients."""
        for caller in self.callers:
            await caller.aclose()
        self.callers.clear()

    async def require_documented(self, answer: httpx.Response) -> None:
        """Hold an answer to the API's document."""
        assert not undocumented(self.app, answer)

    async def agent(self, device: DeviceUnderTest, token: str) -> Caller:
        """Return a client signed in as the agent with this token."""
        caller = self.caller()
        await caller.sign_in(device=device.number, token=token)
        return caller

    def socket(self, caller: Caller, **query: object) -> connect:
        """Open `/ws` with the caller's session; use it as an async context manager."""
        text = "&".join(f"{name}={value}" for name, value in query.items())
        cookie = "; ".join(f"{name}={value}" for name, value in caller.cookies.items())
        return connect(
            f"{self.url.replace('http', 'ws', 1)}/ws?{text}",
            origin=self.url,
            additional_headers={"Cookie": cookie},
            proxy=None,
        )

    async def hook(self, device: DeviceUnderTest, **message: object) -> httpx.Response:
        """Post a simulated customer's message to the device's hook."""
        async with httpx.AsyncClient(verify=TRUST) as client:
            return await client.post(
                f"{self.url}/hooks/simulated/{device.hook_key}",
                json={"type": "message", "from": "6285550001", "text": "Hello"} | message,
                timeout=10,
            )


async def next_event(
    connection: ClientConnection, *types: str, within: float = 5
) -> dict[str, Any]:
    """Return the next frame, of these types where some are named; others are passed over."""
    async with asyncio.timeout(within):
        while True:
            frame: dict[str, Any] = json.loads(await connection.recv())
            if not types or frame["type"] in types:
                return frame


@contextlib.asynccontextmanager
async def serve(
    database: Database,
    data_dir: Path,
    *,
    pings: tuple[float, float] = (PING_SECONDS, PONG_SECONDS),
    **changes: Any,
) -> AsyncIterator[Served]:
    """Run a server until the block ends; `changes` are settings.

    `pings`: how often sockets are asked whether they live, and how long an answer may take.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    # asyncio does not see that this is TCP, where uvloop does: bodies would wait for 40 ms
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(
        **{
            "_env_file": None,
            "database_url": database.url,
            "secret_key": SECRET_KEY,
            "data_dir": data_dir,
            "public_url": url,
            "outbound_allow": "127.0.0.1",
        }
        | changes
    )
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        ws=SocketProtocol,
        ws_per_message_deflate=False,
        ws_max_size=MOST_FRAME_BYTES,
        ws_ping_interval=pings[0],
        ws_ping_timeout=pings[1],
        log_config=None,
        timeout_graceful_shutdown=3,
        server_header=False,
    )
    server = _Uvicorn(config)
    running = asyncio.create_task(server.serve(sockets=[listening]), name="served")
    while not server.started:
        if running.done():
            await running
            raise RuntimeError("the server did not start")
        await asyncio.sleep(0.01)
    served = Served(url, settings, app)
    try:
        yield served
    finally:
        await served.close_callers()
        server.should_exit = True
        await running
