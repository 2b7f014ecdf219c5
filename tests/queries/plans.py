"""A database that is large enough for bad plans to show, and the plans of what runs on it."""

import re
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import ARRAY, JSON, Boolean, DateTime, LargeBinary, Text, Uuid
from sqlalchemy import Column as AnyColumn

from helpdesk.database import Database, Session
from helpdesk.tables import metadata

BIG = {"message", "contact", "conversation", "event", "outbox", "inbound", "reading", "mention"}
ACCOUNT = UUID("00000000-0000-0000-0000-0000000000aa")
CONVERSATIONS, MESSAGES = 20_000, 40_000
Plan = dict[str, Any]


def key(kind: str, number: int | str) -> str:
    """SQL for the id of the nth thing of a kind."""
    return f"md5('{kind}' || {number})::uuid"


def _value(column: "AnyColumn[Any]") -> str:
    if column.name == "account_id":
        return f"'{ACCOUNT}'::uuid"
    if column.nullable:
        return "null"
    kinds = {
        Uuid: key("any", "n"),
        Boolean: "false",
        DateTime: "now() - n * interval '1 second'",
        JSON: "'[]'",
        LargeBinary: "''::bytea",
        ARRAY: "'{}'",
        Text: "''",
    }
    return next((sql for kind, sql in kinds.items() if isinstance(column.type, kind)), "0")


def fill(table: str, count: int, **given: str) -> str:
    """SQL that stores so many rows; `given` are columns as SQL over `n`, the rest is plain."""
    columns = metadata.tables[table].columns
    values = [given.get(column.name, _value(column)) for column in columns]
    names = ", ".join(f'"{column.name}"' for column in columns)
    return (
        f'insert into "{table}" ({names}) '  # noqa: S608 - our own tables
        f"select {', '.join(values)} from generate_series(1, {count}) n"
    )


def _labels() -> str:
    """Every hundredth has one of ten labels."""
    named = f"jsonb_build_array({key('label', 'n / 100 % 10')}::text)"
    return f"case when n % 100 = 0 then {named} else '[]'::jsonb end"


def seed() -> Iterator[str]:
    """SQL for an account with 20,000 conversations, 40,000 messages, and all that goes with it.

    A tenth of the conversations is open, and a tenth of these waits.
    """
    status = """case when n % 100 = 0 then 'waiting' when n % 10 = 0 then 'assigned'
      else 'resolved' end"""
    yield fill("account", 1, id=f"'{ACCOUNT}'")
    yield fill("event_counter", 1, seq="20000")
    yield fill("division", 4, id=key("division", "n"), name="n::text", rotation="'full'",
               when_nobody="'wait'", cycle="1", cycle_start="1")  # fmt: skip
    yield fill("device", 4, id=key("device", "n"), token_digest="n::text::bytea",
               number="n::text", status="'connect'", gateway_kind="'simulated'",
               gateway_settings="'{}'", answer_source="'autoreply'")  # fmt: skip
    yield fill("agent", 40, id=key("agent", "n"), device_id=key("device", "1 + n % 4"),
               division_id=key("division", "1 + n % 4"), token_digest="n::text::bytea",
               is_enabled="true", open_limit="5", weight="1", sees="'division'")  # fmt: skip
    yield fill("node", 1, id=key("node", "n"), seen_at="now() + interval '1 hour'")
    yield fill("console", 40, id=key("console", "n"), agent_id=key("agent", "n"),
               node_id=key("node", 1))  # fmt: skip
    yield fill("contact", CONVERSATIONS, id=key("contact", "n"), kind="'person'", name="'C' || n",
               address="'62' || n", labels=_labels(), fields="'{}'")  # fmt: skip
    yield fill("conversation", CONVERSATIONS, id=key("conversation", "n"),
               device_id=key("device", "1 + n % 4"), contact_id=key("contact", "n"),
               division_id=key("division", "1 + n % 4"), status=status,
               assignee_id=f"case when n % 100 <> 0 then {key('agent', '1 + n % 40')} end",
               labels=_labels(),
               waiting_since="now() - n * interval '1 second'", waiting_number="n",
               resolved_at="now()")  # fmt: skip
    yield fill("message", MESSAGES, id=key("message", "n"), number="n",
               conversation_id=key("conversation", f"1 + n % {CONVERSATIONS}"),
               device_id=key("device", "1 + n % 4"), direction="'in'", kind="'text'",
               contact_id=key("contact", f"1 + n % {CONVERSATIONS}"), sender_kind="'contact'",
               text="'Order ' || n || ' is ready'", provider_id="'p' || n")  # fmt: skip
    yield fill("reading", CONVERSATIONS, reader_id=key("agent", "1 + n % 2"),
               conversation_id=key("conversation", "n"), read_number="1",
               read_at="now() - n * interval '1 second'")  # fmt: skip
    yield fill("mention", CONVERSATIONS, message_id=key("message", "n"),
               agent_id=key("agent", "1 + n % 40"), conversation_id=key("conversation", "n"),
               seen_at="case when n % 50 > 0 then now() end")  # fmt: skip
    yield fill("event", 20_000, seq="n", type="'message.received'", body="'{}'")
    yield fill("inbound", 20_000, id=key("inbound", "n"), device_id=key("device", "1 + n % 4"),
               key="'id:' || n", state="'stored'", message_id=key("message", "n"))  # fmt: skip
    yield fill("outbox", 20_000, message_id=key("message", "n"), number="n", state="'queued'",
               device_id=key("device", "1 + n % 4"), contact_id=key("contact", "n"),
               due_at="now() + (n - 50) * interval '1 minute'")  # fmt: skip


