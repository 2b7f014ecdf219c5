"""Messages: inserted in batches, found, and what became of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.queries.bulk import insert_rows
from helpdesk.queries.message_rows import MESSAGE_SELECT, message_out
from helpdesk.shapes.messages import MessageOut
from helpdesk.tables.message import Message

_encoder = msgspec.json.Encoder()


async def next_numbers(session: AsyncSession, count: int) -> list[int]:
    """Draw message numbers."""
    rows = await fetch(
        session, "select nextval('message_number') from generate_series(1, $1::int)", count
    )
    return [row[0] for row in rows]


async def next_request_number(session: AsyncSession) -> int:
    """Draw the number of a request to send."""
    return int((await fetch(session, "select nextval('request_number')"))[0][0])


async def insert_messages(
    session: AsyncSession, messages: Iterable[tuple[UUID, MessageOut]]
) -> None:
    """Insert messages, given with their account."""
    await insert_rows(session, Message, (_columns(*message) for message in messages))


def _columns(account_id: UUID, message: MessageOut) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "id": message.id,
        "number": message.number,
        "conversation_id": message.conversation_id,
        "device_id": message.device_id,
        "contact_id": message.contact_id,
        "member_contact_id": message.member_id,
        "direction": message.direction,
        "kind": message.kind,
        "text": message.text,
        "media_id": message.media.id if message.media else None,
        "location": _json(message.location),
        "poll": _json(message.poll),
        "choices": _json(message.choices) if message.choices else "[]",
        "status": message.status,
        "failure": message.failure,
        "client_id": message.client_id,
        "sender_kind": message.sender.kind,
        "sender_id": message.sender.id,
        "sender_name": message.sender.name,
        "reply_to": message.reply_to,
        "is_from_phone": message.is_from_phone,
        "is_possible_repeat": message.is_possible_repeat,
        "is_forwarded": message.is_forwarded,
        "is_deleted": message.is_deleted,
        "edited_at": message.edited_at,
        "reactions": _json(message.reactions) if message.reactions else "[]",
        "sort_at": message.sort_at,
        "created_at": message.created_at,
        "broadcast_id": message.broadcast_id,
    }


def _json(value: object) -> str | None:
    return None if value is None else _encoder.encode(value).decode()


async def list_messages(
    session: AsyncSession,
    account_id: UUID,
    conversation_id: UUID,
    *,
    before: tuple[datetime, int] | None = None,
    has_notes: bool = True,
    limit: int = 50,
) -> list[MessageOut]:
    """Return a conversation's messages, newest first, older than `(sort_at, number)`."""
    sort_at, number = before or (None, None)
    rows = await fetch(
        session,
        MESSAGE_SELECT
        + """
        where m.account_id = $1 and m.conversation_id = $2
          and ($3::timestamptz is null or (m.sort_at, m.number) < ($3, $4::bigint))
          and (m.direction <> 'note' or $6::boolean)
        order by m.sort_at desc, m.number desc limit $5
        """,
        account_id,
        conversation_id,
        sort_at,
        number,
        limit,
        has_notes,
    )
    return [message_out(row) for row in rows]


async def list_newer_messages(
    session: AsyncSession,
    account_id: UUID,
    conversation_id: UUID,
    *,
    after: tuple[datetime, int],
    has_notes: bool = True,
    limit: int,
) -> list[MessageOut]:
    """Return those of a conversation's messages that follow `(sort_at, number)`, newest first."""
    rows = await fetch(
        session,
        MESSAGE_SELECT
        + """
        where m.account_id = $1 and m.conversation_id = $2
          and (m.sort_at, m.number) > ($3::timestamptz, $4::bigint)
          and (m.direction <> 'note' or $6::boolean)
        order by m.sort_at, m.number limit $5
        """,
        account_id,
        conversation_id,
        *after,
        limit,
        has_notes,
    )
    return [message_out(row) for row in reversed(rows)]


async def list_crossing(
    session: AsyncSession,
    account_id: UUID,
    conversation_id: UUID,
    *,
    after: int,
    writer_id: UUID,
    limit: int,
) -> list[MessageOut]:
    """Return what others wrote in a conversation after the message with a number, oldest first.

    Later is what came later, wherever its time puts it. Only the newest 200 lines are looked at.
    """
    rows = await fetch(
        session,
        f"""
        with newest as (
          select id from message where account_id = $1 and conversation_id = $2
          order by sort_at desc, number desc limit 200)
        {MESSAGE_SELECT} where m.account_id = $1 and m.id in (select id from newest)
          and m.number > $3 and (m.direction = 'in' or m.sender_id is distinct from $4)
          and m.sender_kind <> 'system'
        order by m.number limit $5
        """,
        account_id,
        conversation_id,
        after,
        writer_id,
        limit,
    )
    return [message_out(row) for row in rows]


async def find_messages(
    session: AsyncSession, keys: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, MessageOut]:
    """Return messages, given as (account, id), by id."""
    pairs = list(keys)
    rows = await fetch(
        session,
        MESSAGE_SELECT
        + " where (m.account_id, m.id) in (select * from unnest($1::uuid[], $2::uuid[]))",
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )
    return {row["id"]: message_out(row) for row in rows}


async def count_sent(session: AsyncSession, account_id: UUID) -> dict[UUID, int]:
    """Return how many messages the gateway took from each device of the account, ever."""
    rows = await fetch(
        session,
        """
        select device_id, count(*) from message
        where account_id = $1 and provider_id is not null group by device_id
        """,
        account_id,
    )
    return {row[0]: row[1] for row in rows}


async def find_received(
    session: AsyncSession, account_id: UUID, numbers: Iterable[int]
) -> dict[tuple[int, UUID, UUID], UUID]:
    """Return messages that came in, given by number, by (number, device, contact)."""
    rows = await fetch(
        session,
        """
        select number, device_id, contact_id, id from message
        where account_id = $1 and number = any($2::bigint[]) and direction = 'in'
        """,
        account_id,
        list(numbers),
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


async def last_inbound_texts(
    session: AsyncSession, keys: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, str]:
    """Return the text, or vote, of the newest inbound message by conversation (account, id)."""
    pairs = list(keys)
    rows = await fetch(
        session,
        """
        select v.id, m.text from unnest($1::uuid[], $2::uuid[]) v(account_id, id)
        cross join lateral (
          select coalesce(nullif(m.text, ''), m.choices->>0, '') as text from message m
          where m.account_id = v.account_id and m.conversation_id = v.id and m.direction = 'in'
          order by m.sort_at desc, m.number desc limit 1) m
        """,
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )
    return {row[0]: row[1] for row in rows}


async def set_delivery(
    session: AsyncSession,
    account_id: UUID,
    id_: UUID,
    *,
    status: str,
    failure: str = "",
    provider_id: str | None = None,
    state_id: str | None = None,
) -> None:
    """Store what became of a message that was sent."""
    await execute(
        session,
        """
        update message set status = $3, failure = $4,
          provider_id = coalesce($5, provider_id), state_id = coalesce($6, state_id)
        where account_id = $1 and id = $2
        """,
        account_id,
        id_,
        status,
        failure,
        provider_id,
        state_id,
    )
