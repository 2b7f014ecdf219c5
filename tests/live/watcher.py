"""A console without a screen: it keeps its picture by events, and compares it with fresh ones."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.live.reducer import Picture
from tests.served import Caller, Served

RECONNECTS = {1012, 4003, 4008}


class Watcher:
    """Follows one session's events; connects again as the console does."""

    def __init__(self, served: Served, caller: Caller, name: str) -> None:
        self.name = name
        self.caller = caller
        self.picture: Picture
        self.types: set[str] = set()
        self.fresh_starts = 0
        self.first: dict[str, Any] = {}
        self.frames: list[dict[str, Any]] = []
        self._served = served
        self._epoch = ""
        self._last = 0
        self._heard: list[dict[str, Any]] = []
        self._upto = 0
        self._socket: ClientConnection | None = None

    async def start(self) -> None:
        """Take a snapshot, to be followed from there."""
        snapshot = await self.sync()
        self.picture = Picture(snapshot)
        self._epoch, self._last, self._upto = snapshot["epoch"], snapshot["cursor"], 0
        self._heard, self.frames, self.first = [], [], snapshot
        self.fresh_starts += 1
        await self._connect()

    async def sync(self) -> dict[str, Any]:
        """Return a fresh snapshot."""
        answer = await self.caller.get("/api/v1/sync")
        snapshot: dict[str, Any] = answer.raise_for_status().json()
        return snapshot

    async def drop(self) -> None:
        """Lose the connection, as trains in tunnels do, and open it again."""
        if self._socket:
            self._socket.transport.abort()
            await self._socket.wait_closed()
        await self._connect()

    async def stop(self) -> None:
        """Drop the socket: closing it would wait for heartbeats that nobody reads."""
        if self._socket:
            self._socket.transport.abort()
            await self._socket.wait_closed()

    async def compare(self) -> list[str]:
        """Follow up to a fresh snapshot's moment and return where the two pictures differ."""
        snapshot = await self.sync()
        if snapshot["epoch"] != self._epoch:
            await self._until_closed()
            return []
        async with asyncio.timeout(30):
            while max(self._upto, self._last) < snapshot["cursor"]:
                await self._read()
        if snapshot["epoch"] != self._epoch:
            return []
        while self._heard and self._heard[0]["seq"] <= snapshot["cursor"]:
            self.picture.apply(self._heard.pop(0))
        return [f"{self.name}: {text}" for text in self.picture.differences(Picture(snapshot))]

    async def _connect(self) -> None:
        if self._socket:
            await self._socket.close()
        self._socket = await self._served.socket(self.caller, epoch=self._epoch, after=self._last)

    async def _until_closed(self) -> None:
        epoch = self._epoch
        async with asyncio.timeout(5):
            while self._epoch == epoch:
                await self._read()

    async def _read(self) -> None:
        assert self._socket
        try:
            frame = json.loads(await self._socket.recv())
        except ConnectionClosed as closed:
            if closed.rcvd is None or closed.rcvd.code not in RECONNECTS:
                raise
            await self._connect()
            return
        if frame["type"] == "resync":
            await self.start()
        elif frame["type"] == "heartbeat":
            self._upto = frame["seq"]
        elif "prev" in frame:
            assert frame["prev"] == self._last, f"{self.name} missed something: {frame}"
            self._last = frame["seq"]
            self.types.add(frame["type"])
            self._heard.append(frame)
            self.frames.append(frame)


async def watch(served: Served, people: Mapping[str, Caller]) -> list[Watcher]:
    """Let everybody watch from now on."""
    watchers = [Watcher(served, caller, name) for name, caller in people.items()]
    for watcher in watchers:
        await watcher.start()
    return watchers


async def differences(watchers: Sequence[Watcher]) -> list[str]:
    """Return where anybody's picture differs from a fresh one."""
    found = await asyncio.gather(*(watcher.compare() for watcher in watchers))
    return [text for each in found for text in each]
