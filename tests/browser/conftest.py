"""Fixtures of the browser tests: one Chromium and one server for all, an account for each test."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from tests.browser.chromium import open_chromium
from tests.browser.office import Office, open_office
from tests.browser.stage import Stage, make_stage
from tests.flow.process import Process
from tests.workers.embedded_places import open_directory


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, started once."""
    async with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def desk_server() -> Iterator[Process]:
    """A server process with its own data, for every test that does not kill it."""
    with open_directory() as directory, Process("serve", directory) as process:
        process.start_ready()
        yield process


@pytest.fixture
async def office(desk_server: Process) -> Office:
    """An empty account on the server."""
    return await open_office(desk_server)


@pytest.fixture
async def stage(chromium: Browser, desk_server: Process) -> AsyncIterator[Stage]:
    """Where people open pages; fails the test when any page complained, broke or called out."""
    stage = make_stage(chromium, desk_server.url)
    yield stage
    await stage.close()
    assert stage.watch.take() == []
