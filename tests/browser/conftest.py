"""Fixtures of the browser tests: one Chromium and one server for all, an account for each test."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chromium import open_chromium
from tests.browser.office import Office, database_of, open_office
from tests.browser.stage import Stage, make_stage
from tests.conftest import wipe
from tests.flow.process import Process
from tests.workers.embedded_places import open_directory

expect.set_options(timeout=15_000)
"""Of what is expected to come; on a machine with other work a page takes its time."""


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
async def desk(desk_server: Process) -> AsyncIterator[Process]:
    """The server, empty again afterwards, lest it looks after the customers of every test."""
    yield desk_server
    async with database_of(desk_server) as database:
        await wipe(database, kept="node")


@pytest.fixture
async def office(desk: Process) -> Office:
    """An empty account on the server."""
    return await open_office(desk)


@pytest.fixture
async def stage(chromium: Browser, desk: Process) -> AsyncIterator[Stage]:
    """Where people open pages; fails the test when any page complained, broke or called out."""
    stage = make_stage(chromium, desk.url)
    yield stage
    await stage.close()
    assert stage.watch.take() == []
