"""A field: what an account writes down of its contacts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy import text as sql

from helpdesk.shapes.words import FieldKind
from helpdesk.tables.columns import Row, moment, one_of, pk, string, strings


class Field(Row, table=True):
    """The values stand in the contacts; a removed field is taken off all of them."""

    __table_args__ = (
        one_of("kind", FieldKind),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        Index(
            "ix_field_name",
            "account_id",
            sql("lower(btrim(name))"),
            unique=True,
            postgresql_where=sql("deleted_at IS NULL"),
        ),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    name: str = string()
    kind: str = string("text")
    choices: list[str] = strings()
    position: int = 0
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)
