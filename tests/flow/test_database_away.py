"""PostgreSQL is away: the server lives, says so, takes nothing on credit, and comes back."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager

import httpx
import pytest

from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.errors import Unavailable
from helpdesk.schema import is_current
from tests.flow.shop import Shop, open_shop
from tests.workers.embedded_places import bad_settings, wait_until


@pytest.fixture(scope="module")
def installation() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


@pytest.fixture
def shop(installation: Shop) -> Shop:
    installation.ensure_running()
    return installation


@pytest.mark.parametrize("opening", [Database.unit_of_work, Database.reading])
async def test_a_transaction_that_cannot_be_opened_says_that_the_database_is_away(
    opening: Callable[[Database], AbstractAsyncContextManager[object]],
) -> None:
    database = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none", Bus())
    with pytest.raises(Unavailable):
        async with opening(database):
            pass
    with pytest.raises(Unavailable):
        await is_current(database.engine)


def status(shop: Shop, path: str) -> int:
    return httpx.get(f"{shop.process.url}{path}", timeout=10).status_code


def test_meanwhile_hooks_are_told_to_come_again_and_afterwards_they_are_taken(
    shop: Shop,
) -> None:
    device = asyncio.run(shop.furnish(agents=1))
    hook = shop.hook_of(device)
    message = {"type": "message", "id": "1", "from": "628550001", "text": "Halo"}
    with bad_settings(shop.process.data_dir):
        shop.kill_postgres()
        wait_until(lambda: status(shop, "/health/ready") == 503)
        assert status(shop, "/health/live") == 200
        answer = httpx.post(hook, json=message, timeout=10)
        assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
    shop.process.wait_ready()
    answer = httpx.post(hook, json=message, timeout=10)
    assert (answer.status_code, answer.json()["new"]) == (200, 1)


def test_meanwhile_sigterm_ends_it_with_0_within_10_seconds(shop: Shop) -> None:
    with bad_settings(shop.process.data_dir):
        shop.kill_postgres()
        wait_until(lambda: status(shop, "/health/ready") == 503)
        began = time.monotonic()
        code, _ = shop.process.terminate()
        assert code == 0, shop.process.output
        assert time.monotonic() - began < 10
    assert "Traceback" not in shop.process.output
