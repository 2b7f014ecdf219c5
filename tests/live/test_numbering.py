"""Numbers of events: without a gap or a double, in the order of commits, whoever writes at once."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk import database as floor
from helpdesk.audiences import Audience
from helpdesk.bus import Bus
from helpdesk.database import Database, UnitOfWork, execute
from helpdesk.errors import Conflict, HelpdeskError
from helpdesk.events import ContactUpdated
from helpdesk.queries.events import get_head, list_events
from helpdesk.tables.columns import new_id
from helpdesk.vault import Vault
from tests.conftest import Server, text_of
from tests.factories import contact_out, make_account

SCALE = int(os.environ.get("HELPDESK_TEST_SCALE", "1"))
WRITERS, ACCOUNTS, UNITS = 20, 20, 20 * SCALE


class Undone(Exception):
    """A unit of work that is to be rolled back."""


def collect(work: UnitOfWork, account_id: UUID) -> None:
    contact = contact_out(
        id=new_id(), kind="person", number="1", name="", labels=[], created_at=clock.now()
    )
    event = ContactUpdated(at=clock.now(), contact=contact)
    work.collect(event, Audience.EVERYBODY, account_id=account_id)


@dataclass
class Run:
    """What writers wrote, what readers found, and what the database refused."""

    accounts: list[UUID]
    written: Counter[UUID] = field(default_factory=Counter)
    found: dict[UUID, list[int]] = field(default_factory=dict)
    refused: list[HelpdeskError] = field(default_factory=list)


async def write(database: Database, run: Run, random: Random) -> None:
    """Commit units of work over several accounts; some are slow, and some are undone."""
    for _ in range(UNITS):
        mine = random.choices(run.accounts, k=random.randint(1, 6))
        try:
            async with database.unit_of_work() as work:
                for account_id in mine:
                    collect(work, account_id)
                await trouble(work, random)
        except Undone:
            continue
        except HelpdeskError as error:
            run.refused.append(error)
        else:
            run.written.update(mine)


async def trouble(work: UnitOfWork, random: Random) -> None:
    """Undo one in ten; of the others, let 5 % commit 30 ms after the numbers were taken."""
    if random.random() < 0.1:
        raise Undone
    if random.random() < 0.05:
        await execute(work.session, "insert into slow_commit default values")


async def follow(database: Database, account_id: UUID, done: asyncio.Event) -> list[int]:
    """Ask for what is new again and again, as the listener does."""
    found: list[int] = []
    while True:
        was_done = done.is_set()
        async with database.reading(account_id) as session:
            last = found[-1] if found else 0
            rows = await list_events(session, account_id, after=last, limit=500)
        found += [row.seq for row in rows]
        if was_done and not rows:
            return found
        await asyncio.sleep(0.005)


@pytest.fixture
async def busy(database: Database, server: Server) -> AsyncIterator[Database]:
    """The database with a connection for each writer, and a table that makes commits slow."""
    url = text_of(server.owner, database.engine.url.database)
    owner, wide = Database(url, Bus(), pool_size=1), Database(database.url, Bus(), pool_size=30)
    async with owner.unit_of_work() as work:
        for statement in SLOW_COMMIT:
            await execute(work.session, statement)
    yield wide
    await wide.close()
    async with owner.unit_of_work() as work:
        await execute(work.session, "drop table slow_commit")
        await execute(work.session, "drop function slow_commit()")
        await execute(work.session, "drop sequence loose")
    await owner.close()


SLOW_COMMIT = (
    "create table slow_commit (n bigint generated always as identity)",
    "grant insert on slow_commit to public",
    "create sequence loose increment 10",
    "grant usage on loose to public",
    """
    create function slow_commit() returns trigger language plpgsql as
    $$ begin perform pg_sleep(0.03); return null; end $$
    """,
    """
    create constraint trigger slow after insert on slow_commit deferrable initially deferred
    for each row execute function slow_commit()
    """,
)


async def run_writers(busy: Database, vault: Vault, readers: int = 5) -> Run:
    """Write and read at once."""
    run = Run([(await make_account(busy, vault)).id for _ in range(ACCOUNTS)])
    done = asyncio.Event()
    following = [asyncio.create_task(follow(busy, each, done)) for each in run.accounts[:readers]]
    await asyncio.gather(*(write(busy, run, Random(seed)) for seed in range(WRITERS)))
    done.set()
    run.found = dict(zip(run.accounts, await asyncio.gather(*following), strict=False))
    return run


async def test_twenty_writers_leave_no_gap_and_no_double(busy: Database, vault: Vault) -> None:
    run = await run_writers(busy, vault)
    assert run.refused == []
    for account_id in run.accounts:
        async with busy.reading(account_id) as session:
            rows = await list_events(session, account_id, after=0, limit=100_000)
            head = await get_head(session, account_id)
        assert [row.seq for row in rows] == list(range(1, run.written[account_id] + 1))
        assert head.seq == run.written[account_id]


async def test_reader_who_asks_for_what_is_new_misses_nothing(busy: Database, vault: Vault) -> None:
    run = await run_writers(busy, vault)
    for account_id, numbers in run.found.items():
        assert numbers == list(range(1, run.written[account_id] + 1))


async def test_reader_misses_numbers_that_are_taken_without_the_lock(
    busy: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof that the test above can fail: numbers from a sequence, as a serial id has them."""
    locked = floor.APPEND[floor.APPEND.index("select account_id, seq from event_counter") :]
    locked = locked[: locked.index("),")]
    loose = "select account_id, nextval('loose') as seq from unnest($1::uuid[]) account_id"
    monkeypatch.setattr(floor, "APPEND", floor.APPEND.replace(locked, loose))
    run = await run_writers(busy, vault)
    missed = 0
    for account_id, numbers in run.found.items():
        async with busy.reading(account_id) as session:
            rows = await list_events(session, account_id, after=0, limit=100_000)
        missed += len({row.seq for row in rows} - set(numbers))
    assert missed > 0


async def test_counters_read_without_a_lock_give_a_number_twice(
    busy: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof that the first test can fail: the table itself refuses the second."""
    monkeypatch.setattr(floor, "APPEND", floor.APPEND.replace("for update", ""))
    run = await run_writers(busy, vault, readers=0)
    assert any(isinstance(error, Conflict) for error in run.refused)


async def test_very_many_events_of_one_unit_are_numbered_through(
    database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though several statements store them, whichever account is in which."""
    monkeypatch.setattr(floor, "MOST_AT_ONCE", 2)
    first, second = [(await make_account(database, vault)).id for _ in range(2)]
    async with database.unit_of_work() as work:
        for account_id in (second, second, first, second, first, first, second):
            collect(work, account_id)
    for account_id, count in ((first, 3), (second, 4)):
        async with database.reading(account_id) as session:
            events = await list_events(session, account_id, after=0, limit=10)
        assert [event.seq for event in events] == list(range(1, count + 1))
