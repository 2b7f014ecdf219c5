"""One open socket: writes what its reader may see, in order, and hears what it says."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar.connection import WebSocket
from litestar.exceptions import WebSocketDisconnect

from helpdesk.actors import Actor
from helpdesk.events import EventRow
from helpdesk.live.audience import sight
from helpdesk.live.stream import Stream

HEARTBEAT_SECONDS = 15.0
FRAMES_PER_MINUTE = 120
MOST_WHISPERS = 50
MOST_BEHIND = 500
SLOW_SECONDS = 10.0

ReadEvents = Callable[[UUID, int], Awaitable[list[EventRow]]]


class ClientFrame(msgspec.Struct, kw_only=True):
    """What a console says: typing and viewing name a conversation, presence says away, and why."""

    type: Literal["typing", "viewing", "presence"]
    conversation_id: UUID | None = None
    active: bool = True
    away: bool = False
    reason: str = ""


Heard = Callable[[ClientFrame], Awaitable[None]]
_decoder = msgspec.json.Decoder(ClientFrame)


class Socket:
    """A socket with its own cursor: it pulls from the account's stream at its own pace.

    `cursor` is the last event considered, `prev` the last one sent. Nothing is queued for it but a
    few whispers, so a slow reader holds no memory; past a bound it is closed with 4008.
    """

    def __init__(
        self, connection: WebSocket[Any, Any, Any], actor: Actor, console_id: UUID
    ) -> None:
        self.actor = actor
        self.console_id = console_id
        self._connection = connection
        self._nudged = asyncio.Event()
        self._whispers: deque[str] = deque(maxlen=MOST_WHISPERS)
        self._close_code: int | None = None
        self._closing = asyncio.Event()
        self._sending_since: float | None = None
        self._cursor = self._prev = 0
        self._frames = 0
        self._minute = monotonic()

    @property
    def session_id(self) -> UUID:
        """The session it was opened with."""
        if self.actor.session_id is None:
            raise RuntimeError("sockets belong to sessions")
        return self.actor.session_id

    def nudge(self) -> None:
        """There is more to read."""
        self._nudged.set()

    def whisper(self, frame: str) -> None:
        """Send a frame that may be lost."""
        self._whispers.append(frame)
        self._nudged.set()

    def close(self, code: int) -> None:
        """Close at once, also when a send is stuck; the first code counts."""
        self._close_code = self._close_code or code
        self._closing.set()

    def is_slow(self, head: int) -> bool:
        """Whether the reader does not keep up: far behind and not taking what is sent."""
        since = self._sending_since
        return (
            since is not None
            and monotonic() - since > SLOW_SECONDS
            and head - self._cursor > MOST_BEHIND
        )

    async def run(self, stream: Stream, after: int, read: ReadEvents, heard: Heard) -> None:
        """Serve the socket until either side closes it."""
        self._cursor = self._prev = after
        tasks = [
            asyncio.create_task(self._write(stream, read), name="socket writer"),
            asyncio.create_task(self._hear(heard), name="socket reader"),
            asyncio.create_task(self._wait_for_close(), name="socket closer"),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._close_code:
            await self._connection.close(code=self._close_code)
            return
        for task in done:
            if not task.cancelled() and (error := task.exception()):
                raise error

    async def _wait_for_close(self) -> None:
        await self._closing.wait()

    async def _write(self, stream: Stream, read: ReadEvents) -> None:
        beat = monotonic() + HEARTBEAT_SECONDS
        is_caught_up = False
        while True:
            self._nudged.clear()
            rows = stream.after(self._cursor)
            if rows is None:
                rows = await read(self.actor.account_id, self._cursor)
            await self._write_rows(rows)
            while self._whispers:
                await self._send(self._whispers.popleft())
            if monotonic() >= beat or not (rows or is_caught_up):
                await self._send(f'{{"type":"heartbeat","seq":{self._cursor}}}')
                beat = monotonic() + HEARTBEAT_SECONDS
            is_caught_up = is_caught_up or not rows
            if not rows:
                with suppress(TimeoutError):
                    async with asyncio.timeout(beat - monotonic()):
                        await self._nudged.wait()

    async def _write_rows(self, rows: list[EventRow]) -> None:
        for row in rows:
            seen = sight(self.actor, row.audience)
            if seen != "nothing":
                frame = row.frame(self._prev) if seen == "whole" else row.removal(self._prev)
                await self._send(frame)
                self._prev = row.seq
            self._cursor = row.seq

    async def _send(self, text: str) -> None:
        self._sending_since = monotonic()
        await self._connection.send_text(text)
        self._sending_since = None

    async def _hear(self, heard: Heard) -> None:
        while True:
            try:
                text = await self._connection.receive_text()
            except WebSocketDisconnect:
                return
            if self._is_chatty():
                self.close(4029)
                return
            try:
                frame = _decoder.decode(text)
            except msgspec.DecodeError:
                continue
            await heard(frame)

    def _is_chatty(self) -> bool:
        if monotonic() - self._minute > 60:
            self._frames, self._minute = 0, monotonic()
        self._frames += 1
        return self._frames > FRAMES_PER_MINUTE
