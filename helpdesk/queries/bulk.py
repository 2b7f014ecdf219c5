"""Inserting and updating many rows in one statement, whatever their number.

The values travel as one array per column, so a batch of 500 costs one round trip and one plan.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import asyncpg
from sqlalchemy import Column
from sqlalchemy.dialects import postgresql
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.tables.columns import Row

_dialect = postgresql.dialect()  # type: ignore[no-untyped-call]


async def insert_rows(
    session: AsyncSession,
    table: type[Row],
    rows: Sequence[Mapping[str, Any]],
    *,
    order_by: str = "",
    on_conflict: str = "",
    returning: str = "",
) -> list[asyncpg.Record]:
    """Insert the rows, all of which name the same columns. The three texts are plain SQL."""
    if not rows:
        return []
    columns = tuple(rows[0])
    sql = _insert(table, columns) + _tail(order_by, on_conflict, returning)
    return await fetch(session, sql, *_arrays(columns, rows))


async def update_rows(
    session: AsyncSession, table: type[Row], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Update the rows, found by `account_id` and `id`, which each names beside what it changes."""
    if rows:
        columns = tuple(rows[0])
        await fetch(session, _update(table, columns), *_arrays(columns, rows))


def _arrays(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    return [[row[column] for row in rows] for column in columns]


def _tail(order_by: str, on_conflict: str, returning: str) -> str:
    return (
        (f" order by {order_by}" if order_by else "")
        + (f" on conflict {on_conflict}" if on_conflict else "")
        + (f" returning {returning}" if returning else "")
    )


@cache
def _insert(table: type[Row], columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return f'insert into "{_name(table)}" ({names}) select * from {_source(table, columns)}'


@cache
def _update(table: type[Row], columns: tuple[str, ...]) -> str:
    changes = ", ".join(
        f'"{column}" = v."{column}"' for column in columns if column not in {"account_id", "id"}
    )
    return (
        f'update "{_name(table)}" t set {changes} from {_source(table, columns)}'
        " where t.account_id = v.account_id and t.id = v.id"
    )


def _source(table: type[Row], columns: tuple[str, ...]) -> str:
    types = [_type(table.metadata.tables[_name(table)].c[column]) for column in columns]
    arrays = ", ".join(f"${place}::{type_}[]" for place, type_ in enumerate(types, start=1))
    names = ", ".join(f'"{column}"' for column in columns)
    return f"unnest({arrays}) v({names})"


def _name(table: type[Row]) -> str:
    return str(table.__tablename__)


def _type(column: "Column[Any]") -> str:
    return column.type.compile(dialect=_dialect)
