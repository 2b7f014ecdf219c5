"""Serving: uvicorn as this product needs it, in one process or several."""

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

import uvicorn
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.supervisors import Multiprocess

from helpdesk.app import app_from_environment, create_app
from helpdesk.settings import Settings

GRACEFUL_SECONDS = 5
PING_SECONDS = 12
PONG_SECONDS = 10
"""A socket that is dead is found within both together, and its agent is offline: 25 s at most."""
MOST_FRAME_BYTES = 16 * 1024
NEW_OBJECTS = 50_000
"""From so many on garbage is looked for. By Python's own 700, a request with 10,000 targets had
everything looked through five times: a third of its time, in which everybody waited."""


def serve(
    settings: Settings, *, host: str, port: int, workers: int = 1, ready: Callable[[], None]
) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is called when connections are accepted.

    Several workers are several processes. They read their settings from the environment.
    """
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    if workers == 1:
        gc.set_threshold(NEW_OBJECTS)
        Server(_config(create_app(settings), settings, host, port), ready).run()
        return
    _export(settings)
    config = _config("helpdesk.serving:app_of_worker", settings, host, port, workers=workers)
    ready()
    Multiprocess(config, [config.bind_socket()]).run()


def app_of_worker() -> object:
    """Build the server in one of several processes."""
    gc.set_threshold(NEW_OBJECTS)
    return app_from_environment()


class Server(uvicorn.Server):
    """uvicorn, which says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, which also gets rid of a peer that does not read: its buffer never drains."""

    async def send(self, message: ASGISendEvent) -> None:
        """Send; a close does not wait for what the peer has not taken yet."""
        if message["type"] == "websocket.close" and not self.writable.is_set():
            self.writable.set()
            self.loop.call_later(self.close_timeout, self.transport.abort)
        await super().send(message)

    def keepalive_timeout(self) -> None:
        """Drop a peer that did not answer, with whatever it has not taken."""
        super().keepalive_timeout()
        self.transport.abort()


def _config(
    app: object, settings: Settings, host: str, port: int, *, workers: int = 1
) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        factory=isinstance(app, str),
        host=host,
        port=port,
        workers=workers,
        loop="uvloop" if sys.platform != "win32" else "auto",
        http="httptools",
        ws=SocketProtocol,
        ws_per_message_deflate=False,
        ws_max_size=MOST_FRAME_BYTES,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PONG_SECONDS,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        server_header=False,
        access_log=False,
        log_config=None,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or "127.0.0.1",
    )


def _export(settings: Settings) -> None:
    """Put the settings into the environment of the worker processes to come."""
    for name, value in settings.model_dump().items():
        os.environ[f"HELPDESK_{name.upper()}"] = str(value)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End with 0: uvicorn raises the signal again when it has stopped in good order."""
    sys.exit(0)
