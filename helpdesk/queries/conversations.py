"""Conversations as actions work on them: found, locked, inserted, stored."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct, field
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.shapes import (
    ContactRef,
    ConversationOut,
    ConversationStatus,
    DeviceRef,
    LastMessage,
    MessageOut,
)
from helpdesk.tables.conversation import Conversation

PREVIEW_CHARS = 200
_encoder = msgspec.json.Encoder()

CONVERSATION_COLUMNS = """
  c.account_id, c.id, c.device_id, d.number as device_number, c.contact_id,
  p.address as contact_number, p.name as contact_name, c.division_id, c.assignee_id, c.status,
  c.assignment, c.unread, c.labels, c.waiting_since, c.waiting_number, c.route_due_at,
  c.opened_at, c.resolved_at, c.last_message_at, c.last_message_id, m.direction, m.kind,
  left(m.text, 200) as last_text, m.status as last_status, m.sort_at
"""
CONVERSATION_JOINS = """
  join device d on d.account_id = c.account_id and d.id = c.device_id
  join contact p on p.account_id = c.account_id and p.id = c.contact_id
  left join message m on m.account_id = c.account_id and m.id = c.last_message_id
"""


class ConversationRow(Struct, kw_only=True):
    """A conversation under work: actions change it and store it again."""

    account_id: UUID
    id: UUID
    contact: ContactRef
    device: DeviceRef
    division_id: UUID | None = None
    assignee_id: UUID | None = None
    status: ConversationStatus = "unrouted"
    assignment: int = 0
    unread: int = 0
    labels: list[str] = field(default_factory=list)
    waiting_since: datetime | None = None
    waiting_number: int | None = None
    route_due_at: datetime | None = None
    opened_at: datetime
    resolved_at: datetime | None = None
    last_message_at: datetime
    last: LastMessage | None = None

    def out(self) -> ConversationOut:
        """Return the conversation as the API and the events show it."""
        return ConversationOut(
            id=self.id,
            contact=self.contact,
            device=self.device,
            division_id=self.division_id,
            assignee_id=self.assignee_id,
            status=self.status,
            unread=self.unread,
            last_message=self.last,
            waiting_since=self.waiting_since,
            labels=self.labels,
            opened_at=self.opened_at,
            resolved_at=self.resolved_at,
        )

    def show_last(self, message: MessageOut) -> None:
        """Take the message as the newest line, unless a newer one is there already."""
        if self.last and (message.sort_at < self.last.sort_at):
            return
        self.last = LastMessage(
            id=message.id,
            direction=message.direction,
            kind=message.kind,
            text=message.text[:PREVIEW_CHARS],
            status=message.status,
            sort_at=message.sort_at,
        )
        self.last_message_at = message.sort_at

    def columns(self) -> dict[str, Any]:
        """Return what is stored, by column."""
        return {
            "account_id": self.account_id,
            "id": self.id,
            "division_id": self.division_id,
            "assignee_id": self.assignee_id,
            "status": self.status,
            "assignment": self.assignment,
            "unread": self.unread,
            "labels": _json_texts(self.labels),
            "waiting_since": self.waiting_since,
            "waiting_number": self.waiting_number,
            "route_due_at": self.route_due_at,
            "resolved_at": self.resolved_at,
            "last_message_at": self.last_message_at,
            "last_message_id": self.last.id if self.last else None,
        }


def conversation_row(row: asyncpg.Record) -> ConversationRow:
    """Build a row from `CONVERSATION_COLUMNS`."""
    return ConversationRow(
        account_id=row["account_id"],
        id=row["id"],
        contact=ContactRef(
            id=row["contact_id"], name=row["contact_name"], number=row["contact_number"]
        ),
        device=DeviceRef(id=row["device_id"], number=row["device_number"]),
        division_id=row["division_id"],
        assignee_id=row["assignee_id"],
        status=row["status"],
        assignment=row["assignment"],
        unread=row["unread"],
        labels=row["labels"],
        waiting_since=row["waiting_since"],
        waiting_number=row["waiting_number"],
        route_due_at=row["route_due_at"],
        opened_at=row["opened_at"],
        resolved_at=row["resolved_at"],
        last_message_at=row["last_message_at"],
        last=_last(row),
    )


def _last(row: asyncpg.Record) -> LastMessage | None:
    if row["direction"] is None:
        return None
    return LastMessage(
        id=row["last_message_id"],
        direction=row["direction"],
        kind=row["kind"],
        text=row["last_text"],
        status=row["last_status"],
        sort_at=row["sort_at"],
    )


def _json_texts(texts: Sequence[str]) -> str:
    return _encoder.encode(texts).decode() if texts else "[]"


async def find_latest(
    session: AsyncSession, pairs: Sequence[tuple[UUID, UUID, UUID]]
) -> dict[tuple[UUID, UUID, UUID], UUID]:
    """Return the open conversation of each (account, device, contact), else the last resolved."""
    rows = await fetch(
        session,
        """
        select v.account_id, v.device_id, v.contact_id, coalesce(o.id, r.id)
        from unnest($1::uuid[], $2::uuid[], $3::uuid[]) v(account_id, device_id, contact_id)
        left join lateral (
          select c.id from conversation c
          where c.account_id = v.account_id and c.device_id = v.device_id
            and c.contact_id = v.contact_id and c.status <> 'resolved') o on true
        left join lateral (
          select c.id from conversation c
          where o.id is null and c.account_id = v.account_id and c.contact_id = v.contact_id
            and c.device_id = v.device_id and c.status = 'resolved'
          order by c.resolved_at desc limit 1) r on true
        where coalesce(o.id, r.id) is not null
        """,
        *(list(column) for column in zip(*pairs, strict=True)),
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


async def lock_conversations(
    session: AsyncSession, keys: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, ConversationRow]:
    """Lock conversations, given as (account, id), in one order, and return them by id.

    Every event that carries a conversation is made under this lock, so that a later event never
    carries an earlier state. Locked first and read after: a row that was waited for is joined with
    what its old version pointed at, if both are done in one statement.
    """
    pairs = sorted(set(keys))
    if not pairs:
        return {}
    await execute(
        session,
        """
        select from conversation
        where (account_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
        order by account_id, id for no key update
        """,
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )
    return await read_conversations(session, pairs)


async def read_conversations(
    session: AsyncSession, keys: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, ConversationRow]:
    """Return conversations, given as (account, id), by id, without a lock."""
    pairs = sorted(set(keys))
    if not pairs:
        return {}
    rows = await fetch(
        session,
        f"""
        select {CONVERSATION_COLUMNS} from conversation c {CONVERSATION_JOINS}
        where (c.account_id, c.id) in (select * from unnest($1::uuid[], $2::uuid[]))
        """,
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )
    return {row["id"]: conversation_row(row) for row in rows}


async def get_conversation(session: AsyncSession, account_id: UUID, id_: UUID) -> ConversationRow:
    """Read one conversation without a lock. Raises NotFound."""
    rows = await read_conversations(session, [(account_id, id_)])
    if id_ not in rows:
        raise NotFound("There is no such conversation.")
    return rows[id_]


async def lock_conversation(session: AsyncSession, account_id: UUID, id_: UUID) -> ConversationRow:
    """Lock one conversation. Raises NotFound."""
    rows = await lock_conversations(session, [(account_id, id_)])
    if id_ not in rows:
        raise NotFound("There is no such conversation.")
    return rows[id_]


async def list_open_of(
    session: AsyncSession, contacts: Iterable[tuple[UUID, UUID]]
) -> list[tuple[UUID, UUID]]:
    """Return the open conversations of contacts, both as (account, id)."""
    pairs = sorted(set(contacts))
    if not pairs:
        return []
    rows = await fetch(
        session,
        """
        select account_id, id from conversation
        where (account_id, contact_id) in (select * from unnest($1::uuid[], $2::uuid[]))
          and status <> 'resolved'
        """,
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )
    return [(row[0], row[1]) for row in rows]


async def list_owned(session: AsyncSession, account_id: UUID, agent_id: UUID) -> list[UUID]:
    """Return the open conversations of an agent."""
    rows = await fetch(
        session,
        """
        select id from conversation
        where account_id = $1 and assignee_id = $2 and status <> 'resolved'
        """,
        account_id,
        agent_id,
    )
    return [row[0] for row in rows]


async def lock_waiting(
    session: AsyncSession, account_id: UUID, division_id: UUID, *, limit: int
) -> list[ConversationRow]:
    """Lock a division's waiting conversations, longest waiting first.

    Those that somebody is working on right now are left for the next time, and so is everything
    behind them: the order holds. Call it under the division's lock.
    """
    first = await fetch(
        session,
        """
        select id from conversation
        where account_id = $1 and division_id = $2 and status = 'waiting'
        order by waiting_since, waiting_number limit $3
        """,
        account_id,
        division_id,
        limit,
    )
    locked = await lock_conversations(session, [(account_id, row[0]) for row in first])
    waiting = [row for row in locked.values() if row.status == "waiting"]
    return sorted(waiting, key=queue_place)


async def lock_due(session: AsyncSession, *, limit: int) -> list[ConversationRow]:
    """Lock conversations, of all accounts, whose routing is due: after a fault, or where the
    division they wait in is gone. Those that somebody is working on are left for the next time."""
    rows = await fetch(
        session,
        """
        select c.account_id, c.id from conversation c
        where c.route_due_at <= clock_timestamp() and c.status in ('unrouted', 'waiting')
          or c.status = 'waiting' and exists (
            select from division d where d.account_id = c.account_id and d.id = c.division_id
              and d.deleted_at is not null)
        order by c.account_id, c.id limit $1 for no key update of c skip locked
        """,
        limit,
    )
    found = await read_conversations(session, [(row[0], row[1]) for row in rows])
    return list(found.values())


def queue_place(row: ConversationRow) -> tuple[datetime, int]:
    """Return the place in the queue: time of the first unanswered message, then its number."""
    return (row.waiting_since or row.opened_at, row.waiting_number or 0)


async def insert_conversations(session: AsyncSession, rows: Sequence[ConversationRow]) -> None:
    """Insert new conversations."""
    await insert_rows(
        session,
        Conversation,
        [
            row.columns()
            | {
                "device_id": row.device.id,
                "contact_id": row.contact.id,
                "opened_at": row.opened_at,
            }
            for row in rows
        ],
    )


async def store_conversations(session: AsyncSession, rows: Sequence[ConversationRow]) -> None:
    """Store locked conversations as they were changed."""
    await update_rows(session, Conversation, [row.columns() for row in rows])
