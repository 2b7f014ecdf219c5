"""Rotators: read, locked for picks, inserted and changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import field
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.queries.named import named_alone
from helpdesk.queries.rotas import Place, Standing
from helpdesk.shapes.rotators import RotatorBrief, RotatorNumber, RotatorOut
from helpdesk.tables.rotator import Rotator

_SELECT = """
select r.id, r.number, r.name, r.rotation, r.numbers, r.deleted_at,
       coalesce((
         select jsonb_object_agg(p.address, p.picks) from rotator_place p
         where p.account_id = r.account_id and p.rotator_id = r.id), '{}') as picks
from rotator r
"""


class NumberPlace(Place, kw_only=True):
    """A number of a locked rotator; `picks` are those that were not stored yet."""

    address: str
    picks: int = 0


class Wheel(Standing, kw_only=True):
    """A locked rotator: where it stands, and its numbers."""

    id: UUID
    places: list[NumberPlace] = field(default_factory=list)


async def find_rotator(session: AsyncSession, account_id: UUID, id_: UUID) -> RotatorOut | None:
    """Return one rotator, also a deleted one, or None."""
    rows = await fetch(session, _SELECT + " where r.account_id = $1 and r.id = $2", account_id, id_)
    return _out(rows[0]) if rows else None


async def get_rotator(session: AsyncSession, account_id: UUID, id_: UUID) -> RotatorOut:
    """Return one living rotator. Raises NotFound."""
    rotator = await find_rotator(session, account_id, id_)
    if rotator is None or rotator.is_deleted:
        raise NotFound("There is no such rotator.")
    return rotator


async def list_rotators(
    session: AsyncSession, account_id: UUID, *, after: UUID | None = None, limit: int | None = None
) -> list[RotatorOut]:
    """Return living rotators in the order of their making."""
    rows = await fetch(
        session,
        _SELECT
        + """
        where r.account_id = $1 and r.deleted_at is null and ($2::uuid is null or r.id > $2)
        order by r.id limit $3
        """,
        account_id,
        after,
        limit,
    )
    return [_out(row) for row in rows]


async def lock_rotator_numbers(session: AsyncSession, account_id: UUID) -> tuple[int, int]:
    """Lock the account, so that nobody else makes a rotator in it.

    Returns the number that the next one gets, and how many are living.
    """
    await execute(session, "select from account where id = $1 for no key update", account_id)
    rows = await fetch(
        session,
        """
        select coalesce(max(number), 0) + 1, count(*) filter (where deleted_at is null)
        from rotator where account_id = $1
        """,
        account_id,
    )
    return rows[0][0], rows[0][1]


async def lock_rotator(session: AsyncSession, account_id: UUID, id_: UUID) -> RotatorOut:
    """Lock one living rotator. Raises NotFound."""
    await execute(
        session,
        """
        select from rotator where account_id = $1 and id = $2 and deleted_at is null
        for no key update
        """,
        account_id,
        id_,
    )
    return await get_rotator(session, account_id, id_)


async def lock_wheels(
    session: AsyncSession, account_id: UUID, numbers: Iterable[int]
) -> dict[int, Wheel]:
    """Lock living rotators for picks, in one order; by number, what is not there is absent.

    Their places are read after the lock, so that they are true.
    """
    rows = await fetch(
        session,
        """
        select id, number, rotation, turn_number, cycle, cycle_start, numbers from rotator
        where account_id = $1 and number = any($2::int[]) and deleted_at is null
        order by id for no key update
        """,
        account_id,
        sorted(set(numbers)),
    )
    places = await fetch(
        session,
        """
        select rotator_id, address, last_turn from rotator_place
        where account_id = $1 and rotator_id = any($2::uuid[])
        """,
        account_id,
        [row["id"] for row in rows],
    )
    turns = {(row["rotator_id"], row["address"]): row["last_turn"] for row in places}
    return {row["number"]: _wheel(account_id, row, turns) for row in rows}


def _wheel(account_id: UUID, row: asyncpg.Record, turns: Mapping[tuple[UUID, str], int]) -> Wheel:
    return Wheel(
        account_id=account_id,
        id=row["id"],
        rotation=row["rotation"],
        turn_number=row["turn_number"],
        cycle=row["cycle"],
        cycle_start=row["cycle_start"],
        last_pick=max((turn for (id_, _), turn in turns.items() if id_ == row["id"]), default=0),
        places=[
            NumberPlace(
                address=each.number,
                weight=each.weight,
                last_turn=turns.get((row["id"], each.number), 0),
            )
            for each in _numbers(row)
        ],
    )


async def store_wheels(session: AsyncSession, wheels: Sequence[Wheel]) -> None:
    """Store where locked rotators stand after picks, and the places of what was picked."""
    standings = [
        {
            "account_id": wheel.account_id,
            "id": wheel.id,
            "turn_number": wheel.turn_number,
            "cycle": wheel.cycle,
            "cycle_start": wheel.cycle_start,
        }
        for wheel in wheels
    ]
    await update_rows(session, Rotator, standings)
    picked = [
        (wheel.account_id, wheel.id, place.address, place.last_turn, place.picks)
        for wheel in wheels
        for place in wheel.places
        if place.picks
    ]
    await execute(session, _PLACES, *(list(column) for column in zip(*picked, strict=True)))


_PLACES = """
insert into rotator_place as p (account_id, rotator_id, address, last_turn, picks)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[])
on conflict (account_id, rotator_id, address)
do update set last_turn = excluded.last_turn, picks = p.picks + excluded.picks
"""


async def insert_rotator(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert a rotator. Raises Conflict when another one has its name."""
    with named_alone("rotator", columns):
        await insert_rows(session, Rotator, [_encoded(columns)])


async def set_rotator(
    session: AsyncSession, account_id: UUID, id_: UUID, changes: Mapping[str, Any]
) -> None:
    """Change columns of a rotator, one at least. Raises Conflict when another has its name."""
    row = {"account_id": account_id, "id": id_, **_encoded(changes)}
    with named_alone("rotator", changes):
        await update_rows(session, Rotator, [row])


def brief(rotator: RotatorOut) -> RotatorBrief:
    """Return the shape that events carry."""
    return RotatorBrief(**{name: getattr(rotator, name) for name in RotatorBrief.__struct_fields__})


def _out(row: asyncpg.Record) -> RotatorOut:
    return RotatorOut(
        id=row["id"],
        target=f"rotator#{row['number']}",
        name=row["name"],
        rotation=row["rotation"],
        numbers=_numbers(row),
        is_deleted=row["deleted_at"] is not None,
        picks=row["picks"],
    )


def _numbers(row: asyncpg.Record) -> list[RotatorNumber]:
    return msgspec.convert(row["numbers"], list[RotatorNumber])


def _encoded(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the list of numbers into JSON text."""
    if "numbers" not in columns:
        return dict(columns)
    return {**columns, "numbers": msgspec.json.encode(columns["numbers"]).decode()}
