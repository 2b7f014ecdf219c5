"""The law of snapshot and events: what a console keeps by events is what it would load afresh."""

import asyncio
import os
from random import Random

import pytest

from helpdesk.live import socket as live_socket
from tests.live.desk import Desk
from tests.live.steps import make_crowd
from tests.live.watcher import differences, watch
from tests.served import Served

SCALE = int(os.environ.get("HELPDESK_TEST_SCALE", "1"))
SEQUENCES, STEPS = 6 * SCALE, 25


@pytest.fixture(autouse=True)
def quick_heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heartbeat tells a watcher that nothing more comes up to a number."""
    monkeypatch.setattr(live_socket, "HEARTBEAT_SECONDS", 0.05)


@pytest.mark.timeout(120 * SCALE)
@pytest.mark.parametrize("seed", range(SEQUENCES))
async def test_events_make_of_a_snapshot_what_a_fresh_one_says(
    desk: Desk, served: Served, seed: int
) -> None:
    random = Random(seed)
    crowd = await make_crowd(served, desk, random)
    watchers = await watch(served, crowd.people)
    done: list[str] = []
    for _ in range(STEPS):
        done.append(await crowd.step())
        if random.random() < 0.1:
            await random.choice(watchers).drop()
        if random.random() < 0.3:
            assert not (found := await differences(watchers)), [*done, *found]
    assert not (found := await differences(watchers)), [*done, *found]
    for watcher in watchers:
        await watcher.stop()


async def test_steps_that_overlap_keep_the_law(desk: Desk, served: Served) -> None:
    random = Random(99)
    crowd = await make_crowd(served, desk, random)
    watchers = await watch(served, crowd.people)
    for _ in range(5 * SCALE):
        done = await asyncio.gather(*(crowd.step() for _ in range(10)))
        assert not (found := await differences(watchers)), [*done, *found]
    for watcher in watchers:
        await watcher.stop()
