"""Runs the loops of one process: each has a name and an end, and a fault never ends it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress

from helpdesk.bus import Bus, Wake
from helpdesk.errors import Unavailable

log = logging.getLogger(__name__)

Step = Callable[[], Awaitable[bool]]
RETRY_SECONDS = 1.0
UNASKED_SECONDS = 15.0
"""How often a loop looks though nothing woke it; the look at what is due wakes it much sooner."""


class Loop:
    """Calls `step` again while it says that there may be more, then waits to be woken.

    It is woken by its topic on the bus and at least every `every` seconds.
    """

    def __init__(self, step: Step, *, topic: str, every: float = UNASKED_SECONDS) -> None:
        self._step = step
        self.topic = topic
        self.every = every
        self._woken = asyncio.Event()

    def on_wake(self, wake: Wake) -> None:
        """Take notice of a wake."""
        if wake.is_lost or self.topic in wake.topics:
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
                log.exception("the %s loop failed; it goes on", self.topic)
                has_more = False
                await asyncio.sleep(RETRY_SECONDS)
            if not has_more:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.every):
                        await self._woken.wait()


class Runner:
    """The tasks of one process, from start to stop."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, jobs: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        """Start jobs that run until they are cancelled."""
        for name, job in jobs.items():
            self._tasks.append(asyncio.create_task(_keep_up(name, job), name=name))

    def start_loops(self, loops: Iterable[Loop]) -> None:
        """Start loops and let the bus wake them; each goes by the name of its topic."""
        for loop in loops:
            self._bus.subscribe(loop.on_wake)
            self.start({loop.topic: loop.run})

    async def stop(self) -> None:
        """Cancel everything, the latest first, and wait for it."""
        for task in reversed(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()


async def _keep_up(name: str, job: Callable[[], Awaitable[None]]) -> None:
    """Run a job, and again after a fault that it did not expect."""
    while True:
        try:
            return await job()
        except Exception:
            log.exception("the %s job failed; it starts again", name)
            await asyncio.sleep(RETRY_SECONDS)
