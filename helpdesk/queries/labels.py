"""Labels: read, locked, inserted, changed, and taken off what has them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.queries.named import named_alone
from helpdesk.shapes.labels import LabelOut, LabelUses
from helpdesk.tables.label import Label

_SELECT = "select id, name, color, deleted_at from label"


def labelled(table: str, parameter: str) -> str:
    """Return the condition that a row has the label, in the words of the index that finds it."""
    return f"({table}.labels <> '[]'::jsonb and {table}.labels ? {parameter}::uuid::text)"


async def find_label(session: AsyncSession, account_id: UUID, id_: UUID) -> LabelOut | None:
    """Return one label, also a deleted one, or None."""
    rows = await fetch(session, _SELECT + " where account_id = $1 and id = $2", account_id, id_)
    return _out(rows[0]) if rows else None


async def get_label(session: AsyncSession, account_id: UUID, id_: UUID) -> LabelOut:
    """Return one living label. Raises NotFound."""
    label = await find_label(session, account_id, id_)
    if label is None or label.is_deleted:
        raise NotFound("There is no such label.")
    return label


async def list_labels(
    session: AsyncSession, account_id: UUID, *, after: UUID | None = None, limit: int | None = None
) -> list[LabelOut]:
    """Return living labels in the order of their making."""
    rows = await fetch(
        session,
        _SELECT
        + """
        where account_id = $1 and deleted_at is null and ($2::uuid is null or id > $2)
        order by id limit $3
        """,
        account_id,
        after,
        limit,
    )
    return [_out(row) for row in rows]


async def count_labels(session: AsyncSession, account_id: UUID) -> int:
    """Return how many living labels the account has."""
    living = "select count(*) from label where account_id = $1 and deleted_at is null"
    return int((await fetch(session, living, account_id))[0][0])


async def lock_label(session: AsyncSession, account_id: UUID, id_: UUID) -> LabelOut:
    """Lock one living label, also against whoever is to name it. Raises NotFound."""
    one = f"{_SELECT} where account_id = $1 and id = $2 and deleted_at is null for no key update"
    rows = await fetch(session, one, account_id, id_)
    if not rows:
        raise NotFound("There is no such label.")
    return _out(rows[0])


async def lock_labels_alive(
    session: AsyncSession, account_id: UUID, ids: Iterable[UUID]
) -> frozenset[UUID]:
    """Keep living labels from being removed, for whoever is to name them; returns which live."""
    rows = await fetch(
        session,
        """
        select id from label where account_id = $1 and id = any($2::uuid[]) and deleted_at is null
        order by id for share
        """,
        account_id,
        list(ids),
    )
    return frozenset(row[0] for row in rows)


async def keep_labels(session: AsyncSession, account_id: UUID) -> None:
    """Keep all living labels of the account until the unit of work ends."""
    await execute(
        session,
        "select from label where account_id = $1 and deleted_at is null order by id for share",
        account_id,
    )


async def insert_label(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert a label. Raises Conflict when another one has its name."""
    with named_alone("label", columns):
        await insert_rows(session, Label, [columns])


async def set_label(
    session: AsyncSession, account_id: UUID, id_: UUID, changes: Mapping[str, Any]
) -> None:
    """Change columns of a label, one at least. Raises Conflict when another has its name."""
    with named_alone("label", changes):
        await update_rows(session, Label, [{"account_id": account_id, "id": id_, **changes}])


async def count_label_uses(session: AsyncSession, account_id: UUID, id_: UUID) -> LabelUses:
    """Return how many contacts, conversations and rules name a label."""
    rows = await fetch(
        session,
        f"""
        select
          (select count(*) from contact p where p.account_id = $1 and {labelled("p", "$2")}
             and p.merged_into_id is null and p.deleted_at is null),
          (select count(*) from conversation c where c.account_id = $1 and {labelled("c", "$2")}),
          (select count(*) from rule r where r.account_id = $1 and r.deleted_at is null
             and position($2::uuid::text in r.condition::text) > 0)
        """,
        account_id,
        id_,
    )
    return LabelUses(contacts=rows[0][0], conversations=rows[0][1], rules=rows[0][2])


async def lock_labelled_contacts(session: AsyncSession, account_id: UUID, id_: UUID) -> list[UUID]:
    """Lock the contacts that have a label, all rows of each, in their order everywhere.

    Returns the ids of these rows.
    """
    rows = await fetch(
        session,
        f"""
        select p.id from contact p
        where p.account_id = $1 and p.id in (
          select k.id from contact k where k.account_id = $1 and {labelled("k", "$2")}
          union all
          select o.id from contact k join contact o
            on o.account_id = k.account_id and o.merged_into_id = k.id
          where k.account_id = $1 and {labelled("k", "$2")})
        order by p.account_id, p.address collate "C" for no key update
        """,
        account_id,
        id_,
    )
    return [row[0] for row in rows]


async def list_labelled_conversations(
    session: AsyncSession, account_id: UUID, id_: UUID
) -> list[UUID]:
    """Return the conversations that have a label."""
    rows = await fetch(
        session,
        f"select c.id from conversation c where c.account_id = $1 and {labelled('c', '$2')}",
        account_id,
        id_,
    )
    return [row[0] for row in rows]


async def take_label_off(session: AsyncSession, account_id: UUID, id_: UUID) -> None:
    """Take a label off the locked contacts and conversations that have it."""
    for table in ("contact", "conversation"):
        await execute(
            session,
            f"""
            update {table} t set labels = t.labels - $2::uuid::text
            where t.account_id = $1 and {labelled("t", "$2")}
            """,
            account_id,
            id_,
        )


def _out(row: asyncpg.Record) -> LabelOut:
    return LabelOut(
        id=row["id"],
        name=row["name"],
        color=row["color"],
        is_deleted=row["deleted_at"] is not None,
    )
