"""A division: a group of agents that takes turns."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field

from helpdesk.shapes.words import Rotation, WhenNobody
from helpdesk.tables.columns import (
    Row,
    document,
    maybe_string,
    moment,
    one_of,
    pk,
    string,
    strings,
)


class Division(Row, table=True):
    """`turn_number` is the last turn's number, `cycle_start` the first turn of the running cycle.

    Both are read and written under this row's lock; nothing but a turn touches them.
    """

    __table_args__ = (
        one_of("rotation", Rotation),
        one_of("when_nobody", WhenNobody),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        Index(
            "ix_division_name",
            "account_id",
            sql("lower(btrim(name))"),
            unique=True,
            postgresql_where=sql("deleted_at IS NULL"),
        ),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    name: str = string()
    rotation: str = string("full")
    when_nobody: str = string("wait")
    agent_limit: int | None = None
    """Open conversations per agent, where the agent has no limit of its own."""
    is_own_device_only: bool = False
    reopen_window_minutes: int = 24 * 60
    answer_target_minutes: int = 12
    """How long a customer may wait for an answer before the console shows it in red."""
    time_zone: str | None = maybe_string()
    """Of `hours` and `holidays`; NULL is the account's."""
    hours: list[Any] = document(default=[])
    holidays: list[str] = strings()
    greeting: str = string()
    busy_text: str = string()
    outside_text: str = string()
    no_answer_minutes: int | None = None
    """How long an owner may leave a customer without any reply; NULL: as long as it likes."""
    offline_minutes: int | None = 5
    """The same of an owner who is offline."""
    shows_agent_name: bool = False
    """Whether an agent's text goes out under the agent's name."""
    turn_number: int = Field(0, sa_type=BigInteger)
    cycle: int = Field(1, sa_type=BigInteger)
    cycle_start: int = Field(1, sa_type=BigInteger)
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)
