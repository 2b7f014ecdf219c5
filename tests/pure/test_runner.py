"""The runner: what it started runs on, whatever fault there is."""

import asyncio

import pytest

from helpdesk.bus import Bus, Wake
from helpdesk.workers import runner
from helpdesk.workers.runner import Loop, Runner


async def test_a_job_that_fails_unexpectedly_is_logged_and_starts_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runner, "RETRY_SECONDS", 0)
    starts = 0
    runs_on = asyncio.Event()

    async def job() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            raise AttributeError("a connection that is gone")
        runs_on.set()
        await asyncio.Event().wait()

    started = Runner(Bus())
    started.start({"bus": job})
    async with asyncio.timeout(5):
        await runs_on.wait()
    await started.stop()
    assert starts == 2
    assert "the bus job failed" in caplog.text


@pytest.mark.parametrize("steps", range(6))
async def test_a_loop_that_is_woken_as_it_is_to_end_ends(steps: int) -> None:
    async def step() -> bool:
        return False

    bus = Bus()
    started = Runner(bus)
    started.start_loops([Loop(step, topic="outbox")])
    await asyncio.sleep(0.01)
    bus.announce(Wake(accounts=frozenset(), topics=frozenset({"outbox"})))
    for _ in range(steps):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await started.stop()
