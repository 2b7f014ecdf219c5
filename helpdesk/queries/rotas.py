"""The seats of a division in its rotation, under the division's lock."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from msgspec import Struct, field
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.queries.agents import ALIVE, REACHABLE
from helpdesk.shapes.words import Presence, Rotation, WhenNobody

DivisionKey = tuple[UUID, UUID]


class Place(Struct, kw_only=True):
    """What a rotation picks: by its weight under partial rotation, by its last turn under full."""

    weight: int = 1
    last_turn: int = 0


class Standing(Struct, kw_only=True):
    """Where a locked rotation stands. Picks change it in memory."""

    account_id: UUID
    rotation: Rotation
    turn_number: int
    cycle: int
    cycle_start: int
    last_pick: int = 0
    """The number of the last turn under full rotation, whoever had it."""


class Seat(Place, kw_only=True):
    """An agent of a division, as the rotation sees it at this moment."""

    agent_id: UUID
    device_id: UUID
    is_enabled: bool = True
    presence: Presence = "online"
    limit: int | None = None
    open_count: int = 0


class Rota(Standing, kw_only=True):
    """A locked division: its place in the rotation and its seats. Turns change it in memory."""

    division_id: UUID
    when_nobody: WhenNobody
    is_own_device_only: bool
    seats: list[Seat] = field(default_factory=list)
    has_queue: bool = False
    """Whether conversations wait already: newcomers go behind them."""


async def lock_rotas(
    session: AsyncSession, divisions: Iterable[DivisionKey], *, skip_locked: bool = False
) -> dict[DivisionKey, Rota]:
    """Lock living divisions in one order. `seat_agents` fills their seats, when the conversations
    are locked too.

    With `skip_locked` a division that somebody else holds is absent from the answer.
    """
    keys = sorted(set(divisions))
    if not keys:
        return {}
    rotas = await _read(session, keys, f"for no key update {'skip locked' if skip_locked else ''}")
    if rotas:
        await _read_queues(session, rotas)
    return rotas


async def read_rota(session: AsyncSession, key: DivisionKey) -> Rota | None:
    """Return a living division with its seats, without any lock: to look at, not to take turns."""
    rotas = await _read(session, [key], "")
    await _read_seats(session, rotas)
    return rotas.get(key)


async def _read(
    session: AsyncSession, keys: Sequence[DivisionKey], lock: str
) -> dict[DivisionKey, Rota]:
    rows = await fetch(
        session,
        f"""
        select account_id, id, rotation, when_nobody, is_own_device_only, turn_number, cycle,
               cycle_start
        from division
        where (account_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
          and deleted_at is null
        order by account_id, id {lock}
        """,
        *_columns(keys),
    )
    return {
        (row[0], row[1]): Rota(
            account_id=row[0],
            division_id=row[1],
            rotation=row[2],
            when_nobody=row[3],
            is_own_device_only=row[4],
            turn_number=row[5],
            cycle=row[6],
            cycle_start=row[7],
        )
        for row in rows
    }


def _columns(keys: Sequence[DivisionKey]) -> tuple[list[UUID], list[UUID]]:
    return [account_id for account_id, _ in keys], [id_ for _, id_ in keys]


async def _read_queues(session: AsyncSession, rotas: Mapping[DivisionKey, Rota]) -> None:
    """Note the last pick and whether somebody waits: read after the lock, so that it is true."""
    rows = await fetch(
        session,
        """
        select v.account_id, v.division_id, exists (
          select from conversation c where c.account_id = v.account_id
            and c.division_id = v.division_id and c.status = 'waiting'),
          coalesce((
            select max(p.last_turn) from rotation_place p where p.account_id = v.account_id
              and p.division_id = v.division_id), 0)
        from unnest($1::uuid[], $2::uuid[]) v(account_id, division_id)
        """,
        *_columns(list(rotas)),
    )
    for account_id, division_id, has_queue, last_pick in rows:
        rota = rotas[account_id, division_id]
        rota.has_queue, rota.last_pick = has_queue, last_pick


_SEATS = f"""
with seat as (
  select a.account_id, a.division_id, a.id, a.device_id, a.is_enabled, a.is_away,
         a.weight, {REACHABLE} as is_reachable,
         coalesce(a.open_limit, d.agent_limit) as open_limit,
         coalesce(p.last_turn, 0) as last_turn
  from unnest($1::uuid[], $2::uuid[]) v(account_id, division_id)
  join division d on d.account_id = v.account_id and d.id = v.division_id
  join agent a on a.account_id = v.account_id and a.division_id = v.division_id
  left join rotation_place p on p.account_id = a.account_id and p.division_id = a.division_id
    and p.agent_id = a.id
  where a.deleted_at is null),
here as (
  select distinct c.account_id, c.agent_id
  from console c join node n on n.id = c.node_id
  where {ALIVE}
    and (c.account_id, c.agent_id) in (select account_id, id from seat))
select s.account_id, s.division_id, s.id, s.device_id, s.is_enabled,
       case when h.agent_id is null and not s.is_reachable then 'offline'
            when s.is_away then 'away' else 'online' end,
       s.open_limit,
       case when s.open_limit is null then 0 else (
         select count(*) from conversation c where c.account_id = s.account_id
           and c.assignee_id = s.id and c.status = 'assigned') end,
       s.last_turn, s.weight
from seat s left join here h on h.account_id = s.account_id and h.agent_id = s.id
order by s.account_id, s.id
"""


async def seat_agents(session: AsyncSession, rotas: Mapping[DivisionKey, Rota]) -> None:
    """Read the agents; those with a limit are locked, so that nobody fills the last place twice."""
    if not rotas:
        return
    keys = _columns(list(rotas))
    await execute(
        session,
        """
        select from agent a join division d on d.account_id = a.account_id and d.id = a.division_id
        where (a.account_id, a.division_id) in (select * from unnest($1::uuid[], $2::uuid[]))
          and coalesce(a.open_limit, d.agent_limit) is not null
        order by a.account_id, a.id for no key update of a
        """,
        *keys,
    )
    await _read_seats(session, rotas)


async def _read_seats(session: AsyncSession, rotas: Mapping[DivisionKey, Rota]) -> None:
    for row in await fetch(session, _SEATS, *_columns(list(rotas))):
        rotas[row[0], row[1]].seats.append(
            Seat(
                agent_id=row[2],
                device_id=row[3],
                is_enabled=row[4],
                presence=row[5],
                limit=row[6],
                open_count=row[7],
                last_turn=row[8],
                weight=row[9],
            )
        )
