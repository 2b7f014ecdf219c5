"""Conversations as actions work on them: found, locked, inserted, stored."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch, in_parts
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.queries.conversation_rows import (
    CONVERSATION_COLUMNS,
    CONVERSATION_JOINS,
    ConversationRow,
    conversation_row,
)
from helpdesk.tables.conversation import Conversation

_LATEST = """
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
"""


async def find_latest(
    session: AsyncSession, pairs: Sequence[tuple[UUID, UUID, UUID]]
) -> dict[tuple[UUID, UUID, UUID], UUID]:
    """Return the open conversation of each (account, device, contact), else the last resolved.

    The contact is the row of the number that the conversation is held with.
    """
    rows = []
    for part in in_parts(pairs):
        rows += await fetch(session, _LATEST, *(list(column) for column in zip(*part, strict=True)))
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
    for part in in_parts(pairs):
        await execute(
            session,
            """
            select from conversation
            where (account_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
            order by account_id, id for no key update
            """,
            [account_id for account_id, _ in part],
            [id_ for _, id_ in part],
        )
    return await read_conversations(session, pairs)


async def read_conversations(
    session: AsyncSession, keys: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, ConversationRow]:
    """Return conversations, given as (account, id), by id, without a lock."""
    found: dict[UUID, ConversationRow] = {}
    for part in in_parts(sorted(set(keys))):
        rows = await fetch(
            session,
            f"""
            select {CONVERSATION_COLUMNS} from unnest($1::uuid[], $2::uuid[]) k(account_id, id)
            join lateral (select * from conversation
              where account_id = k.account_id and id = k.id limit 1) c on true {CONVERSATION_JOINS}
            """,
            [account_id for account_id, _ in part],
            [id_ for _, id_ in part],
        )
        found |= {row["id"]: conversation_row(row) for row in rows}
    return found


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


async def lock_waiting(
    session: AsyncSession, account_id: UUID, division_id: UUID, *, limit: int
) -> list[ConversationRow]:
    """Lock a division's waiting conversations, longest waiting first.

    Those that somebody is working on right now are waited for, and left out if they were given to
    somebody or to another division meanwhile. Call it under the division's lock.
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
    waiting = (
        row for row in locked.values() if row.status == "waiting" and row.division_id == division_id
    )
    return sorted(waiting, key=queue_place)


async def lock_due(session: AsyncSession, *, limit: int) -> list[ConversationRow]:
    """Lock conversations, of all accounts, whose routing is due: after a fault, or where the
    division they wait in is gone. Those that somebody is working on are left for the next time."""
    rows = await fetch(
        session,
        """
        select c.account_id, c.id from conversation c
        where c.route_due_at <= statement_timestamp() and c.status in ('unrouted', 'waiting')
          or c.status = 'waiting' and exists (
            select from division d where d.account_id = c.account_id and d.id = c.division_id
              and d.deleted_at is not null)
        order by c.route_due_at limit $1 for no key update of c skip locked
        """,
        limit,
    )
    found = await read_conversations(session, [(row[0], row[1]) for row in rows])
    return list(found.values())


async def lock_menus_due(session: AsyncSession, *, limit: int) -> list[ConversationRow]:
    """Lock conversations, of all accounts, whose menu was not answered in time. Those that
    somebody is working on are left for the next time."""
    rows = await fetch(
        session,
        """
        select account_id, id from conversation
        where menu_due_at <= statement_timestamp() and status = 'unrouted'
        order by menu_due_at limit $1 for no key update skip locked
        """,
        limit,
    )
    found = await read_conversations(session, [(row[0], row[1]) for row in rows])
    return list(found.values())


async def lock_snoozed(session: AsyncSession, *, limit: int) -> list[ConversationRow]:
    """Lock conversations, of all accounts, that were snoozed until now, the earliest first.

    Those that somebody is working on are left for the next time.
    """
    rows = await fetch(
        session,
        """
        select account_id, id from conversation where snoozed_until <= statement_timestamp()
        order by snoozed_until limit $1 for no key update skip locked
        """,
        limit,
    )
    found = await read_conversations(session, [(row[0], row[1]) for row in rows])
    return list(found.values())


async def recount_waiting(session: AsyncSession, keys: Iterable[tuple[UUID, UUID]]) -> None:
    """Set since when open, locked conversations, given as (account, id), wait for an answer.

    That is the first message after our last one that did not fail, and after the last resolving.
    What the server itself sent is no answer, nor what went to a number as a broadcast or from a
    program, which names a `client_id` only where it answers; what the device's phone wrote is one.
    Without an owner it keeps its place in the queue.
    """
    pairs = sorted(set(keys))
    if not pairs:
        return
    await execute(
        session,
        """
        update conversation c set unanswered_since = w.sort_at,
          waiting_since = case when c.assignee_id is null then c.waiting_since else w.sort_at end,
          waiting_number = case when c.assignee_id is null then c.waiting_number else w.number end
        from unnest($1::uuid[], $2::uuid[]) k(account_id, id)
        left join lateral (
          select e.at from event e
          where e.account_id = k.account_id and e.conversation_id = k.id
            and e.type like 'conversation.%' and e.type <> 'conversation.updated'
            and e.type = 'conversation.resolved'
          order by e.seq desc limit 1) r on true
        left join lateral (
          select m.sort_at, m.number from message m
          where m.account_id = k.account_id and m.conversation_id = k.id
            and m.direction = 'out' and m.status <> 'failed'
            and (m.sender_kind in ('agent', 'user') and m.broadcast_id is null
              or m.client_id is not null or m.is_from_phone)
          order by m.sort_at desc, m.number desc limit 1) a on true
        left join lateral (
          select m.sort_at, m.number from message m
          where m.account_id = k.account_id and m.conversation_id = k.id and m.direction = 'in'
            and (a.number is null or (m.sort_at, m.number) > (a.sort_at, a.number))
            and (r.at is null or m.created_at > r.at)
          order by m.sort_at, m.number limit 1) w on true
        where c.account_id = k.account_id and c.id = k.id and c.status <> 'resolved'
        """,
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )


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
                "contact_id": row.address_id,
                "opened_at": row.opened_at,
            }
            for row in rows
        ],
    )


async def store_conversations(session: AsyncSession, rows: Sequence[ConversationRow]) -> None:
    """Store locked conversations as they were changed."""
    await update_rows(session, Conversation, [row.columns() for row in rows])
