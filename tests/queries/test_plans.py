"""No hot statement reads a large table from end to end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from hashlib import md5
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from helpdesk import clock
from helpdesk.actors import Actor
from helpdesk.bus import Bus, driver_dsn
from helpdesk.database import Database, Session
from helpdesk.queries.automatic import list_untold, lock_untold
from helpdesk.queries.broadcast_items import list_waiting, park, take_back, unpark
from helpdesk.queries.broadcasts import count_progress, lock_counted
from helpdesk.queries.contact_conversations import list_open_of
from helpdesk.queries.contact_media import list_contact_media
from helpdesk.queries.contact_rows import lock_contacts
from helpdesk.queries.conversations import (
    find_latest,
    lock_conversations,
    lock_due,
    lock_menus_due,
    lock_snoozed,
    lock_waiting,
    read_conversations,
)
from helpdesk.queries.divisions import list_queues
from helpdesk.queries.due import list_due_topics
from helpdesk.queries.events import get_head, list_events
from helpdesk.queries.history import WantedMessages, list_history
from helpdesk.queries.inbox import Wanted, count_conversations, list_conversations
from helpdesk.queries.labels import (
    count_label_uses,
    list_labelled_conversations,
    lock_labelled_contacts,
    take_label_off,
)
from helpdesk.queries.mentions import list_unseen, mark_seen
from helpdesk.queries.messages import (
    find_messages,
    find_received,
    last_inbound_texts,
    list_crossing,
    list_messages,
    list_newer_messages,
)
from helpdesk.queries.outbox import claim_due, find_expired, lock_unknown, remove_held
from helpdesk.queries.owned import count_owned, list_owned
from helpdesk.queries.pauses import find_late
from helpdesk.queries.queued import find_sent_by, list_scheduled
from helpdesk.queries.readings import list_readings, store_reading
from helpdesk.queries.receipts import find_sent
from helpdesk.queries.relays import insert_relays, list_relaying_accounts, take_relays
from helpdesk.queries.rotas import lock_rotas, seat_agents
from helpdesk.queries.search import WantedHits, search_lines
from helpdesk.queries.unanswered import lock_unanswered
from tests.conftest import Server, text_of
from tests.queries.plans import (
    ACCOUNT,
    indexes,
    normal,
    seed,
    sorts,
    watching,
    whole_scans,
)


def some(kind: str, number: int) -> UUID:
    """The id of the nth thing of a kind."""
    return UUID(md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest())


BROADCAST = some("broadcast", 1)
MESSAGES_OF_IT = [some("message", n) for n in range(1, 500)]
SUPERVISOR = Actor(
    account_id=ACCOUNT, role="supervisor", kind="user", id=some("user", 1), name="Sari"
)
AGENT = Actor(
    account_id=ACCOUNT, role="agent", kind="agent", id=some("agent", 1), name="Ani",
    agent_id=some("agent", 1), device_id=some("device", 2), division_id=some("division", 2),
)  # fmt: skip
OWN = Actor(
    account_id=ACCOUNT, role="agent", kind="agent", id=some("agent", 1), name="Ani", sees="own",
    agent_id=some("agent", 1), device_id=some("device", 2),
)  # fmt: skip
PAIRS = [(ACCOUNT, some("conversation", n)) for n in range(100, 200)]
DIVISIONS = [(ACCOUNT, some("division", n)) for n in (1, 2)]
Query = Callable[[Session], Awaitable[Any]]


@pytest.fixture(scope="module")
async def large(server: Server, template: str) -> AsyncIterator[Database]:
    """A large database."""
    name = await server.make_database(template=template)
    connection = await asyncpg.connect(driver_dsn(text_of(server.owner, name)))
    try:
        for statement in seed():
            await connection.execute(statement)
        await connection.execute("vacuum analyze")  # as by itself, a minute after so many rows
    finally:
        await connection.close()
    database = Database(text_of(server.app, name), Bus())
    yield database
    await database.close()
    await server.drop_database(name)


async def rotas(session: Session) -> None:
    """Lock divisions and seat their agents."""
    await seat_agents(session, await lock_rotas(session, DIVISIONS))


ACTIONS: dict[str, Query] = {
    "claim": lambda s: claim_due(s, busy_devices=[some("device", 1)], per_device=5, most=50),
    "broadcast counted": lambda s: count_progress(s, ACCOUNT, BROADCAST, cancelled="cancelled"),
    "broadcast due": lock_counted,
    "broadcast parked": lambda s: park(s, ACCOUNT, BROADCAST),
    "broadcast going on": lambda s: unpark(s, ACCOUNT, BROADCAST),
    "broadcast waiting": lambda s: list_waiting(s, ACCOUNT, BROADCAST, limit=500),
    "broadcast taken back": lambda s: take_back(s, ACCOUNT, MESSAGES_OF_IT, failure="cancelled"),
    "expired": lambda s: find_expired(s, limit=100),
    "held": remove_held,
    "late": lambda s: find_late(s, clock.now() - timedelta(days=1), limit=200),
    "scheduled": lambda s: list_scheduled(s, ACCOUNT, some("device", 1), clock.now()),
    "sent by": lambda s: find_sent_by(s, ACCOUNT, some("device", 1), 7),
    "unknown": lambda s: lock_unknown(
        s, [(ACCOUNT, some("device", 1 + n % 4), some("contact", n)) for n in range(1, 50)]
    ),
    "latest": lambda s: find_latest(
        s, [(ACCOUNT, some("device", 1 + n % 4), some("contact", n)) for n in range(1, 200)]
    ),
    "waiting": lambda s: lock_waiting(s, ACCOUNT, some("division", 1), limit=200),
    "due": lambda s: lock_due(s, limit=200),
    "anything due": list_due_topics,
    "menus": lambda s: lock_menus_due(s, limit=200),
    "labelled": lambda s: list_labelled_conversations(s, ACCOUNT, some("label", 1)),
    "labelled contacts": lambda s: lock_labelled_contacts(s, ACCOUNT, some("label", 1)),
    "label off": lambda s: take_label_off(s, ACCOUNT, some("label", 1)),
    "snoozed": lambda s: lock_snoozed(s, limit=200),
    "relaying": list_relaying_accounts,
    "relays": lambda s: take_relays(s, ACCOUNT, most=50),
    "note relays": lambda s: insert_relays(s, [(ACCOUNT, some("message", 7), "628")]),
    "crossing": lambda s: list_crossing(
        s, ACCOUNT, some("conversation", 7), after=10, writer_id=some("agent", 1), limit=20
    ),
    "count owned": lambda s: count_owned(s, ACCOUNT, some("agent", 1)),
    "unanswered": lambda s: lock_unanswered(s, now=clock.now(), limit=200),
    "untold divisions": list_untold,
    "untold": lambda s: lock_untold(s, ACCOUNT, some("division", 1), limit=200),
    "lock": lambda s: lock_conversations(s, PAIRS),
    "read": lambda s: read_conversations(s, PAIRS),
    "called and seen": lambda s: mark_seen(s, AGENT, some("conversation", 7), clock.now()),
    "reading": lambda s: store_reading(s, AGENT, some("conversation", 7), 3, clock.now()),
    "owned": lambda s: list_owned(s, ACCOUNT, some("agent", 1)),
    "open": lambda s: list_open_of(s, [(ACCOUNT, some("contact", n)) for n in range(1, 50)]),
    "seats": rotas,
    "queues": list_queues,
    "contacts": lambda s: lock_contacts(
        s, {(ACCOUNT, f"62{n}"): ("person", "") for n in range(1, 100)}, now=clock.now()
    ),
    "messages": lambda s: find_messages(s, [(ACCOUNT, some("message", n)) for n in range(1, 50)]),
    "texts": lambda s: last_inbound_texts(s, PAIRS),
    "quoted": lambda s: find_received(s, ACCOUNT, range(1, 50)),
    "sent": lambda s: find_sent(
        s, [(ACCOUNT, some("device", 1 + n % 4), f"p{n}", "") for n in range(1, 50)]
    ),
}
PAGE = (clock.now() - timedelta(hours=1), some("conversation", 1))


async def history(session: Session, *, before: Any = None, **wanted: Any) -> None:
    """A page of the list of all messages."""
    narrowed = WantedMessages(**wanted)
    await list_history(session, ACCOUNT, narrowed, before=before, limit=50)


async def found(session: Session, actor: Actor, text: str, *, before: Any = None) -> None:
    """A page of what a search finds."""
    await search_lines(session, actor, WantedHits(text=text), before=before, limit=50)


READS: dict[str, Query] = {
    "inbox of a supervisor": lambda s: list_conversations(s, SUPERVISOR, Wanted(), limit=50),
    "inbox of an agent": lambda s: list_conversations(s, AGENT, Wanted(), limit=50),
    "inbox of one's own": lambda s: list_conversations(s, OWN, Wanted(view="mine"), limit=50),
    "next page": lambda s: list_conversations(s, SUPERVISOR, Wanted(), after=PAGE, limit=50),
    "waiting page": lambda s: list_conversations(s, SUPERVISOR, Wanted(view="waiting"), limit=50),
    "unrouted page": lambda s: list_conversations(s, SUPERVISOR, Wanted(view="unrouted"), limit=50),
    "page of a label": lambda s: list_conversations(
        s, SUPERVISOR, Wanted(label_id=some("label", 1)), limit=50
    ),
    "uses of a label": lambda s: count_label_uses(s, ACCOUNT, some("label", 1)),
    "counts": lambda s: count_conversations(s, ACCOUNT),
    "called": lambda s: list_unseen(s, AGENT),
    "list called": lambda s: list_conversations(s, AGENT, Wanted(view="mentions"), limit=50),
    "readings": lambda s: list_readings(s, AGENT),
    "history": lambda s: history(s),
    "history, next page": lambda s: history(s, before=(clock.now(), 1)),
    "history of a device": lambda s: history(s, device_id=some("device", 1)),
    "history of what failed": lambda s: history(s, status="failed"),
    "history of a broadcast": lambda s: history(s, broadcast_id=BROADCAST, status="failed"),
    "history of a part of a text": lambda s: history(s, search="der 12345 is"),
    "history of an id": lambda s: history(s, search=str(some("message", 1))),
    "thread": lambda s: list_messages(s, ACCOUNT, some("conversation", 7)),
    "older": lambda s: list_messages(
        s, ACCOUNT, some("conversation", 7), before=(clock.now(), 10**9)
    ),
    "newer": lambda s: list_newer_messages(
        s, ACCOUNT, some("conversation", 7), after=(clock.now(), 1), limit=25
    ),
    "files of a contact": lambda s: list_contact_media(
        s, AGENT, some("contact", 7), kind="picture", limit=50
    ),
    "search for what is everywhere": lambda s: found(s, SUPERVISOR, "order"),
    "search, next page": lambda s: found(s, SUPERVISOR, "order", before=(clock.now(), 10**9)),
    "search for what is rare": lambda s: found(s, SUPERVISOR, "der 12345 is"),
    "search for what is nowhere": lambda s: found(s, SUPERVISOR, "zebra"),
    "search of an agent": lambda s: found(s, AGENT, "der 12345 is"),
    "search of one's own": lambda s: found(s, OWN, "order"),
    "events": lambda s: list_events(s, ACCOUNT, after=19_000, limit=500),
    "head": lambda s: get_head(s, ACCOUNT),
}


@pytest.mark.parametrize("name", ACTIONS)
async def test_no_action_reads_a_large_table_whole(large: Database, name: str) -> None:
    async with watching(large, is_reading=False) as (session, watcher):
        await ACTIONS[name](session)
    assert not [normal(sql) for sql, plan in watcher.plans if list(whole_scans(plan))]


@pytest.mark.parametrize("name", READS)
async def test_no_page_reads_or_sorts_a_large_table_whole(large: Database, name: str) -> None:
    async with watching(large, is_reading=True) as (session, watcher):
        await READS[name](session)
    assert not [normal(sql) for sql, plan in watcher.plans if list(whole_scans(plan))]
    assert not [normal(sql) for sql, plan in watcher.plans if sorts(plan)]


@pytest.mark.parametrize("word", ["rare", "nowhere"])
async def test_a_search_for_a_few_lines_goes_by_their_text(large: Database, word: str) -> None:
    async with watching(large, is_reading=True) as (session, watcher):
        await READS[f"search for what is {word}"](session)
    [plan] = [plan for sql, plan in watcher.plans if "ilike" in sql]
    assert "ix_message_text" in set(indexes(plan))
    assert "ix_message_history" not in set(indexes(plan))


@pytest.mark.parametrize(
    ("index", "query"),
    [
        ("ix_message_thread", READS["thread"]),
        ("ix_contact_name", READS["history of a part of a text"]),
        ("ix_outbox_due", ACTIONS["held"]),
        ("ix_conversation_labels", ACTIONS["label off"]),
    ],
)
async def test_without_its_index_the_guard_finds_the_statement(
    server: Server, large: Database, index: str, query: Query
) -> None:
    owner = Database(text_of(server.owner, large.engine.url.database), Bus())
    async with watching(owner, is_reading=False) as (session, watcher):
        await watcher.driver.execute(f"drop index {index}")
        await query(session)
        await session.rollback()
    await owner.close()
    assert watcher.scans()


async def test_a_part_of_a_text_is_found_without_reading_every_message(large: Database) -> None:
    """Few of many: the newest first would have gone through all."""
    async with watching(large, is_reading=True) as (session, watcher):
        await READS["history of a part of a text"](session)
    page = next(plan for sql, plan in watcher.plans if "outbox_state" in sql)
    assert "ix_message_text" in indexes(page)
    assert "ix_message_history" not in indexes(page)
