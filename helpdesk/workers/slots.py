"""Slots: so many tasks of a worker at once, each of which may fail by itself."""

import asyncio
import logging
from collections.abc import Coroutine

log = logging.getLogger(__name__)


class Slots:
    """At most `most` tasks; `what` names one of them for the log."""

    def __init__(self, most: int, *, what: str) -> None:
        self._most = most
        self._what = what
        self._tasks: set[asyncio.Task[None]] = set()

    async def free(self) -> int:
        """Return how many may be started; none after one of those that take all has ended."""
        free = self._most - len(self._tasks)
        if free <= 0:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            return 0
        return free

    def start(self, work: Coroutine[None, None, None], *, name: str) -> None:
        """Start one."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._end)

    async def drain(self, *, patience: float = 0) -> None:
        """Let what is in flight end within so many seconds, and cancel the rest; leases run out."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _end(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("%s failed; its lease will run out", self._what, exc_info=task.exception())
