"""Runs the loops of one process: each has a name and an end, and a fault never ends it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from helpdesk.bus import Bus, Wake
from helpdesk.errors import Unavailable

log = logging.getLogger(__name__)

Step = Callable[[], Awaitable[bool]]
RETRY_SECONDS = 1.0


class Loop:
    """Calls `step` again while it says that there may be more, then waits to be woken.

    It is woken by its topic on the bus and at least every `every` seconds.
    """

    def __init__(self, step: Step, *, topic: str, every: float = 1.0) -> None:
        self._step = step
        self._topic = topic
        self._every = every
        self._woken = asyncio.Event()

    def on_wake(self, wake: Wake) -> None:
        """Take notice of a wake."""
        if wake.is_lost or self._topic in wake.topics:
            self._woken.set()

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            self._woken.clear()
            try:
                has_more = await self._step()
            except Unavailable:
                has_more = False
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                log.exception("the %s loop failed; it goes on", self._topic)
                has_more = False
                await asyncio.sleep(RETRY_SECONDS)
            if not has_more:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), self._every)


class Runner:
    """The tasks of one process, from start to stop."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, jobs: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        """Start jobs that run until they are cancelled."""
        for name, job in jobs.items():
            self._tasks.append(asyncio.create_task(_named(job), name=name))

    def start_loops(self, loops: Mapping[str, Loop]) -> None:
        """Start loops and let the bus wake them."""
        for loop in loops.values():
            self._bus.subscribe(loop.on_wake)
        self.start({name: loop.run for name, loop in loops.items()})

    async def stop(self) -> None:
        """Cancel everything, the latest first, and wait for it."""
        for task in reversed(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()


async def _named(job: Callable[[], Awaitable[None]]) -> None:
    await job()
