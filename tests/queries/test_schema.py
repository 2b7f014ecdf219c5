"""The schema: what the migrations make is what the tables say, and keys lead with the account."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from helpdesk.bus import driver_dsn
from helpdesk.schema import _config, is_current, migrate
from helpdesk.tables import metadata
from tests.conftest import Server, text_of

WITHOUT_ACCOUNT = {"account", "directory", "installation", "node", "throttle", "alembic_version"}
Fetch = Callable[[str], Any]


@pytest.fixture
async def url(server: Server, template: str) -> AsyncIterator[str]:
    """A migrated database, by the role that may change it."""
    name = await server.make_database(template=template)
    yield text_of(server.owner, name)
    await server.drop_database(name)


@pytest.fixture
async def catalogue(url: str) -> AsyncIterator[Fetch]:
    """A question to the catalogue."""
    connection = await asyncpg.connect(driver_dsn(url))
    yield connection.fetch
    await connection.close()


async def differences(url: str) -> list[Any]:
    """What autogenerate would put into the next migration."""

    def compare(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        )

    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(compare)
    await engine.dispose()
    return found


async def test_the_migrations_make_what_the_tables_say(url: str) -> None:
    assert await differences(url) == []


async def test_an_index_that_is_missing_would_be_noticed(url: str, catalogue: Fetch) -> None:
    await catalogue("drop index ix_message_thread")
    assert [each[0] for each in await differences(url)] == ["add_index"]


async def test_the_schema_goes_down_and_up_again(url: str, catalogue: Fetch) -> None:
    await asyncio.to_thread(command.downgrade, _config(url), "base")
    tables = await catalogue("select 1 from pg_tables where schemaname = 'public'")
    assert len(tables) == 1
    await asyncio.to_thread(migrate, url)
    assert await differences(url) == []


async def test_whether_the_schema_is_current_is_known(url: str, catalogue: Fetch) -> None:
    engine = create_async_engine(url)
    assert await is_current(engine)
    await catalogue("update alembic_version set version_num = '0000'")
    assert not await is_current(engine)
    await catalogue("drop table alembic_version")
    assert not await is_current(engine)
    await engine.dispose()


async def keys_without_account(catalogue: Fetch) -> list[tuple[str, str]]:
    """Primary and foreign keys whose first column is not the account, here or over there."""
    rows = await catalogue(
        """
        select c.conrelid::regclass::text, c.conname,
          (select attname from pg_attribute where attrelid = c.conrelid and attnum = c.conkey[1]),
          (select attname from pg_attribute where attrelid = c.confrelid
            and attnum = c.confkey[1]) as over_there, c.confrelid::regclass::text
        from pg_constraint c join pg_namespace n on n.oid = c.connamespace
        where n.nspname = 'public' and c.contype in ('p', 'f')
        """
    )
    return [
        (table, name)
        for table, name, column, there, target in rows
        if table not in WITHOUT_ACCOUNT
        and (column != "account_id" or (there or "account_id") not in _starts(target))
    ]


def _starts(target: str) -> set[str]:
    return {"id"} if target == "account" else {"account_id"}


async def test_every_key_and_every_link_begins_with_the_account(catalogue: Fetch) -> None:
    assert await keys_without_account(catalogue) == []


async def test_a_table_without_account_would_be_noticed(catalogue: Fetch) -> None:
    await catalogue("create table stray (id uuid primary key)")
    assert await keys_without_account(catalogue) == [("stray", "stray_pkey")]


async def test_no_column_has_a_native_enum(catalogue: Fetch) -> None:
    assert await catalogue("select typname from pg_type where typtype = 'e'") == []


async def test_every_time_is_kept_with_its_zone_and_ends_in_at(catalogue: Fetch) -> None:
    rows = await catalogue(
        """
        select table_name, column_name, data_type from information_schema.columns
        where table_schema = 'public' and (column_name like '%\\_at' or data_type like 'timestamp%'
          or data_type in ('date', 'time without time zone'))
        """
    )
    assert len(rows) > 30
    assert {row[2] for row in rows} == {"timestamp with time zone"}
    named_otherwise = {row[1] for row in rows if not row[1].endswith("_at")}
    assert named_otherwise <= {
        "at",
        "waiting_since",
        "unanswered_since",
        "blocked_until",
        "lease_until",
        "paused_until",
        "reachable_until",
        "snoozed_until",
        "typing_until",
    }
