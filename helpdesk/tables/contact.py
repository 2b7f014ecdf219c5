"""A contact: a person or a group outside."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy import text as sql

from helpdesk.shapes.words import ContactKind
from helpdesk.tables.columns import Row, moment, one_of, pk, string, strings


class Contact(Row, table=True):
    """`address` is digits, a group id or a lid: one contact for each in an account."""

    __table_args__ = (
        one_of("kind", ContactKind),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        Index(None, "account_id", "address", unique=True),
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
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)
