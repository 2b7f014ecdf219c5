"""A contact: a person or a group outside."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy import text as sql

from helpdesk.shapes.words import ContactKind
from helpdesk.tables.columns import Row, link, moment, objects, one_of, pk, string, strings


class Contact(Row, table=True):
    """`address` is digits, a group id or a lid: one contact for each in an account.

    A merged contact keeps its row, for conversations and messages are of an address: it is the one
    that they are sent to. What people see of it is the contact that it was merged into, which is
    never merged itself. Who changes that locks every row of it; so the lock of one row keeps it.
    """

    __table_args__ = (
        one_of("kind", ContactKind),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        link("contact", "merged_into_id"),
        Index(None, "account_id", "address", unique=True),
        Index(
            "ix_contact_merged",
            *("account_id", "merged_into_id"),
            postgresql_where=sql("merged_into_id IS NOT NULL"),
        ),
        Index(
            "ix_contact_name",
            "name",
            postgresql_using="gin",
            postgresql_ops={"name": "gin_trgm_ops"},
        ),
        Index(
            "ix_contact_labels",
            "labels",
            postgresql_using="gin",
            postgresql_where=sql("labels <> '[]'::jsonb"),
        ),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    kind: str = string("person")
    address: str = string()
    name: str = string()
    is_named: bool = False
    """Whether a person set the name, so that the gateway no longer changes it."""
    labels: list[str] = strings()
    """The ids of its labels."""
    fields: dict[str, Any] = objects()
    """Its values by the fields' ids, each as text."""
    blocked_at: datetime | None = moment(default=None)
    """Since when what it writes opens no conversation."""
    merged_into_id: UUID | None = None
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)
