"""Templates, and the fields that fill them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.message_rows import MEDIA_COLUMNS, media_out
from helpdesk.shapes.messages import Location, Poll
from helpdesk.shapes.setup import TemplateBrief, TemplateOut
from helpdesk.tables.template import Template, TemplateDivision

_SELECT = f"""
select t.id, t.name, t.shortcut, t.text, t.location, t.poll, t.deleted_at,
       t.uses, t.last_used_at,
       t.media_id, {MEDIA_COLUMNS},
       array(select v.division_id from template_division v
             where v.account_id = t.account_id and v.template_id = t.id order by 1) as division_ids
from template t left join media f on f.account_id = t.account_id and f.id = t.media_id
"""


async def find_template(session: AsyncSession, account_id: UUID, id_: UUID) -> TemplateOut | None:
    """Return one template, also a deleted one, or None."""
    rows = await fetch(session, _SELECT + " where t.account_id = $1 and t.id = $2", account_id, id_)
    return _out(rows[0]) if rows else None


async def get_template(session: AsyncSession, account_id: UUID, id_: UUID) -> TemplateOut:
    """Return one living template. Raises NotFound."""
    template = await find_template(session, account_id, id_)
    if template is None or template.is_deleted:
        raise NotFound("There is no such template.")
    return template


async def lock_template(session: AsyncSession, account_id: UUID, id_: UUID) -> TemplateOut:
    """Lock one living template. Raises NotFound."""
    await execute(
        session,
        """
        select from template where account_id = $1 and id = $2 and deleted_at is null
        for no key update
        """,
        account_id,
        id_,
    )
    return await get_template(session, account_id, id_)


async def list_templates(
    session: AsyncSession,
    account_id: UUID,
    *,
    after: UUID | None = None,
    limit: int | None = None,
) -> list[TemplateOut]:
    """Return living templates in the order of their making."""
    rows = await fetch(
        session,
        _SELECT
        + """
        where t.account_id = $1 and t.deleted_at is null and ($2::uuid is null or t.id > $2)
        order by t.id limit $3
        """,
        account_id,
        after,
        limit,
    )
    return [_out(row) for row in rows]


async def count_templates(session: AsyncSession, account_id: UUID) -> int:
    """Return how many living templates there are."""
    living = "select count(*) from template where account_id = $1 and deleted_at is null"
    return int((await fetch(session, living, account_id))[0][0])


def _out(row: asyncpg.Record) -> TemplateOut:
    return TemplateOut(
        id=row["id"],
        name=row["name"],
        shortcut=row["shortcut"],
        text=row["text"],
        attachment=_attachment(row),
        location=msgspec.convert(row["location"], Location | None),
        poll=msgspec.convert(row["poll"], Poll | None),
        division_ids=list(row["division_ids"]),
        is_deleted=row["deleted_at"] is not None,
        uses=row["uses"],
        last_used_at=row["last_used_at"],
    )


def brief(template: TemplateOut) -> TemplateBrief:
    """Return the shape that events carry."""
    return TemplateBrief(
        **{name: getattr(template, name) for name in TemplateBrief.__struct_fields__}
    )


def _attachment(row: asyncpg.Record) -> Any:
    if row["media_id"] is None:
        return None
    return media_out(row["media_id"], row)


class TemplateFields(Struct, frozen=True):
    """What a template's fields are filled with."""

    contact_name: str
    device_name: str
    division_name: str
    time_zone: str
    language: str


async def load_fields(
    session: AsyncSession, account_id: UUID, row: ConversationRow
) -> TemplateFields:
    """Return the fields for one conversation."""
    rows = await fetch(
        session,
        """
        select d.name, coalesce(v.name, ''), coalesce(v.time_zone, a.time_zone), a.language
        from device d join account a on a.id = d.account_id
        left join division v on v.account_id = d.account_id and v.id = $3
        where d.account_id = $1 and d.id = $2
        """,
        account_id,
        row.device.id,
        row.division_id,
    )
    return TemplateFields(row.contact.name, *rows[0])


async def lock_shortcuts(session: AsyncSession, account_id: UUID) -> None:
    """Lock the account, so that nobody else gives out a shortcut in it."""
    await execute(session, "select from account where id = $1 for no key update", account_id)


async def is_shortcut_free(
    session: AsyncSession, account_id: UUID, shortcut: str, *, besides: UUID | None = None
) -> bool:
    """Whether no living template, besides the one named, has the shortcut in any case."""
    rows = await fetch(
        session,
        """
        select 1 from template
        where account_id = $1 and lower(shortcut) = lower($2) and deleted_at is null
          and ($3::uuid is null or id <> $3)
        """,
        account_id,
        shortcut,
        besides,
    )
    return not rows


async def insert_template(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert a template; it is offered in every division."""
    await insert_rows(session, Template, [_encoded(columns)])


async def set_template(
    session: AsyncSession, account_id: UUID, id_: UUID, changes: Mapping[str, Any]
) -> None:
    """Change columns of a template, one at least."""
    row = {"account_id": account_id, "id": id_, **_encoded(changes)}
    await update_rows(session, Template, [row])


async def count_uses(
    session: AsyncSession, account_id: UUID, ids: Iterable[UUID], *, now: datetime
) -> None:
    """Count one more use of each of these templates; what is not there is passed over."""
    await execute(
        session,
        """
        with used as (
          select account_id, id from template
          where account_id = $1 and id = any($2::uuid[]) and deleted_at is null
          order by id for no key update)
        update template t set uses = t.uses + 1, last_used_at = $3
        from used where t.account_id = used.account_id and t.id = used.id
        """,
        account_id,
        list(ids),
        now,
    )


async def set_offers(
    session: AsyncSession, account_id: UUID, id_: UUID, divisions: Iterable[UUID]
) -> None:
    """Offer a locked template in these divisions; in every division where there are none."""
    await execute(
        session,
        "delete from template_division where account_id = $1 and template_id = $2",
        account_id,
        id_,
    )
    rows = [
        {"account_id": account_id, "template_id": id_, "division_id": each}
        for each in sorted(set(divisions))
    ]
    await insert_rows(session, TemplateDivision, rows)


async def move_offers(
    session: AsyncSession, account_id: UUID, division_id: UUID, *, to: UUID
) -> list[TemplateOut]:
    """Lock what is offered in a division and offer it in another one instead; returns it."""
    rows = await fetch(
        session,
        """
        select t.id from template t join template_division v
          on v.account_id = t.account_id and v.template_id = t.id
        where v.account_id = $1 and v.division_id = $2 and t.deleted_at is null
        order by t.id for no key update of t
        """,
        account_id,
        division_id,
    )
    await execute(
        session,
        """
        insert into template_division (account_id, template_id, division_id)
        select account_id, template_id, $3 from template_division
        where account_id = $1 and division_id = $2 on conflict do nothing
        """,
        account_id,
        division_id,
        to,
    )
    await execute(
        session,
        "delete from template_division where account_id = $1 and division_id = $2",
        account_id,
        division_id,
    )
    return [await get_template(session, account_id, row[0]) for row in rows]


def _encoded(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Turn what the columns keep as JSON into its text."""
    return {
        name: msgspec.json.encode(value).decode() if isinstance(value, Struct) else value
        for name, value in columns.items()
    }
