"""A draft: what somebody began to write in a conversation and has not sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from helpdesk.shapes.words import DraftKind
from helpdesk.tables.columns import Row, link, moment, objects, one_of, pk


class Draft(Row, table=True):
    """One for each writer (an agent or a user), conversation and kind; `version` only grows."""

    __table_args__ = (
        one_of("kind", DraftKind),
        link("conversation", "conversation_id", on_delete="CASCADE"),
        Index("ix_draft_conversation", "account_id", "conversation_id"),
    )

    account_id: UUID = pk()
    writer_id: UUID = pk()
    conversation_id: UUID = pk()
    kind: str = Field(primary_key=True, sa_type=Text)
    body: dict[str, Any] = objects()
    version: int = Field(sa_type=BigInteger)
    changed_at: datetime = moment()
