"""Keys, links and column types that every table uses.

Every primary key and every link begins with `account_id`, so a row cannot point into another
account. Ids are UUIDv7 made by `new_id` and are never an order.
"""

import os
import time
from typing import Any, ClassVar, get_args
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKeyConstraint, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

naming = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """Base of every table."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=naming)


def new_id() -> UUID:
    """Return a UUIDv7: 48 bits of milliseconds, then random (RFC 9562, section 5.7)."""
    millis = time.time_ns() // 1_000_000
    value = millis << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def pk() -> Any:
    """A column of the primary key."""
    return Field(primary_key=True)


def moment(*, default: Any = ...) -> Any:
    """An aware UTC time."""
    return Field(default, sa_type=DateTime(timezone=True))


def string(default: str = "") -> Any:
    """Text of any length, never NULL."""
    return Field(default, sa_type=Text)


def maybe_string() -> Any:
    """Text or NULL."""
    return Field(None, sa_type=Text)


def document(default: Any = None) -> Any:
    """A small JSON value."""
    return Field(default, sa_type=JSONB(none_as_null=True))


def verbatim() -> Any:
    """JSON kept to the letter, so that it can be passed on without encoding it again."""
    return Field(sa_type=JSON)


def strings() -> Any:
    """A list of texts, as JSON."""
    return Field(default_factory=list, sa_type=JSONB)


def objects() -> Any:
    """Values by name, as JSON."""
    return Field(default_factory=dict, sa_type=JSONB)


def link(table: str, column: str, *, on_delete: str | None = None) -> ForeignKeyConstraint:
    """A link to a row of the same account. `on_delete="SET NULL"` clears the column alone."""
    rule = f"SET NULL ({column})" if on_delete == "SET NULL" else on_delete
    return ForeignKeyConstraint(
        ["account_id", column], [f"{table}.account_id", f"{table}.id"], ondelete=rule
    )


def one_of(column: str, words: Any) -> CheckConstraint:
    """The column holds one word of a closed set (a Literal)."""
    allowed = ", ".join(f"'{word}'" for word in get_args(words))
    return CheckConstraint(f"{column} IN ({allowed})", name=column)
