"""Notes about contacts: listed, inserted, deleted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows
from helpdesk.shapes.contacts import ContactNoteOut
from helpdesk.shapes.messages import ActorOut
from helpdesk.tables.contact_note import ContactNote

_SELECT = """
select n.id, n.text, n.writer_kind, n.writer_id, n.writer_name, n.created_at
from contact_note n join contact a on a.account_id = n.account_id and a.id = n.contact_id
where n.account_id = $1 and (a.id = $2 or a.merged_into_id = $2)
"""


async def list_contact_notes(
    session: AsyncSession,
    account_id: UUID,
    contact_id: UUID,
    *,
    before: UUID | None = None,
    limit: int,
) -> list[ContactNoteOut]:
    """Return the notes about a contact, and about those merged into it, newest first."""
    rows = await fetch(
        session,
        _SELECT + " and ($3::uuid is null or n.id < $3) order by n.id desc limit $4",
        account_id,
        contact_id,
        before,
        limit,
    )
    return [_out(row) for row in rows]


async def get_contact_note(
    session: AsyncSession, account_id: UUID, contact_id: UUID, id_: UUID
) -> ContactNoteOut:
    """Return one note about a contact. Raises NotFound."""
    rows = await fetch(session, _SELECT + " and n.id = $3", account_id, contact_id, id_)
    if not rows:
        raise NotFound("There is no such note.")
    return _out(rows[0])


async def insert_contact_note(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert a note."""
    await insert_rows(session, ContactNote, [columns])


async def delete_contact_note(session: AsyncSession, account_id: UUID, id_: UUID) -> None:
    """Delete a note."""
    await execute(
        session, "delete from contact_note where account_id = $1 and id = $2", account_id, id_
    )


def _out(row: asyncpg.Record) -> ContactNoteOut:
    return ContactNoteOut(
        id=row["id"],
        text=row["text"],
        by=ActorOut(kind=row["writer_kind"], id=row["writer_id"], name=row["writer_name"]),
        created_at=row["created_at"],
    )
