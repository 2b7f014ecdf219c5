"""The batcher: what arrives while a batch is in flight is the next one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest

from helpdesk.batcher import MOST_BUSY, Batcher
from helpdesk.errors import Busy, InputError, Unavailable


class Database:
    """Records batches; holds them while `gate` is shut; fails those with a bad or slow item."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.rescued: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.is_away = False

    async def flush(self, items: Sequence[str]) -> list[str]:
        """Take a batch, all or nothing."""
        self.batches.append(list(items))
        await self.gate.wait()
        if self.is_away:
            raise Unavailable("away", retry_after=1)
        if any(item.startswith("slow") for item in items):
            raise Busy("busy", retry_after=1)
        if any(item.startswith("poison") for item in items):
            raise InputError("poison")
        return [item.upper() for item in items]

    async def rescue(self, item: str, error: Exception) -> str:
        """Take an item that failed alone."""
        if item == "poison for good":
            raise error
        self.rescued.append(item)
        return f"kept {item}"


@pytest.fixture
async def inner() -> Database:
    return Database()


@pytest.fixture
async def batcher(inner: Database) -> AsyncIterator[Batcher[str, str]]:
    made = Batcher(inner.flush, inner.rescue, most=4, queue=6)
    task = asyncio.create_task(made.run())
    yield made
    inner.gate.set()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def submit(batcher: Batcher[str, str], *items: str) -> list[asyncio.Task[str]]:
    """Submit items, and let the batcher begin."""
    tasks = [asyncio.create_task(batcher.submit(item)) for item in items]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_a_lone_item_goes_at_once(batcher: Batcher[str, str], inner: Database) -> None:
    async with asyncio.timeout(0.1):
        assert await batcher.submit("a") == "A"
    assert inner.batches == [["a"]]


async def test_what_waits_becomes_the_next_batch(
    batcher: Batcher[str, str], inner: Database
) -> None:
    inner.gate.clear()
    tasks = await submit(batcher, "a")
    tasks += await submit(batcher, "b", "c", "d")
    inner.gate.set()
    assert await asyncio.gather(*tasks) == ["A", "B", "C", "D"]
    assert inner.batches == [["a"], ["b", "c", "d"]]


async def test_a_batch_has_at_most_so_many(batcher: Batcher[str, str], inner: Database) -> None:
    inner.gate.clear()
    tasks = await submit(batcher, "a")
    tasks += await submit(batcher, *"bcdefg")
    inner.gate.set()
    await asyncio.gather(*tasks)
    assert [len(batch) for batch in inner.batches] == [1, 4, 2]


async def test_a_poisonous_item_fails_alone(batcher: Batcher[str, str], inner: Database) -> None:
    inner.gate.clear()
    tasks = await submit(batcher, "a")
    tasks += await submit(batcher, "b", "poison", "c", "d")
    inner.gate.set()
    assert await asyncio.gather(*tasks) == ["A", "B", "kept poison", "C", "D"]
    assert inner.rescued == ["poison"]


async def test_who_cannot_even_be_rescued_gets_the_error(batcher: Batcher[str, str]) -> None:
    tasks = await submit(batcher, "a", "poison for good", "b")
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert (answers[0], answers[2]) == ("A", "B")
    assert isinstance(answers[1], InputError)


async def test_when_the_database_is_away_all_are_told_and_none_is_tried_alone(
    batcher: Batcher[str, str], inner: Database
) -> None:
    inner.gate.clear()
    inner.is_away = True
    tasks = await submit(batcher, "a")
    tasks += await submit(batcher, "b", "c")
    inner.gate.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(answer, Unavailable) for answer in answers)
    assert inner.batches == [["a"], ["b", "c"]]
    assert inner.rescued == []


