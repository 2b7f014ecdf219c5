"""Merges of contacts: recorded, listed, and what points where."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct, field
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.shapes.contacts import MergeOut
from helpdesk.shapes.messages import ActorOut
from helpdesk.tables.contact_merge import ContactMerge

_SELECT = """
select m.id, m.contact_id, m.merged_id, m.moved, m.gained, m.merger_kind, m.merger_id,
  m.merger_name, m.created_at, o.address, o.name
from contact_merge m join contact o on o.account_id = m.account_id and o.id = m.merged_id
where m.account_id = $1 and m.contact_id = $2 and m.undone_at is null
"""


class Gained(Struct, frozen=True, kw_only=True):
    """What the contact that stayed got by a merge: labels, values by field, a name."""

    labels: list[UUID] = field(default_factory=list)
    fields: dict[UUID, str] = field(default_factory=dict)
    name: str = ""


class Merge(Struct, frozen=True, kw_only=True):
    """A merge as it can be undone: `moved` are the rows that followed the merged contact."""

    out: MergeOut
    moved: list[UUID]
    gained: Gained


async def list_rows_of(session: AsyncSession, account_id: UUID, contact_id: UUID) -> list[UUID]:
    """Return the ids of a contact's rows, its own first."""
    merged = "select id from contact where account_id = $1 and merged_into_id = $2"
    return [contact_id, *(row[0] for row in await fetch(session, merged, account_id, contact_id))]


async def read_merged(session: AsyncSession, account_id: UUID, contact_id: UUID) -> Gained:
    """Return what those that are merged into a contact have of their own, all together."""
    rows = await fetch(
        session,
        "select labels, fields from contact where account_id = $1 and merged_into_id = $2",
        account_id,
        contact_id,
    )
    return Gained(
        labels=[UUID(each) for row in rows for each in row["labels"]],
        fields={UUID(id_): value for row in rows for id_, value in row["fields"].items()},
        name="",
    )


async def point_rows(
    session: AsyncSession, account_id: UUID, rows: Sequence[UUID], to: UUID | None
) -> None:
    """Let locked rows be numbers of another contact, or of none."""
    await execute(
        session,
        "update contact set merged_into_id = $3 where account_id = $1 and id = any($2::uuid[])",
        account_id,
        rows,
        to,
    )


async def insert_merge(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Record a merge."""
    encoded = {
        name: msgspec.json.encode(value).decode() if name in {"moved", "gained"} else value
        for name, value in columns.items()
    }
    await insert_rows(session, ContactMerge, [encoded])


async def set_undone(session: AsyncSession, account_id: UUID, id_: UUID, at: Any) -> None:
    """Note that a merge was undone."""
    await update_rows(
        session, ContactMerge, [{"account_id": account_id, "id": id_, "undone_at": at}]
    )


async def list_merges(session: AsyncSession, account_id: UUID, contact_id: UUID) -> list[MergeOut]:
    """Return the merges into a contact that were not undone, newest first."""
    rows = await fetch(session, _SELECT + " order by m.id desc", account_id, contact_id)
    return [_merge(row).out for row in rows]


async def get_merge(session: AsyncSession, account_id: UUID, contact_id: UUID, id_: UUID) -> Merge:
    """Return a merge into a contact that was not undone. Raises NotFound."""
    rows = await fetch(session, _SELECT + " and m.id = $3", account_id, contact_id, id_)
    if not rows:
        raise NotFound("There is no such merge.")
    return _merge(rows[0])


def _merge(row: asyncpg.Record) -> Merge:
    return Merge(
        out=MergeOut(
            id=row["id"],
            contact_id=row["contact_id"],
            merged_id=row["merged_id"],
            number=row["address"],
            name=row["name"],
            by=ActorOut(kind=row["merger_kind"], id=row["merger_id"], name=row["merger_name"]),
            at=row["created_at"],
        ),
        moved=list(map(UUID, row["moved"])),
        gained=msgspec.convert(row["gained"], Gained),
    )
