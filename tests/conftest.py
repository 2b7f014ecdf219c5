"""Fixtures that every test may ask for: a real PostgreSQL, and an account in it.

The server starts with the first test that asks for it; `HELPDESK_TEST_DATABASE_URL` names another
one, by a role that may make databases. The schema is migrated once, into a template; the tests of
a session share one copy of it, and each leaves it empty.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import URL, make_url
from sqlalchemy.exc import IntegrityError

from helpdesk.bus import Bus, Wake, driver_dsn
from helpdesk.database import Database
from helpdesk.driver_errors import unavailable_when_away
from helpdesk.embedded import EmbeddedPostgres
from helpdesk.errors import Busy
from helpdesk.schema import migrate
from helpdesk.tables import metadata
from helpdesk.vault import Vault
from tests.factories import AccountUnderTest, make_account
from tests.served import SECRET_KEY, Served, serve
from tests.workers.embedded_places import open_directory

TEST_SERVER = "HELPDESK_TEST_DATABASE_URL"


class Server:
    """A PostgreSQL server: who makes databases there, who owns them, and who uses them."""

    def __init__(self, *, admin: URL, owner: URL, app: URL) -> None:
        self.admin, self.owner, self.app = admin, owner, app

    async def make_database(self, *, template: str = "template1") -> str:
        """Make a database and return its name. Its commits do not wait for the disk."""
        name = f"test_{uuid4().hex}"
        await self._run(
            f'create database {name} template {template} owner "{self.owner.username}"',
            f"alter database {name} set synchronous_commit = off",
        )
        return name

    async def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        await self._run(f"drop database {name} with (force)")

    async def _run(self, *statements: str) -> None:
        connection = await asyncpg.connect(driver_dsn(text_of(self.admin)))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


def text_of(url: URL, database: str | None = None) -> str:
    """Return the URL as text, with its password, and to another database where one is given."""
    return url.set(database=database or url.database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The PostgreSQL server of the session: embedded, unless another one is named."""
    if given := os.environ.get(TEST_SERVER):
        url = make_url(given).set(drivername="postgresql+asyncpg")
        yield Server(admin=url, owner=url, app=url)
        return
    with open_directory() as directory:
        embedded = EmbeddedPostgres(directory)
        urls = embedded.start()
        owner = make_url(urls.owner)
        admin = owner.set(username="postgres", database="postgres")
        yield Server(admin=admin, owner=owner, app=make_url(urls.app))
        embedded.close()


@pytest.fixture(scope="session")
async def template(server: Server) -> AsyncIterator[str]:
    """The name of a migrated, empty database; make copies of it, and never connect to it."""
    name = await server.make_database()
    await asyncio.to_thread(migrate, text_of(server.owner, name))
    yield name
    await server.drop_database(name)


@pytest.fixture(scope="session")
async def database(server: Server, template: str) -> AsyncIterator[Database]:
    """The session's database, as the application's role; empty at the start of every test."""
    async with make_test_database(server, template) as database:
        yield database


@contextlib.asynccontextmanager
async def make_test_database(server: Server, template: str) -> AsyncIterator[Database]:
    """Make a copy of the template, as the application's role; it is dropped in the end."""
    name = await server.make_database(template=template)
    database = Database(text_of(server.app, name), Bus())
    yield database
    await database.close()
    await server.drop_database(name)


async def wipe(database: Database, *, kept: str = "") -> None:
    """Empty the database in one statement, but for one table where that is named.

    A server that runs on may be at work on a row: who loses such a deadlock, or finds that a row
    has just come to be named by another, tries again.
    """
    tables = [table.name for table in reversed(metadata.sorted_tables) if table.name != kept]
    parts = [f'd{number} as (delete from "{name}")' for number, name in enumerate(tables)]  # noqa: S608 - ours
    while True:
        with contextlib.suppress(Busy, IntegrityError), unavailable_when_away():
            async with database.engine.begin() as connection:
                await connection.exec_driver_sql(f"with {', '.join(parts)} select")
            return


@pytest.fixture(autouse=True)
def clean(request: pytest.FixtureRequest) -> None:
    """Empty the database after each test that uses it."""
    if "database" in request.fixturenames:
        request.getfixturevalue("emptied")


@pytest.fixture
async def emptied(database: Database) -> AsyncIterator[None]:
    """Empty the database afterwards; no test needs to name this."""
    yield
    await wipe(database)


@pytest.fixture(scope="session")
def vault() -> Vault:
    """The vault of a server with a secret key."""
    return Vault(SECRET_KEY)


@pytest.fixture
async def account(database: Database, vault: Vault) -> AccountUnderTest:
    """An account with nothing in it, for the factories of `tests.factories` to fill."""
    return await make_account(database, vault)


@pytest.fixture
async def other_account(database: Database, vault: Vault) -> AccountUnderTest:
    """Another company's account on the same server."""
    return await make_account(database, vault)


@pytest.fixture
async def served(database: Database, tmp_path: Path) -> AsyncIterator[Served]:
    """A running server over the test database."""
    async with serve(database, tmp_path) as running:
        yield running


@pytest.fixture
def wakes(database: Database) -> Iterator[list[Wake]]:
    """What this process is woken for during the test."""
    heard: list[Wake] = []
    database.bus.subscribe(heard.append)
    yield heard
    database.bus._wakers.remove(heard.append)