def _literal(value: Any) -> str:
    if isinstance(value, list | tuple):
        parts = ("null" if each is None else f'"{each}"' for each in value)
        return f"'{{{','.join(parts)}}}'"
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return "null" if value is None else str(value)
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return "'" + text.replace("'", "''") + "'"


@dataclass
class Watcher:
    """Stands before the driver: explains each statement, as the session plans it, then runs it."""

    driver: asyncpg.Connection
    plans: list[tuple[str, Plan]] = field(default_factory=list)

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Explain and run."""
        await self.driver.execute(f"prepare watched as {sql}")
        given = f"({', '.join(map(_literal, arguments))})" if arguments else ""
        text = await self.driver.fetchval(f"explain (format json) execute watched{given}")
        await self.driver.execute("deallocate watched")
        decoded = msgspec.json.decode(text) if isinstance(text, str) else text
        self.plans.append((sql, decoded[0]["Plan"]))
        rows: list[asyncpg.Record] = await self.driver.fetch(sql, *arguments)
        return rows

    def scans(self) -> set[str]:
        """The large tables that a statement reads from end to end."""
        return {table for _, plan in self.plans for table in whole_scans(plan)}


def whole_scans(plan: Mapping[str, Any]) -> Iterator[str]:
    """Yield the large tables that the plan reads whole: by sequence, or by an unbound index."""
    if plan.get("Relation Name") in BIG and plan["Node Type"] in {"Seq Scan", "Parallel Seq Scan"}:
        yield plan["Relation Name"]
    for child in plan.get("Plans", ()):
        yield from whole_scans(child)


def indexes(plan: Mapping[str, Any]) -> Iterator[str]:
    """Yield the indexes that the plan reads."""
    if "Index Name" in plan:
        yield plan["Index Name"]
    for child in plan.get("Plans", ()):
        yield from indexes(child)


def sorts(plan: Mapping[str, Any]) -> bool:
    """Whether something large is sorted: more rows than a page has."""
    is_sort = plan["Node Type"] == "Sort" and plan["Plan Rows"] > 1000
    return is_sort or any(sorts(child) for child in plan.get("Plans", ()))


@asynccontextmanager
async def watching(
    database: Database, *, is_reading: bool
) -> AsyncGenerator[tuple[Session, Watcher]]:
    """A transaction whose statements are explained; rolled back at the end."""
    if is_reading:
        async with database.reading(ACCOUNT) as session:
            watcher = session.info["driver"] = Watcher(session.info["driver"])
            yield session, watcher
        return
    async with database.unit_of_work(ACCOUNT) as work:
        watcher = work.session.info["driver"] = Watcher(work.session.info["driver"])
        yield work.session, watcher
        work.session.info["driver"] = watcher.driver


def normal(sql: str) -> str:
    """A statement in one line, for a message."""
    return re.sub(r"\s+", " ", sql).strip()[:120]
