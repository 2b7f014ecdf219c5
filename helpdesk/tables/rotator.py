"""A rotator: a named list of numbers that take turns as the target of a send."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text
from sqlalchemy import text as sql
from sqlmodel import Field

from helpdesk.shapes.words import Rotation
from helpdesk.tables.columns import Row, document, link, moment, one_of, pk, string


class Rotator(Row, table=True):
    """`number` is the N of `rotator#N`, never given out again; `numbers` are shapes' NumberOut.

    `turn_number`, `cycle` and `cycle_start` are as a division's, under this row's lock.
    """

    __table_args__ = (
        one_of("rotation", Rotation),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        Index(None, "account_id", "number", unique=True),
        Index(
            "ix_rotator_name",
            "account_id",
            sql("lower(btrim(name))"),
            unique=True,
            postgresql_where=sql("deleted_at IS NULL"),
        ),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    number: int
    name: str = string()
    rotation: str = string("full")
    numbers: list[Any] = document()
    turn_number: int = Field(0, sa_type=BigInteger)
    cycle: int = Field(1, sa_type=BigInteger)
    cycle_start: int = Field(1, sa_type=BigInteger)
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)


class RotatorPlace(Row, table=True):
    """A number's place in a rotator, kept when it leaves the list.

    `last_turn` is the number of its last turn under full rotation, `picks` counts all of its turns.
    """

    __tablename__ = "rotator_place"
    __table_args__ = (link("rotator", "rotator_id", on_delete="CASCADE"),)

    account_id: UUID = pk()
    rotator_id: UUID = pk()
    address: str = Field(primary_key=True, sa_type=Text)
    last_turn: int = Field(sa_type=BigInteger)
    picks: int = Field(sa_type=BigInteger)
