"""A batcher: what arrives while the last transaction is in flight is the next batch.

There is no timer: a lone item goes at once. One batch is in flight per process, on purpose (two
make it slower and the rotation unfair, measured).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from helpdesk.errors import Busy, HelpdeskError, Unavailable

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Waiting = tuple[Item, asyncio.Future[Answer]]

MOST_BUSY = 12
"""Flushes of one batch that may take too long: enough to find one slow item among 500."""


class Batcher(Generic[Item, Answer]):
    """Collects items and hands them to `flush` in lists; each caller gets its own answer.

    `flush` is one unit of work and all or nothing. When it fails for a list, the list is halved
    until the item at fault is alone; `rescue` then gets that item and the error. An item that is
    alone too slow gets Busy; when the database is away, all that is left gets Unavailable at once.
    A batch weighs about `most`; an item weighs 1, unless `weigh` says otherwise.
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
        self._queue: asyncio.Queue[Waiting[Item, Answer]] = asyncio.Queue(queue)

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

    async def _next(self) -> list[Waiting[Item, Answer]]:
        batch = [await self._queue.get()]
        weight = self._weigh(batch[0][0])
        while weight < self._most and not self._queue.empty():
            batch.append(self._queue.get_nowait())
            weight += self._weigh(batch[-1][0])
        return batch

    async def _answer(self, batch: list[Waiting[Item, Answer]]) -> None:
        """Flush the batch; where that fails its halves, in their order, and theirs."""
        parts, patience = [batch], MOST_BUSY
        while parts:
            part = parts.pop()
            error = await self._try(part)
            if isinstance(error, Unavailable):
                patience = patience - 1 if isinstance(error, Busy) else 0
            if error and not patience:
                _fail(batch, error)
                return
            if error and len(part) > 1:
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]
            elif error:
                await self._save(*part[0], error)

    async def _try(self, part: list[Waiting[Item, Answer]]) -> Exception | None:
        try:
            answers = await self._flush([item for item, _ in part])
        except Exception as error:  # noqa: BLE001 - one poison item must not harm the others
            return error
        for (_, future), answer in zip(part, answers, strict=True):
            if not future.done():
                future.set_result(answer)
        return None

    async def _save(self, item: Item, future: asyncio.Future[Answer], error: Exception) -> None:
        """Rescue an item that failed alone; one that took too long is to come again."""
        if isinstance(error, Busy):
            _fail([(item, future)], error)
            return
        if not isinstance(error, HelpdeskError):
            log.error("an item failed alone", exc_info=error)
        try:
            answer = await self._rescue(item, error)
        except Exception as failure:  # noqa: BLE001 - the caller gets it
            _fail([(item, future)], failure)
        else:
            if not future.done():
                future.set_result(answer)

    def _turn_away(self) -> None:
        while not self._queue.empty():
            _fail([self._queue.get_nowait()], Unavailable("Restarting.", retry_after=1))


def _fail(batch: Sequence[Waiting[Item, Answer]], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
