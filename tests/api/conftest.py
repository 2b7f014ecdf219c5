"""Fixtures of the HTTP doors: a house full of people, new for a test or shared by a module."""

from collections.abc import AsyncIterator

import pytest

from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.vault import Vault
from tests.api.house import House, make_house
from tests.conftest import Server, text_of
from tests.factories import AccountUnderTest, make_account
from tests.served import Served, serve


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
    name = await server.make_database(template=template)
    database = Database(text_of(server.app, name), Bus())
    async with serve(database, tmp_path_factory.mktemp("hall")) as served:
        yield await make_house(await make_account(database, vault), served)
    await database.close()
    await server.drop_database(name)
