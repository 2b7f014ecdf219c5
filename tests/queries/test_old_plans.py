"""Plans on tables that nobody has analyzed yet, and plans that were made while they were empty."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from helpdesk import database as floor
from helpdesk.bus import Bus, driver_dsn
from helpdesk.database import Database
from helpdesk.queries.conversations import find_latest, read_conversations
from tests.conftest import Server, text_of
from tests.queries import plans
from tests.queries.plans import ACCOUNT, seed
from tests.queries.test_plans import PAIRS, Query, some

NEEDED = ("account", "division", "device", "agent", "contact", "conversation")
KEYS = len(PAIRS)
ROWS_READ = """
select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::int from pg_stat_xact_user_tables
where relname in ('conversation', 'contact')
"""
READ: Query = lambda s: read_conversations(s, PAIRS)  # noqa: E731
LATEST: Query = lambda s: find_latest(  # noqa: E731
    s, [(ACCOUNT, some("device", 1 + n % 4), some("contact", n)) for n in range(KEYS)]
)
JOINED: Query = lambda s: floor.fetch(  # noqa: E731
    s,
    """
    select c.id, d.number, p.name from conversation c
    join device d on d.account_id = c.account_id and d.id = c.device_id
    join contact p on p.account_id = c.account_id and p.id = c.contact_id
    where (c.account_id, c.id) in (select * from unnest($1::uuid[], $2::uuid[]))
    """,
    [account_id for account_id, _ in PAIRS],
    [id_ for _, id_ in PAIRS],
)
"""How `read_conversations` was once written."""


@pytest.fixture
async def growing(server: Server, template: str) -> AsyncIterator[Database]:
    """An empty database that nobody analyzes, and one connection to it."""
    name = await server.make_database(template=template)
    owner = await asyncpg.connect(driver_dsn(text_of(server.owner, name)))
    for table in NEEDED:
        await owner.execute(f"alter table {table} set (autovacuum_enabled = off)")
    await owner.close()
    database = Database(text_of(server.app, name), Bus(), pool_size=1)
    yield database
    await database.close()
    await server.drop_database(name)


async def grow(database: Database, monkeypatch: pytest.MonkeyPatch, conversations: int) -> None:
    """Store so many conversations and contacts."""
    monkeypatch.setattr(plans, "CONVERSATIONS", conversations)
    async with database.engine.begin() as connection:
        for statement in seed():
            if statement.startswith(tuple(f'insert into "{table}"' for table in NEEDED)):
                await connection.exec_driver_sql(statement)


async def rows_read(database: Database, query: Query) -> int:
    """How many conversations and contacts PostgreSQL reads for it."""
    async with database.unit_of_work(ACCOUNT) as work:
        before = await floor.fetch(work.session, ROWS_READ)
        await query(work.session)
        after = await floor.fetch(work.session, ROWS_READ)
    return int(after[0][0] - before[0][0])


@pytest.mark.parametrize("conversations", [200, 500, 1000, 2000, 5000])
async def test_conversations_are_read_by_their_keys_before_anything_is_analyzed(
    growing: Database, monkeypatch: pytest.MonkeyPatch, conversations: int
) -> None:
    await grow(growing, monkeypatch, conversations)
    assert await rows_read(growing, READ) <= 20 * KEYS
    if conversations >= 1000:
        assert await rows_read(growing, JOINED) > 1000 * KEYS, "the guard can fail"


@pytest.mark.parametrize(("seconds", "query"), [(0, LATEST), (3600, READ)])
async def test_what_was_planned_for_empty_tables_reads_little_when_they_have_grown(
    growing: Database, monkeypatch: pytest.MonkeyPatch, seconds: float, query: Query
) -> None:
    monkeypatch.setattr(floor, "PLAN_SECONDS", seconds)
    assert await rows_read(growing, query) == 0
    await grow(growing, monkeypatch, 5000)
    assert await rows_read(growing, query) <= 20 * KEYS


async def test_a_plan_that_is_kept_reads_far_more(
    growing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floor, "PLAN_SECONDS", 3600)
    assert await rows_read(growing, LATEST) == 0
    await grow(growing, monkeypatch, 5000)
    assert await rows_read(growing, LATEST) > 1000 * KEYS
