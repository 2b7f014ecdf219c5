"""A merge of two contacts: what it changed, so that it can be undone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy import text as sql

from helpdesk.shapes.words import ActorKind
from helpdesk.tables.columns import Row, link, moment, objects, one_of, pk, string, strings


class ContactMerge(Row, table=True):
    """`contact_id` stayed and `merged_id` became a number of it.

    `moved` are the ids of the contacts that followed: the merged one, and what had been merged into
    it. `gained` is what the one that stayed had not before (`Gained`).
    """

    __tablename__ = "contact_merge"
    __table_args__ = (
        one_of("merger_kind", ActorKind),
        link("contact", "contact_id", on_delete="CASCADE"),
        link("contact", "merged_id", on_delete="CASCADE"),
        Index(
            "ix_contact_merge_contact",
            *("account_id", "contact_id"),
            postgresql_where=sql("undone_at IS NULL"),
        ),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    contact_id: UUID
    merged_id: UUID
    moved: list[str] = strings()
    gained: dict[str, Any] = objects()
    merger_kind: str = string()
    merger_id: UUID | None = None
    merger_name: str = string()
    created_at: datetime = moment()
    undone_at: datetime | None = moment(default=None)
