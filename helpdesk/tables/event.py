"""An event: what happened, numbered per account in the order of commits."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlalchemy import Uuid as SqlUuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from helpdesk.tables.columns import Row, moment, pk, string, verbatim


def ids() -> Any:
    """A list of ids."""
    return Field(default_factory=list, sa_type=ARRAY(SqlUuid))


class Event(Row, table=True):
    """The audience stands beside the body: who was concerned after and before the change.

    `is_for_all` reaches everybody of the account. Supervisors get every event.
    """

    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        Index(None, "account_id", "contact_id"),
        Index(
            "ix_event_history",
            *("account_id", "conversation_id", "seq"),
            postgresql_where=sql("type LIKE 'conversation.%' AND type <> 'conversation.updated'"),
        ),
        Index(None, "at"),
    )

    account_id: UUID = pk()
    seq: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    type: str = string()
    at: datetime = moment()
    body: Any = verbatim()
    conversation_id: UUID | None = None
    contact_id: UUID | None = None
    is_for_all: bool = False
    agent_ids: list[UUID] = ids()
    division_ids: list[UUID] = ids()
    former_agent_ids: list[UUID] = ids()
    former_division_ids: list[UUID] = ids()


class EventCounter(Row, table=True):
    """`seq` is the account's last event number; `epoch` changes when history was replaced."""

    __tablename__ = "event_counter"
    __table_args__ = (ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),)

    account_id: UUID = pk()
    seq: int = Field(0, sa_type=BigInteger)
    epoch: UUID
