"""A label: what people mark contacts and conversations with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy import text as sql

from helpdesk.tables.columns import Row, moment, pk, string


class Label(Row, table=True):
    """What has it names it in its own `labels`; a removed label is taken off everything."""

    __table_args__ = (
        CheckConstraint("color BETWEEN 1 AND 8", name="color"),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        Index(
            "ix_label_name",
            "account_id",
            sql("lower(btrim(name))"),
            unique=True,
            postgresql_where=sql("deleted_at IS NULL"),
        ),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    name: str = string()
    color: int = 1
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)
