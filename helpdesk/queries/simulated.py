"""The simulated phone: what arrived there, what was written on it, and what goes wrong."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct, structs
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.gateways.simulated import Trouble
from helpdesk.queries.bulk import insert_rows
from helpdesk.queries.messages import find_messages
from helpdesk.shapes.messages import MessageOut
from helpdesk.tables.simulated import SimulatedMessage

UNCONFIRMED_AMONG = 200
"""Of a device's messages, the newest so many are looked at for what needs a receipt."""


class Line(Struct, frozen=True, kw_only=True):
    """One line on the phone: written there (`is_own`), or arrived.

    `is_read`: by an agent where it is the customer's own, as far as the device shows that, else by
    the customer. `hook_id` is the id that the phone gave its own message. Only what arrived
    `has_preview` of its link.
    """

    message: MessageOut
    at: datetime
    is_own: bool
    is_read: bool
    hook_id: str | None
    has_preview: bool


class Chat(Struct, frozen=True, kw_only=True):
    """What one customer's phone shows of a device: `unread` lines, and the last one."""

    number: str
    name: str
    unread: int
    last: Line


async def insert_shown(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert a message unless its reference is there."""
    await insert_rows(session, SimulatedMessage, [columns], on_conflict="do nothing")


async def list_shown(
    session: AsyncSession, account_id: UUID, device_id: UUID, *, address: str, limit: int
) -> list[dict[str, Any]]:
    """Return what a simulated customer got, newest first."""
    rows = await fetch(
        session,
        """
        select s.reference, s.content, s.created_at from simulated_message s
        where s.account_id = $1 and s.device_id = $2 and s.address = $3
        order by s.created_at desc limit $4
        """,
        account_id,
        device_id,
        address,
        limit,
    )
    return [{"at": row["created_at"], **row["content"]} for row in rows]


_MESSAGE_OF = """
join message m on m.account_id = s.account_id
  and m.id = case when s.reference ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                  then s.reference::uuid end
"""
_LINES = f"""
select m.id, m.number, m.sort_at as at, true as is_own, null as arrived,
  false as has_preview,
  row_number() over (partition by m.conversation_id order by m.sort_at desc, m.number desc)
    > coalesce(c.unread, 0) and not d.is_read_silent as is_read
from contact p
join device d on d.account_id = p.account_id and d.id = $2
join message m on m.account_id = p.account_id and m.contact_id = p.id and m.device_id = $2
  and m.direction = 'in'
left join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
where p.account_id = $1 and p.address = chat.address
union all
select m.id, m.number, s.created_at, false, s.content->>'text',
  coalesce((s.content->>'has_preview')::boolean, true), m.status = 'read'
from simulated_message s {_MESSAGE_OF}
where s.account_id = $1 and s.device_id = $2 and s.address = chat.address
"""


async def list_lines(
    session: AsyncSession,
    account_id: UUID,
    device_id: UUID,
    *,
    address: str,
    before: tuple[datetime, int] | None = None,
    limit: int,
) -> list[Line]:
    """Return both sides of a chat as the customer's phone has it, newest first."""
    at, number = before or (None, None)
    rows = await fetch(
        session,
        f"""
        select l.*,
          (select substring(i.key from 4) from inbound i
           where l.is_own and i.account_id = $1 and i.id = l.id and i.key like 'id:%') as hook_id
        from (select $3::text as address) chat cross join lateral ({_LINES}) l
        where $4::timestamptz is null or (l.at, l.number) < ($4, $5::bigint)
        order by l.at desc, l.number desc limit $6
        """,
        account_id,
        device_id,
        address,
        at,
        number,
        limit,
    )
    messages = await find_messages(session, [(account_id, row["id"]) for row in rows])
    return [_line(row, messages, hook_id=row["hook_id"]) for row in rows]


async def list_chats(
    session: AsyncSession, account_id: UUID, device_id: UUID, *, limit: int
) -> list[Chat]:
    """Return the chats of a device's customers, the newest first; groups have no phone."""
    rows = await fetch(
        session,
        f"""
        with chat as materialized (
          select address, max(at) as newest_at from (
            (select p.address, c.last_message_at as at
             from conversation c
             join contact p on p.account_id = c.account_id and p.id = c.contact_id
             where c.account_id = $1 and c.device_id = $2 and p.kind = 'person'
             order by c.last_message_at desc limit $3)
            union all
            (select s.address, s.created_at from simulated_message s
             where s.account_id = $1 and s.device_id = $2
             order by s.created_at desc limit $3 * 4)) v
          where address not like '%@%'
          group by address order by newest_at desc limit $3)
        select chat.address, coalesce(p.name, '') as name, l.*,
          (select count(*) from simulated_message s {_MESSAGE_OF}
           where s.account_id = $1 and s.device_id = $2 and s.address = chat.address
             and m.status in ('sent', 'delivered')) as unread
        from chat
        left join contact p on p.account_id = $1 and p.address = chat.address
        cross join lateral (
          select * from ({_LINES}) l order by l.at desc, l.number desc limit 1) l
        order by chat.newest_at desc
        """,
        account_id,
        device_id,
        limit,
    )
    messages = await find_messages(session, [(account_id, row["id"]) for row in rows])
    return [
        Chat(
            number=row["address"],
            name=row["name"],
            unread=row["unread"],
            last=_line(row, messages, hook_id=None),
        )
        for row in rows
    ]


def _line(row: asyncpg.Record, messages: Mapping[UUID, MessageOut], *, hook_id: str | None) -> Line:
    message = messages[row["id"]]
    if row["arrived"] is not None:
        message = structs.replace(message, text=row["arrived"])  # what the customer sees
    return Line(
        message=message,
        at=row["at"],
        is_own=row["is_own"],
        is_read=row["is_read"],
        hook_id=hook_id,
        has_preview=row["has_preview"],
    )


async def list_unconfirmed(session: AsyncSession, account_id: UUID, device_id: UUID) -> list[UUID]:
    """Return what arrived lately on a device's customers' phones and has no receipt yet."""
    rows = await fetch(
        session,
        f"""
        select m.id from (
          select s.account_id, s.reference, s.created_at from simulated_message s
          where s.account_id = $1 and s.device_id = $2
          order by s.created_at desc limit $3) s {_MESSAGE_OF}
        where m.status = 'sent' order by s.created_at
        """,
        account_id,
        device_id,
        UNCONFIRMED_AMONG,
    )
    return [row[0] for row in rows]


_TROUBLE = """
select d.status = 'disconnect' as is_disconnected, {refused} as is_refused,
  coalesce(t.is_answer_lost, false) as is_answer_lost, coalesce(t.slow_seconds, 0) as slow_seconds
from device d
left join simulated_device t on t.account_id = d.account_id and t.device_id = d.id
where d.account_id = $1 and d.id = $2
"""


async def find_trouble(session: AsyncSession, account_id: UUID, device_id: UUID) -> Trouble:
    """Return what is switched on for a device."""
    rows = await fetch(
        session,
        _TROUBLE.format(refused="coalesce(t.is_next_refused, false)"),
        account_id,
        device_id,
    )
    return Trouble(**dict(rows[0]))


async def claim_trouble(session: AsyncSession, account_id: UUID, device_id: UUID) -> Trouble:
    """Return what goes wrong with one send; only one of them is refused."""
    rows = await fetch(
        session,
        """
        with refused as (
          update simulated_device t set is_next_refused = false
          from device d where d.account_id = t.account_id and d.id = t.device_id
            and t.account_id = $1 and t.device_id = $2 and t.is_next_refused
            and d.status = 'connect' returning 1)
        """
        + _TROUBLE.format(refused="exists (select from refused)"),
        account_id,
        device_id,
    )
    return Trouble(**dict(rows[0]))


async def set_trouble(
    session: AsyncSession,
    account_id: UUID,
    device_id: UUID,
    *,
    slow_seconds: int | None,
    is_answer_lost: bool | None,
    is_next_refused: bool | None,
) -> None:
    """Store switches; None leaves one as it is."""
    await fetch(
        session,
        """
        insert into simulated_device as t
          (account_id, device_id, slow_seconds, is_answer_lost, is_next_refused)
        values ($1, $2, coalesce($3::int, 0), coalesce($4::bool, false), coalesce($5::bool, false))
        on conflict (account_id, device_id) do update set
          slow_seconds = coalesce($3::int, t.slow_seconds),
          is_answer_lost = coalesce($4::bool, t.is_answer_lost),
          is_next_refused = coalesce($5::bool, t.is_next_refused)
        """,
        account_id,
        device_id,
        slow_seconds,
        is_answer_lost,
        is_next_refused,
    )
