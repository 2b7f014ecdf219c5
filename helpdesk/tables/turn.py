"""A turn: the record of one pick of the rotation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from helpdesk.shapes.words import Rotation
from helpdesk.tables.columns import Row, document, link, moment, one_of, pk, string


class Turn(Row, table=True):
    """`assignment` is the conversation's assignment number: one turn for each at most."""

    __table_args__ = (
        one_of("rotation", Rotation),
        link("division", "division_id"),
        link("agent", "agent_id"),
        link("conversation", "conversation_id", on_delete="CASCADE"),
        Index(None, "account_id", "conversation_id", "assignment", unique=True),
        Index(None, "account_id", "division_id", "number", unique=True),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    division_id: UUID
    number: int = Field(sa_type=BigInteger)
    rotation: str = string()
    cycle: int | None = Field(None, sa_type=BigInteger)
    agent_id: UUID
    conversation_id: UUID
    assignment: int
    eligible: list[Any] = document()
    weights: dict[str, Any] = document()
    excluded: dict[str, Any] = document()
    is_anyway: bool = False
    at: datetime = moment()
