"""Fields: read, locked, inserted, changed, and taken off the contacts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.queries.named import named_alone
from helpdesk.shapes.contacts import FieldOut, FieldUses
from helpdesk.tables.field import Field

_SELECT = "select id, name, kind, choices, position, deleted_at from field"


async def find_field(session: AsyncSession, account_id: UUID, id_: UUID) -> FieldOut | None:
    """Return one field, also a deleted one, or None."""
    rows = await fetch(session, _SELECT + " where account_id = $1 and id = $2", account_id, id_)
    return _out(rows[0]) if rows else None


async def get_field(session: AsyncSession, account_id: UUID, id_: UUID) -> FieldOut:
    """Return one living field. Raises NotFound."""
    field = await find_field(session, account_id, id_)
    if field is None or field.is_deleted:
        raise NotFound("There is no such field.")
    return field


async def list_fields(session: AsyncSession, account_id: UUID) -> list[FieldOut]:
    """Return all living fields in their order."""
    living = _SELECT + " where account_id = $1 and deleted_at is null order by position, id"
    return [_out(row) for row in await fetch(session, living, account_id)]


async def load_contact_values(
    session: AsyncSession, account_id: UUID, contact_id: UUID
) -> dict[str, str]:
    """Return a contact's values by the fields' names; of a field without one an empty text."""
    rows = await fetch(
        session,
        """
        select f.name, coalesce(p.fields->>f.id::text, '') from field f
        join contact p on p.account_id = f.account_id and p.id = $2
        where f.account_id = $1 and f.deleted_at is null
        """,
        account_id,
        contact_id,
    )
    return {row[0]: row[1] for row in rows}


async def keep_fields(session: AsyncSession, account_id: UUID) -> list[FieldOut]:
    """Return all living fields, which stay until the unit of work ends."""
    await execute(
        session,
        """
        select from field where account_id = $1 and deleted_at is null order by id for share
        """,
        account_id,
    )
    return await list_fields(session, account_id)


async def lock_field(session: AsyncSession, account_id: UUID, id_: UUID) -> FieldOut:
    """Lock one living field, also against whoever is to write values into it. Raises NotFound."""
    one = "select from field where account_id = $1 and id = $2 for no key update"
    await execute(session, one, account_id, id_)
    return await get_field(session, account_id, id_)


async def insert_field(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert a field. Raises Conflict when another one has its name."""
    with named_alone("field", columns):
        await insert_rows(session, Field, [_encoded(columns)])


async def set_field(
    session: AsyncSession, account_id: UUID, id_: UUID, changes: Mapping[str, Any]
) -> None:
    """Change columns of a field, one at least. Raises Conflict when another has its name."""
    with named_alone("field", changes):
        row = {"account_id": account_id, "id": id_, **_encoded(changes)}
        await update_rows(session, Field, [row])


async def count_field_uses(
    session: AsyncSession, account_id: UUID, field: FieldOut, variable: str
) -> FieldUses:
    """Return how many contacts have a value, and how many living templates name the variable."""
    rows = await fetch(
        session,
        """
        select
          (select count(*) from contact where account_id = $1 and fields ? $2::uuid::text
             and merged_into_id is null and deleted_at is null),
          (select count(*) from template where account_id = $1 and deleted_at is null
             and position($3 in text) > 0)
        """,
        account_id,
        field.id,
        f"{{{variable}}}",
    )
    return FieldUses(contacts=rows[0][0], templates=rows[0][1])


async def take_field_off(session: AsyncSession, account_id: UUID, id_: UUID) -> None:
    """Take the values of a locked field off all contacts, locked in their order everywhere."""
    await execute(
        session,
        """
        select from contact where account_id = $1 and fields ? $2::uuid::text
        order by account_id, address collate "C" for no key update
        """,
        account_id,
        id_,
    )
    await execute(
        session,
        """
        update contact set fields = fields - $2::uuid::text
        where account_id = $1 and fields ? $2::uuid::text
        """,
        account_id,
        id_,
    )


def _out(row: asyncpg.Record) -> FieldOut:
    return FieldOut(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        choices=row["choices"],
        position=row["position"],
        is_deleted=row["deleted_at"] is not None,
    )


def _encoded(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the choices into the text that their column takes."""
    encoded = dict(columns)
    if "choices" in encoded:
        encoded["choices"] = msgspec.json.encode(encoded["choices"]).decode()
    return encoded
