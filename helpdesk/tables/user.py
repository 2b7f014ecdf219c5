"""A user: a person with e-mail and password, owner or supervisor."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint

from helpdesk.shapes.words import UserRole
from helpdesk.tables.columns import Row, moment, one_of, pk, string


class User(Row, table=True):
    """The e-mail is unique over all accounts through the directory."""

    __table_args__ = (
        one_of("role", UserRole),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    email: str = string()
    name: str = string()
    role: str = string("supervisor")
    password_hash: str = string()
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)
