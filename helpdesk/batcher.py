"""A batcher: what arrives while the last transaction is in flight is the next batch.

There is no timer: a lone item goes at once. One batch is in flight per process, on purpose (two
make it slower and the rotation unfair, measured).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from helpdesk.errors import HelpdeskError, Unavailable

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Waiting = tuple[Item, "asyncio.Future[Answer]"]


class Batcher(Generic[Item, Answer]):
    """Collects items and hands them to `flush` in lists; each caller gets its own answer.

    `flush` is one unit of work and all or nothing. When it fails for a list, the list is halved
    until the item at fault is alone; `rescue` then gets that item and the error. A batch weighs
    about `most`; an item weighs 1, unless `weigh` says otherwise.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        rescue: Callable[[Item, Exception], Awaitable[Answer]],
        *,
        most: int = 500,
        queue: int = 20_000,
        weigh: Callable[[Item], int] = lambda _: 1,
    ) -> None:
        self._flush = flush
        self._rescue = rescue
        self._most = most
        self._weigh = weigh
        self._queue: asyncio.Queue[tuple[Item, asyncio.Future[Answer]]] = asyncio.Queue(queue)

    async def submit(self, item: Item) -> Answer:
        """Wait until the item's batch is committed, and return the item's answer.

        Raises Unavailable when too many wait already, or when the database is away.
        """
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((item, future))
        except asyncio.QueueFull:
            raise Unavailable("Too much at once. Try again.", retry_after=2) from None
        return await future

    async def run(self) -> None:
        """Flush batches until cancelled; whoever has no answer then is told to come again."""
        try:
            while True:
                batch = await self._next()
                try:
                    await self._answer(batch)
                finally:
                    _fail(batch, Unavailable("Restarting. Try again.", retry_after=1))
        finally:
            self._turn_away()

    async def _next(self) -> list[tuple[Item, "asyncio.Future[Answer]"]]:
        batch = [await self._queue.get()]
        weight = self._weigh(batch[0][0])
        while weight < self._most and not self._queue.empty():
            batch.append(self._queue.get_nowait())
            weight += self._weigh(batch[-1][0])
        return batch

    async def _answer(self, batch: list[tuple[Item, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = await self._flush([item for item, _ in batch])
        except Unavailable as error:
            _fail(batch, error)
        except Exception as error:  # noqa: BLE001 - one poison item must not harm the others
            await self._split(batch, error)
        else:
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)

    async def _split(
        self, batch: list[tuple[Item, "asyncio.Future[Answer]"]], error: Exception
    ) -> None:
        if len(batch) > 1:
            middle = len(batch) // 2
            await self._answer(batch[:middle])
            await self._answer(batch[middle:])
            return
        item, future = batch[0]
        if not isinstance(error, HelpdeskError):
            log.error("an item failed alone", exc_info=error)
        try:
            answer = await self._rescue(item, error)
        except Exception as failure:  # noqa: BLE001 - the caller gets it
            _fail(batch, failure)
        else:
            if not future.done():
                future.set_result(answer)

    def _turn_away(self) -> None:
        while not self._queue.empty():
            _fail([self._queue.get_nowait()], Unavailable("Restarting.", retry_after=1))


def _fail(batch: Sequence[tuple[Item, "asyncio.Future[Answer]"]], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
