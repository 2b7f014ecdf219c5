"""The database: units of work, and events numbered in the order of commits.

A unit of work is one transaction. What actions collect in it is numbered and stored by its last
statement, under the accounts' counters, so numbers become visible in order and nothing else ever
touches a counter.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from msgspec import structs
from sqlalchemy import text
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.audiences import Audience
from helpdesk.bus import CHANNEL, WHISPER_CHANNEL, Bus, Wake
from helpdesk.driver_errors import (
    drop_broken,
    unavailable_when_away,
    unavailable_when_unreached,
)
from helpdesk.events import Event, EventRow
from helpdesk.numbering import APPEND, Collected, rows_of
from helpdesk.shapes.webhooks import RETRIES

Each = TypeVar("Each")
Built = TypeVar("Built")
Session = AsyncSession
"""What queries take first; the doors name it without knowing SQL."""

SESSION_SETTINGS = {
    "application_name": "helpdesk",
    "lock_timeout": "2s",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
    "jit": "off",
    "TimeZone": "UTC",
}

MOST_AT_ONCE = 2_500
"""Rows in one statement, each of which has its time."""
SENDING_SECONDS = 0.003
"""How long a thread that builds the next statement leaves Python to the one that is sent: without
it PostgreSQL would wait for that several times as long."""
_builder = ThreadPoolExecutor(1, "builder")
PLAN_SECONDS = 10
"""How long a connection keeps its plans. Those that were made for an empty table read it whole, and
PostgreSQL itself gives them up no sooner than it analyzes the table."""


class UnitOfWork:
    """One transaction and what happened in it."""

    def __init__(self, session: AsyncSession, account_id: UUID | None) -> None:
        self.session = session
        self._account_id = account_id
        self._collected: list[Collected] = []
        self._topics: set[str] = set()
        self._takes_back: list[Callable[[], Awaitable[None]]] = []

    @property
    def account_id(self) -> UUID:
        """The account that this unit of work is for; workers' units span accounts and have none."""
        if self._account_id is None:
            raise RuntimeError("this unit of work spans accounts: pass the account")
        return self._account_id

    def collect(self, event: Event, audience: Audience, *, account_id: UUID | None = None) -> None:
        """Keep an event until the end of the unit of work."""
        self._collected.append((account_id or self.account_id, event, audience))

    def wake(self, topic: str) -> None:
        """Wake the loops that follow the topic, after the commit."""
        self._topics.add(topic)

    def take_back_with(self, step: Callable[[], Awaitable[None]]) -> None:
        """Keep what takes back a deed outside the database, should this one be rolled back.

        It is not run where a commit's answer is lost: what was done may be named by a row then.
        """
        self._takes_back.append(step)

    @asynccontextmanager
    async def taking_back(self) -> AsyncGenerator[None]:
        """Take back what was done outside the database when an error leaves the block."""
        mark = len(self._takes_back)
        try:
            yield
        except BaseException:
            while len(self._takes_back) > mark:
                await self._takes_back.pop()()
            raise

    async def whisper(self, body: str) -> None:
        """Tell every process, with the commit, something that may be lost; at most 500 bytes."""
        await execute(self.session, "select pg_notify($1, $2)", WHISPER_CHANNEL, body)

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Undo the statements inside, and forget the events, when an error leaves the block.

        The session makes the savepoint in the database with its first statement, which those on the
        driver's own connection are not.
        """
        mark = len(self._collected)
        try:
            async with self.taking_back(), self.session.begin_nested():
                await self.session.connection()
                yield
        except BaseException:
            del self._collected[mark:]
            raise

    async def finish(self, bus: Bus) -> Wake | None:
        """Number and store what was collected and notify; the last statement before the commit."""
        await self.session.flush()
        accounts = frozenset(account_id for account_id, _, _ in self._collected)
        if self._account_id and self._topics:
            accounts |= {self._account_id}
        if not accounts and not self._topics:
            return None
        notes = bus.notes(accounts, self._topics)
        rows, is_hooked = await _append(self.session, self._collected, notes)
        topics = frozenset(self._topics | ({"webhooks"} if is_hooked else set()))
        return Wake(accounts=accounts, topics=topics, rows=rows)


class Database:
    """One pool of connections to PostgreSQL, and the units of work that use it."""

    def __init__(self, url: str, bus: Bus, *, pool_size: int = 10) -> None:
        self.url = url
        self.bus = bus
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=5,
            pool_timeout=2,
            json_deserializer=msgspec.json.decode,
            connect_args={"server_settings": SESSION_SETTINGS, "timeout": 5},
        )
        listen(self.engine.sync_engine, "handle_error", drop_broken)
        self._sessions = async_sessionmaker(
            self.engine, class_=AsyncSession, expire_on_commit=False
        )

    @asynccontextmanager
    async def unit_of_work(self, account_id: UUID | None = None) -> AsyncGenerator[UnitOfWork]:
        """Open one transaction for an account, or (workers) spanning accounts.

        Commits at the end of the block and then wakes the readers; rolls back when an error leaves
        it. Raises Unavailable when the database is away or too busy.
        """
        with unavailable_when_away():
            async with self._sessions() as session, session.begin():
                await _begin(session, account_id, plans="force_generic_plan")
                work = UnitOfWork(session, account_id)
                async with work.taking_back():
                    yield work
                    wake = await work.finish(self.bus)
        if wake:
            self.bus.announce(wake)

    @asynccontextmanager
    async def reading(self, account_id: UUID | None = None) -> AsyncGenerator[AsyncSession]:
        """Open a read-only transaction that sees one moment throughout (REPEATABLE READ)."""
        with unavailable_when_away():
            async with self._sessions() as session, session.begin():
                await _begin(session, account_id, plans="auto", isolation_level="REPEATABLE READ")
                yield session

    async def whisper(self, body: str) -> None:
        """Tell every process something that may be lost; at most 500 bytes."""
        async with self.unit_of_work() as work:
            await work.whisper(body)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


async def _begin(
    session: AsyncSession, account_id: UUID | None, *, plans: str, **options: str
) -> None:
    """Open the transaction in the database and say for which account it is.

    Statements on the driver's own connection do not open it: SQLAlchemy does, with its first one.
    `plans`: actions find rows by key, where planning anew costs most of the time (measured: 1.5 of
    1.8 ms for one conversation), so they keep one plan; lists with optional filters do not.
    """
    with unavailable_when_unreached():
        connection = await session.connection(execution_options=options)
        await connection.execute(
            text(
                "select set_config('helpdesk.account', :account, true),"
                " set_config('plan_cache_mode', :plans, true)"
            ),
            {"account": str(account_id or ""), "plans": plans},
        )
        session.info["driver"] = (await connection.get_raw_connection()).driver_connection
        now = time.monotonic()
        if now > connection.info.setdefault("plan_until", now + PLAN_SECONDS):
            await execute(session, "discard plans")
            connection.info["plan_until"] = now + PLAN_SECONDS


async def fetch(session: AsyncSession, sql: str, *arguments: Any) -> list[asyncpg.Record]:
    """Run a prepared statement on the driver's connection, inside the session's transaction."""
    return await session.info["driver"].fetch(sql, *arguments)  # type: ignore[no-any-return]


async def execute(session: AsyncSession, sql: str, *arguments: Any) -> None:
    """Run a prepared statement whose rows nobody wants."""
    await session.info["driver"].fetch(sql, *arguments)


def in_parts(rows: Iterable[Each]) -> Iterator[Sequence[Each]]:
    """Yield the rows in parts, for each of which a statement is well within its time."""
    rest = iter(rows)
    while part := list(islice(rest, MOST_AT_ONCE)):
        yield part


async def built_ahead(
    rows: Iterable[Each], build: Callable[[Sequence[Each]], Built]
) -> AsyncGenerator[Built]:
    """Yield what is built of each part of the rows, to be stored by one statement.

    While PostgreSQL stores a part a thread builds the next one. `rows` may do work, too.
    """
    parts = in_parts(rows)

    def build_next() -> tuple[int, Built] | None:
        part = next(parts, None)
        return (len(part), build(part)) if part else None

    def build_behind() -> tuple[int, Built] | None:
        time.sleep(SENDING_SECONDS)
        return build_next()

    loop = asyncio.get_running_loop()
    built = build_next()
    while built:
        is_last = built[0] < MOST_AT_ONCE
        ahead = None if is_last else loop.run_in_executor(_builder, build_behind)
        yield built[1]
        built = await ahead if ahead else None


async def _append(
    session: AsyncSession, collected: Sequence[Collected], notes: Sequence[str]
) -> tuple[list[EventRow], bool]:
    """Number events by their accounts' counters, locked in one order, and store them.

    Very many are stored by several statements, each well within its time: the first locks all the
    counters, and the same note is told once. Returns them, and whether a webhook is to be told.
    """
    if not collected:
        await execute(
            session, "select pg_notify($1, note) from unnest($2::text[]) note", CHANNEL, notes
        )
        return [], False
    accounts = sorted({account_id for account_id, _, _ in collected})
    stored: list[EventRow] = []
    is_hooked = False
    async for rows, document in built_ahead(collected, rows_of):
        bodies = [row.body for row in rows]
        heads = await fetch(session, APPEND, accounts, document, CHANNEL, notes, RETRIES, bodies)
        bases = {head["account_id"]: head["seq"] for head in heads}
        stored += [structs.replace(row, seq=bases[row.account_id] + row.seq) for row in rows]
        is_hooked |= any(head["is_hooked"] for head in heads)
    return stored, is_hooked
