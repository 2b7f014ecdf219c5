"""Divisions: read, locked, inserted, changed."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.queries.agents import PRESENCE_BY
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.queries.named import named_alone
from helpdesk.queries.rotas import DivisionKey
from helpdesk.shapes.setup import DivisionOut, Window
from helpdesk.tables.division import Division


async def find_division(session: AsyncSession, account_id: UUID, id_: UUID) -> DivisionOut | None:
    """Return one division, also a deleted one, or None."""
    rows = await fetch(session, _SELECT + " where account_id = $1 and id = $2", account_id, id_)
    return _out(rows[0]) if rows else None


async def get_division(session: AsyncSession, account_id: UUID, id_: UUID) -> DivisionOut:
    """Return one living division. Raises NotFound."""
    division = await find_division(session, account_id, id_)
    if division is None or division.is_deleted:
        raise NotFound("There is no such division.")
    return division


async def list_divisions(
    session: AsyncSession, account_id: UUID, *, after: UUID | None = None, limit: int | None = None
) -> list[DivisionOut]:
    """Return living divisions in the order of their making."""
    rows = await fetch(
        session,
        _SELECT
        + """
        where account_id = $1 and deleted_at is null and ($2::uuid is null or id > $2)
        order by id limit $3
        """,
        account_id,
        after,
        limit,
    )
    return [_out(row) for row in rows]


_SELECT = """
select id, name, rotation, when_nobody, agent_limit, is_own_device_only, reopen_window_minutes,
       answer_target_minutes, time_zone, hours, holidays, greeting, busy_text, outside_text,
       no_answer_minutes, offline_minutes, shows_agent_name, deleted_at
from division
"""


def _out(row: asyncpg.Record) -> DivisionOut:
    return DivisionOut(
        id=row["id"],
        name=row["name"],
        rotation=row["rotation"],
        when_nobody=row["when_nobody"],
        limit=row["agent_limit"],
        own_device_only=row["is_own_device_only"],
        reopen_window_minutes=row["reopen_window_minutes"],
        answer_target_minutes=row["answer_target_minutes"],
        time_zone=row["time_zone"],
        hours=msgspec.convert(row["hours"], list[Window]),
        holidays=msgspec.convert(row["holidays"], list[date]),
        greeting=row["greeting"],
        busy_text=row["busy_text"],
        outside_text=row["outside_text"],
        no_answer_minutes=row["no_answer_minutes"],
        offline_minutes=row["offline_minutes"],
        shows_agent_name=row["shows_agent_name"],
        is_deleted=row["deleted_at"] is not None,
    )


async def list_reopen_windows(
    session: AsyncSession, divisions: Iterable[DivisionKey]
) -> dict[UUID, timedelta]:
    """Return how long after its end a conversation of each division is reopened, by division."""
    keys = sorted(set(divisions))
    if not keys:
        return {}
    rows = await fetch(
        session,
        """
        select id, reopen_window_minutes from division
        where (account_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
        """,
        [account_id for account_id, _ in keys],
        [id_ for _, id_ in keys],
    )
    return {row[0]: timedelta(minutes=row[1]) for row in rows}


async def list_living(session: AsyncSession, divisions: Iterable[DivisionKey]) -> frozenset[UUID]:
    """Return those of the divisions that were not removed."""
    keys = sorted(set(divisions))
    rows = await fetch(
        session,
        """
        select id from division
        where (account_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
          and deleted_at is null
        """,
        [account_id for account_id, _ in keys],
        [id_ for _, id_ in keys],
    )
    return frozenset(row[0] for row in rows)


async def list_queues(session: AsyncSession) -> list[DivisionKey]:
    """Return the divisions, of all accounts, in which a conversation waits that somebody may get.

    Those where nobody is there are left alone, for that is how most queues spend the night.
    """
    rows = await fetch(
        session,
        f"""
        select d.account_id, d.id from division d
        where d.deleted_at is null and exists (
          select from conversation c where c.account_id = d.account_id
            and c.division_id = d.id and c.status = 'waiting')
          and (d.when_nobody = 'assign_anyway' or exists (
            select from agent a where a.account_id = d.account_id and a.division_id = d.id
              and a.deleted_at is null and a.is_enabled and not a.is_away
              and ({PRESENCE_BY}) is not null))
        order by d.account_id, d.id
        """,
    )
    return [(row[0], row[1]) for row in rows]


async def lock_division(session: AsyncSession, account_id: UUID, id_: UUID) -> DivisionOut:
    """Lock one living division. Raises NotFound."""
    return await _lock(session, account_id, id_, "for no key update")


async def lock_division_alive(session: AsyncSession, account_id: UUID, id_: UUID) -> DivisionOut:
    """Keep a living division from being removed, for whoever is to refer to it; the rotation is
    not held up. Raises NotFound."""
    return await _lock(session, account_id, id_, "for key share")


async def lock_division_alone(session: AsyncSession, account_id: UUID, id_: UUID) -> DivisionOut:
    """Lock one living division against everything that refers to it, too. Raises NotFound.

    Ingest may hold a conversation of the division and wait for it: whoever locks alone gives way,
    for from here to the end of the transaction it waits half a second for a lock and no longer.
    """
    await execute(session, "select set_config('lock_timeout', '500ms', true)")
    return await _lock(session, account_id, id_, "for update")


async def _lock(session: AsyncSession, account_id: UUID, id_: UUID, lock: str) -> DivisionOut:
    living = f"{_SELECT} where account_id = $1 and id = $2 and deleted_at is null {lock}"
    rows = await fetch(session, living, account_id, id_)
    if not rows:
        raise NotFound("There is no such division.")
    return _out(rows[0])


async def insert_division(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert a division. Raises Conflict when another one has its name."""
    with named_alone("division", columns):
        await insert_rows(session, Division, [_encoded(columns)])


async def set_division(
    session: AsyncSession, account_id: UUID, id_: UUID, changes: Mapping[str, Any]
) -> None:
    """Change columns of a division, one at least. Raises Conflict when another has its name."""
    with named_alone("division", changes):
        row = {"account_id": account_id, "id": id_, **_encoded(changes)}
        await update_rows(session, Division, [row])


def _encoded(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Turn what the columns keep as JSON into its text."""
    return {
        name: msgspec.json.encode(value).decode() if isinstance(value, list) else value
        for name, value in columns.items()
    }
