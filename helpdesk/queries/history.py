"""All messages of an account, newest first, whatever conversation they are in, or none."""

import re
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import asyncpg
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.queries.inbox import number_pattern, pattern
from helpdesk.queries.message_rows import MESSAGE_COLUMNS, message_out
from helpdesk.shapes.history import HistoryContact, HistoryLine, HistoryStatus
from helpdesk.shapes.messages import QueuedOut
from helpdesk.shapes.words import Direction

NUMBER = re.compile(r"[+0-9][0-9 ().-]*")
LARGEST_ID = 2**63 - 1
FEW_CONTACTS = 200


class WantedMessages(Struct, frozen=True, kw_only=True):
    """Which messages: narrowed down by filters, `since` included, `until` not.

    `search` is a message's id, or its number as `/send` answers it, or a part of the contact's
    number, or else a part of the text or of the contact's name.
    """

    device_id: UUID | None = None
    broadcast_id: UUID | None = None
    direction: Direction | None = None
    status: HistoryStatus | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""


async def list_history(
    session: AsyncSession,
    account_id: UUID,
    wanted: WantedMessages,
    *,
    before: tuple[datetime, int] | None = None,
    limit: int,
) -> list[HistoryLine]:
    """Return messages, notes left out, newest first, older than `(sort_at, number)`.

    The page is found first and then completed, so that nothing is joined for what is not shown.
    """
    arguments: list[Any] = [account_id]
    conditions = _conditions(wanted, before, arguments)
    if wanted.search.strip():
        conditions += await _found(session, wanted.search.strip(), arguments)
    narrowed = "".join(f" and {each}" for each in conditions)
    arguments.append(limit)
    rows = await fetch(
        session,
        f"""
        select {MESSAGE_COLUMNS}, p.address, k.id as person_id, k.name as person_name,
          o.state as outbox_state, o.due_at, o.scheduled_at, o.attempt as attempts,
          coalesce(o.last_error, '') as last_error,
          o.state in ('queued', 'paused') and o.expired_leases = 0 as is_changeable
        from (
          select m.* from message m
          where m.account_id = $1 and m.direction <> 'note' {narrowed}
          order by m.sort_at desc, m.number desc limit ${len(arguments)}) m
        left join media f on f.account_id = m.account_id and f.id = m.media_id
        join contact p on p.account_id = m.account_id and p.id = m.contact_id
        join contact k on k.account_id = p.account_id and k.id = coalesce(p.merged_into_id, p.id)
        left join outbox o on o.account_id = m.account_id and o.message_id = m.id
        order by m.sort_at desc, m.number desc
        """,
        *arguments,
    )
    return [_line(row) for row in rows]


def _conditions(
    wanted: WantedMessages, before: tuple[datetime, int] | None, arguments: list[Any]
) -> list[str]:
    """Return the conditions that are asked for, and add what they name to the arguments.

    Only these are in the statement, so that PostgreSQL takes the index that fits them.
    """

    plain = (
        ("m.device_id = {}::uuid", wanted.device_id),
        ("m.broadcast_id = {}::uuid", wanted.broadcast_id),
        ("m.sort_at >= {}::timestamptz", wanted.since),
        ("m.sort_at < {}::timestamptz", wanted.until),
    )
    found = [condition.format(_given(arguments, value)) for condition, value in plain if value]
    found += [_STATUSES[wanted.status]] if wanted.status else []
    found += [f"m.direction = '{wanted.direction}'"] if wanted.direction else []
    if before:
        sort_at, number = (_given(arguments, value) for value in before)
        found.append(f"(m.sort_at, m.number) < ({sort_at}::timestamptz, {number}::bigint)")
    return found


async def _found(session: AsyncSession, search: str, arguments: list[Any]) -> list[str]:
    """Return the condition for what somebody looks for."""
    try:
        return [f"m.id = {_given(arguments, UUID(search))}::uuid"]
    except ValueError:
        pass
    ways = []
    if search.isdecimal() and int(search) <= LARGEST_ID:
        ways.append(f"m.number = {_given(arguments, int(search))}::bigint")
    number = number_pattern(search) if NUMBER.fullmatch(search) else None
    if number:
        ways.append(await _of_contacts(session, "k.address like", number, arguments))
    elif not ways:
        part = pattern(search)
        ways.append(f"m.text ilike {_given(arguments, part)}")
        ways.append(await _of_contacts(session, "k.name ilike", part, arguments))
    return [f"({' or '.join(ways)})"]


async def _of_contacts(
    session: AsyncSession, condition: str, part: str, arguments: list[Any]
) -> str:
    """Return the condition that a message is of such contacts; `condition` is on `k`.

    Few are named, so that an index finds their messages; of many some message comes soon.
    """

    def numbers(parameter: str) -> str:
        return f"""
          select k.id from contact k where k.account_id = $1 and {condition} {parameter}
          union all
          select r.id from contact k join contact r
            on r.account_id = k.account_id and r.merged_into_id = k.id
          where k.account_id = $1 and {condition} {parameter}"""

    few = FEW_CONTACTS + 1
    rows = await fetch(session, f"{numbers('$2')} limit $3", arguments[0], part, few)
    if len(rows) < few:
        return f"m.contact_id = any({_given(arguments, [row[0] for row in rows])}::uuid[])"
    return f"m.contact_id in ({numbers(_given(arguments, part))})"


def _given(arguments: list[Any], value: object) -> str:
    """Return the parameter that stands for one more argument."""
    arguments.append(value)
    return f"${len(arguments)}"


_STATUSES: dict[HistoryStatus, str] = {
    **{word: f"m.status = '{word}'" for word in get_args(HistoryStatus)},
    "failed": "m.status = 'failed' and m.failure <> 'cancelled'",
    "cancelled": "m.status = 'failed' and m.failure = 'cancelled'",
}


def _line(row: asyncpg.Record) -> HistoryLine:
    named = HistoryContact(
        id=row["person_id"], name=row["person_name"] or "", number=row["address"]
    )
    queued = None
    if row["outbox_state"]:
        columns = ("due_at", "scheduled_at", "attempts", "last_error", "is_changeable")
        shown = {name: row[name] for name in columns}
        queued = QueuedOut(message_id=row["id"], state=row["outbox_state"], **shown)
    return HistoryLine(message=message_out(row), contact=named, queued=queued)
