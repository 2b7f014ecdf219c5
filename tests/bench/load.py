"""A raw HTTP client that keeps its connections, so that the client is not what is measured."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

Request = tuple[str, bytes]


@dataclass
class Load:
    """What came of it: answers by status, and how long they took."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Good answers per second."""
        return self.statuses[200] / self.seconds if self.seconds else 0.0


class Wire:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def post(self, path: str, body: bytes) -> int:
        """Send one request and return the status of its answer, read to the end."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in answer.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        if length:
            await self._reader.readexactly(length)
        return int(answer[9:12])

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()


async def press(
    port: int, make: Callable[[], Request], *, seconds: float, concurrency: int
) -> Load:
    """Send requests over so many connections, each as soon as the last one is answered."""
    load = Load()
    begun = time.perf_counter()

    async def one() -> None:
        wire = Wire(port)
        await wire.open()
        while time.perf_counter() - begun < seconds:
            load.statuses[await wire.post(*make())] += 1
        await wire.close()

    await asyncio.gather(*(one() for _ in range(concurrency)))
    load.seconds = time.perf_counter() - begun
    return load


async def drip(
    port: int, make: Callable[[int], Request], *, seconds: float, rate: int
) -> dict[int, float]:
    """Send so many requests a second, and return when each was sent that got a good answer."""
    wires = [Wire(port) for _ in range(16)]
    for wire in wires:
        await wire.open()
    free: asyncio.Queue[Wire] = asyncio.Queue()
    for wire in wires:
        free.put_nowait(wire)
    sent: dict[int, float] = {}

    async def one(number: int) -> None:
        wire = await free.get()
        begun = time.perf_counter()
        if await wire.post(*make(number)) == 200:
            sent[number] = begun
        free.put_nowait(wire)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(seconds * rate)):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            group.create_task(one(number))
    for wire in wires:
        await wire.close()
    return sent
