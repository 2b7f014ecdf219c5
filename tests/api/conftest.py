"""Fixtures of the HTTP doors: one server for all tests, and houses full of people.

The server runs on a database of its own, for its workers would meddle with tests of what they do.
"""

from collections.abc import AsyncIterator

import pytest

from helpdesk.database import Database
from helpdesk.vault import Vault
from tests.api.house import House, make_house
from tests.conftest import Server, make_test_database, wipe
from tests.factories import AccountUnderTest, make_account
from tests.served import Served, serve


@pytest.fixture(scope="session")
async def database(server: Server, template: str) -> AsyncIterator[Database]:
    """The database of the running server; empty but for its node at the start of every test."""
    async with make_test_database(server, template) as database:
        yield database


@pytest.fixture(scope="session")
async def running(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The server of the session."""
    async with serve(database, tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture
async def served(running: Served) -> AsyncIterator[Served]:
    """The server of the session, without the clients of the test when it ends."""
    yield running
    await running.close_callers()


@pytest.fixture
async def emptied(database: Database) -> AsyncIterator[None]:
    """Empty the database afterwards, but for the node that runs on."""
    yield
    await wipe(database, kept="node")


@pytest.fixture
async def house(account: AccountUnderTest, served: Served) -> House:
    """An account with somebody of every role."""
    return await make_house(account, served)


@pytest.fixture
async def other_house(other_account: AccountUnderTest, served: Served) -> House:
    """Another company on the same server."""
    return await make_house(other_account, served)


@pytest.fixture(scope="module")
async def hall(
    server: Server, template: str, vault: Vault, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """A house in a database and on a server of its own, which a module's tests share."""
    async with (
        make_test_database(server, template) as database,
        serve(database, tmp_path_factory.mktemp("hall")) as served,
    ):
        yield await make_house(await make_account(database, vault), served)
