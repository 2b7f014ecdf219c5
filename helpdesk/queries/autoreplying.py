"""What answering by itself needs: a device's autoreplies, what was said, what fills them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.message_rows import MEDIA_COLUMNS, media_out
from helpdesk.shapes.autoreplies import Trigger
from helpdesk.shapes.messages import Location, MediaOut, Poll
from helpdesk.shapes.rules import HoursCondition


class Candidate(Trigger, frozen=True):
    """An enabled autoreply with what it says, its template's content in place of its own.

    `rotator` is the N of its `rotator#N`; `time_zone` is the account's.
    """

    id: UUID
    device_id: UUID
    name: str
    text: str
    media: MediaOut | None
    location: Location | None
    poll: Poll | None
    template_id: UUID | None
    rotator: int | None
    gateway_kind: str
    time_zone: str


async def load_candidates(
    session: AsyncSession, devices: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, list[Candidate]]:
    """Return the autoreplies of devices, given as (account, id), that can answer, in their order.

    One whose template or rotator was deleted cannot.
    """
    pairs = sorted(set(devices))
    rows = await fetch(
        session,
        f"""
        select a.id, a.device_id, a.name, a.kind, a.words, a.pattern, a.hours,
               coalesce(t.text, a.text) as text, t.location, a.template_id,
               case when t.id is null then a.poll else t.poll end as poll,
               f.id as media_id, {MEDIA_COLUMNS},
               r.number as rotator, d.gateway_kind, c.time_zone
        from autoreply a
        join account c on c.id = a.account_id
        join device d on d.account_id = a.account_id and d.id = a.device_id
        left join template t on t.account_id = a.account_id and t.id = a.template_id
        left join rotator r on r.account_id = a.account_id and r.id = a.rotator_id
        left join media f on f.account_id = a.account_id
          and f.id = case when t.id is null then a.media_id else t.media_id end
        where (a.account_id, a.device_id) in (select * from unnest($1::uuid[], $2::uuid[]))
          and a.is_enabled and a.deleted_at is null and t.deleted_at is null
          and r.deleted_at is null
        order by a.position, a.id
        """,
        [account_id for account_id, _ in pairs],
        [device_id for _, device_id in pairs],
    )
    found: dict[UUID, list[Candidate]] = {}
    for row in rows:
        found.setdefault(row["device_id"], []).append(_candidate(row))
    return found


def _candidate(row: asyncpg.Record) -> Candidate:
    return Candidate(
        id=row["id"],
        device_id=row["device_id"],
        name=row["name"],
        kind=row["kind"],
        words=row["words"],
        pattern=row["pattern"],
        hours=msgspec.convert(row["hours"], HoursCondition | None),
        text=row["text"],
        media=media_out(row["media_id"], row) if row["media_id"] else None,
        location=msgspec.convert(row["location"], Location | None),
        poll=msgspec.convert(row["poll"], Poll | None),
        template_id=row["template_id"],
        rotator=row["rotator"],
        gateway_kind=row["gateway_kind"],
        time_zone=row["time_zone"],
    )


async def list_said(
    session: AsyncSession, rows: Iterable[ConversationRow], *, since: datetime
) -> dict[UUID, list[str]]:
    """Return what autoreplies said to the contacts of these locked conversations since a time.

    The texts are by conversation, and hold those of the same contact's earlier ones on its device.
    """
    given = sorted((row.account_id, row.id, row.device.id, row.address_id) for row in rows)
    found = await fetch(
        session,
        """
        select v.id, array(
          select m.text from conversation c join message m
            on m.account_id = c.account_id and m.conversation_id = c.id
          where c.account_id = v.account_id and c.contact_id = v.contact_id
            and c.device_id = v.device_id and c.last_message_at > $5
            and m.sort_at > $5 and m.direction = 'out' and m.sender_kind = 'system'
            and m.sender_id is not null)
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[])
          v(account_id, id, device_id, contact_id)
        """,
        *(list(column) for column in zip(*given, strict=True)),
        since,
    )
    return {row[0]: list(row[1]) for row in found}


class Filling(Struct, frozen=True):
    """What the variables of an answer are filled with in one conversation."""

    device_name: str
    division_name: str
    time_zone: str
    language: str
    fields: dict[str, str]
    """The contact's values by the fields' names, empty where it has none."""


async def load_fillings(
    session: AsyncSession, rows: Iterable[ConversationRow]
) -> dict[UUID, Filling]:
    """Return what fills answers in these conversations, by conversation."""
    given = [
        (row.account_id, row.id, row.device.id, row.contact.id, row.division_id) for row in rows
    ]
    found = await fetch(
        session,
        """
        select v.id, d.name, coalesce(o.name, ''), coalesce(o.time_zone, a.time_zone), a.language,
          coalesce((
            select jsonb_object_agg(f.name, coalesce(p.fields->>f.id::text, '')) from field f
            join contact p on p.account_id = f.account_id and p.id = v.contact_id
            where f.account_id = v.account_id and f.deleted_at is null), '{}')
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[])
          v(account_id, id, device_id, contact_id, division_id)
        join account a on a.id = v.account_id
        join device d on d.account_id = v.account_id and d.id = v.device_id
        left join division o on o.account_id = v.account_id and o.id = v.division_id
        """,
        *(list(column) for column in zip(*given, strict=True)),
    )
    return {row[0]: Filling(*row[1:]) for row in found}
