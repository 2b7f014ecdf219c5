"""Templates, and the fields that fill them."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.errors import NotFound
from helpdesk.queries.conversations import ConversationRow
from helpdesk.queries.messages import media_out
from helpdesk.shapes import Location, Poll, TemplateOut

_SELECT = """
select t.id, t.name, t.shortcut, t.text, t.location, t.poll, t.deleted_at,
       t.media_id, f.filename, f.mime, f.size, f.state,
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
    )


def _attachment(row: asyncpg.Record) -> Any:
    if row["media_id"] is None:
        return None
    return media_out(row["media_id"], row["filename"], row["mime"], row["size"], row["state"])


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
        select d.name, coalesce(v.name, ''), a.time_zone, a.language
        from device d join account a on a.id = d.account_id
        left join division v on v.account_id = d.account_id and v.id = $3
        where d.account_id = $1 and d.id = $2
        """,
        account_id,
        row.device.id,
        row.division_id,
    )
    return TemplateFields(row.contact.name, *rows[0])
