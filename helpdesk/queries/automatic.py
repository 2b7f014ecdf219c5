"""What divisions say to customers by themselves, and who is still to be told that all are busy."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.hours import OfficeHours
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import lock_conversations
from helpdesk.queries.rotas import DivisionKey
from helpdesk.shapes.setup import Window


class DivisionTexts(Struct, frozen=True, kw_only=True):
    """A division's texts, when it is open, and what they are filled in with on one device."""

    hours: OfficeHours
    greeting: str
    busy: str
    outside: str
    division_name: str
    device_name: str
    language: str


Place = tuple[UUID, UUID]
"""A division and a device."""


async def load_texts(
    session: AsyncSession, rows: Iterable[ConversationRow]
) -> dict[Place, DivisionTexts]:
    """Return what the divisions of these conversations say, where they say anything."""
    keys = sorted({(r.account_id, r.division_id, r.device.id) for r in rows if r.division_id})
    if not keys:
        return {}
    found = await fetch(
        session,
        """
        select d.id, e.id, coalesce(d.time_zone, a.time_zone), d.hours, d.holidays, d.greeting,
               d.busy_text, d.outside_text, d.name, e.name, a.language
        from unnest($1::uuid[], $2::uuid[], $3::uuid[]) v(account_id, division_id, device_id)
        join division d on d.account_id = v.account_id and d.id = v.division_id
        join device e on e.account_id = v.account_id and e.id = v.device_id
        join account a on a.id = v.account_id
        where d.greeting <> '' or d.busy_text <> '' or d.outside_text <> ''
        """,
        *(list(column) for column in zip(*keys, strict=True)),
    )
    return {
        (row[0], row[1]): DivisionTexts(
            hours=OfficeHours(
                time_zone=row[2],
                windows=msgspec.convert(row[3], list[Window]),
                holidays=msgspec.convert(row[4], list[date]),
            ),
            greeting=row[5],
            busy=row[6],
            outside=row[7],
            division_name=row[8],
            device_name=row[9],
            language=row[10],
        )
        for row in found
    }


async def list_untold(session: AsyncSession) -> list[DivisionKey]:
    """Return the divisions, of all accounts, with a customer to be told if nobody is free."""
    rows = await fetch(
        session,
        """
        select d.account_id, d.id from division d
        where d.deleted_at is null and exists (
          select from conversation c where c.account_id = d.account_id
            and c.division_id = d.id and c.status = 'waiting' and c.is_busy_due)
        order by d.account_id, d.id
        """,
    )
    return [(row[0], row[1]) for row in rows]


async def lock_untold(
    session: AsyncSession, account_id: UUID, division_id: UUID, *, limit: int
) -> list[ConversationRow]:
    """Lock a division's conversations whose customer is to be told if nobody is free.

    Call it under the division's lock.
    """
    found = await fetch(
        session,
        """
        select id from conversation
        where account_id = $1 and division_id = $2 and status = 'waiting' and is_busy_due
        order by waiting_since, waiting_number limit $3
        """,
        account_id,
        division_id,
        limit,
    )
    locked = await lock_conversations(session, [(account_id, row[0]) for row in found])
    return [
        row
        for row in locked.values()
        if row.status == "waiting" and row.division_id == division_id and row.is_busy_due
    ]