async def test_when_the_database_goes_away_among_halves_the_rest_is_told_at_once() -> None:
    batches: list[list[str]] = []

    async def flush(items: Sequence[str]) -> list[str]:
        batches.append(list(items))
        raise Unavailable("away") if len(items) < 4 else InputError("poison")

    async def rescue(_item: str, error: Exception) -> str:
        raise error

    batcher = Batcher(flush, rescue)
    running = asyncio.create_task(batcher.run())
    answers = await asyncio.gather(*map(batcher.submit, "abcd"), return_exceptions=True)
    running.cancel()
    assert [str(answer) for answer in answers] == ["away"] * 4
    assert batches == [list("abcd"), ["a", "b"]]


async def test_a_slow_item_is_told_to_come_again_and_harms_no_other(
    batcher: Batcher[str, str], inner: Database
) -> None:
    inner.gate.clear()
    tasks = await submit(batcher, "a")
    tasks += await submit(batcher, "b", "slow", "c", "d")
    inner.gate.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers.pop(2), Busy)
    assert answers == ["A", "B", "C", "D"]
    assert inner.rescued == []


async def test_when_everything_is_slow_the_search_for_who_is_to_blame_ends(
    inner: Database,
) -> None:
    batcher = Batcher(inner.flush, inner.rescue)
    running = asyncio.create_task(batcher.run())
    tasks = await submit(batcher, *(f"slow {number}" for number in range(500)))
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    running.cancel()
    assert all(isinstance(answer, Busy) for answer in answers)
    assert len(inner.batches) == MOST_BUSY


@pytest.mark.parametrize("place", [0, 250, 499])
async def test_one_slow_item_among_500_is_found(inner: Database, place: int) -> None:
    batcher = Batcher(inner.flush, inner.rescue)
    running = asyncio.create_task(batcher.run())
    items = [f"{'slow' if number == place else 'fast'} {number}" for number in range(500)]
    answers = await asyncio.gather(*map(batcher.submit, items), return_exceptions=True)
    running.cancel()
    assert [n for n, answer in enumerate(answers) if isinstance(answer, Busy)] == [place]


async def test_it_goes_on_when_the_database_is_back(
    batcher: Batcher[str, str], inner: Database
) -> None:
    inner.is_away = True
    with pytest.raises(Unavailable):
        await batcher.submit("a")
    inner.is_away = False
    assert await batcher.submit("b") == "B"


async def test_too_many_are_turned_away_at_once(
    batcher: Batcher[str, str], inner: Database
) -> None:
    inner.gate.clear()
    tasks = await submit(batcher, "a")
    tasks += await submit(batcher, *"bcdefg")
    with pytest.raises(Unavailable):
        await batcher.submit("h")
    inner.gate.set()
    assert len(await asyncio.gather(*tasks)) == 7


async def test_who_waits_when_it_ends_is_told_to_come_again(inner: Database) -> None:
    batcher = Batcher(inner.flush, inner.rescue, most=2)
    running = asyncio.create_task(batcher.run())
    inner.gate.clear()
    tasks = await submit(batcher, "a")
    tasks += await submit(batcher, "b", "c", "d")
    running.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(answer, Unavailable) for answer in answers)
    await asyncio.wait([running])
    assert running.cancelled()


async def test_a_caller_who_left_harms_nobody(batcher: Batcher[str, str], inner: Database) -> None:
    inner.gate.clear()
    tasks = await submit(batcher, "a", "b")
    tasks[0].cancel()
    inner.gate.set()
    assert await tasks[1] == "B"
    assert await batcher.submit("c") == "C"


async def test_who_is_being_tried_in_halves_when_it_ends_is_told_too() -> None:
    is_reached = asyncio.Event()

    async def flush(items: Sequence[str]) -> list[str]:
        if len(items) > 1:
            raise InputError("poison")
        is_reached.set()
        await asyncio.sleep(60)
        return []

    async def rescue(_item: str, error: Exception) -> str:
        raise error

    batcher = Batcher(flush, rescue)
    running = asyncio.create_task(batcher.run())
    tasks = await submit(batcher, "a", "b", "c", "d")
    await is_reached.wait()
    running.cancel()
    async with asyncio.timeout(1):
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(answer, Unavailable) for answer in answers)
