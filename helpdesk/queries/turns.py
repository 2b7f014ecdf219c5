"""Turns: recorded with the place they leave the rotation in."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.rotas import Rota
from helpdesk.shapes.turns import AssignedOut, TurnOut, WhyOut
from helpdesk.tables.division import Division
from helpdesk.tables.turn import Turn

_json = msgspec.json.Encoder()
_COLUMNS = (
    "id, division_id, number, rotation, cycle, agent_id, conversation_id, eligible, weights,"
    " excluded, is_anyway, at"
)


async def record_turns(
    session: AsyncSession,
    rotas: Iterable[Rota],
    turns: Sequence[tuple[UUID, TurnOut, int]],
) -> None:
    """Store turns, given as (account, turn, assignment), and the rotation as they left it."""
    if not turns:
        return
    await insert_rows(session, Turn, [_values(*turn) for turn in turns])
    await update_rows(session, Division, [_place(rota) for rota in rotas])
    full = [(account_id, turn) for account_id, turn, _ in turns if turn.cycle is not None]
    if full:
        await execute(
            session, _PLACES, *(list(column) for column in zip(*map(_pick, full), strict=True))
        )


_PLACES = """
insert into rotation_place (account_id, division_id, agent_id, last_turn)
select account_id, division_id, agent_id, max(number)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[])
  v(account_id, division_id, agent_id, number)
group by account_id, division_id, agent_id
on conflict (account_id, division_id, agent_id) do update set last_turn = excluded.last_turn
"""


def _pick(turn: tuple[UUID, TurnOut]) -> tuple[UUID, UUID, UUID, int]:
    account_id, pick = turn
    return account_id, pick.division_id, pick.agent_id, pick.number


def _place(rota: Rota) -> dict[str, Any]:
    return {
        "account_id": rota.account_id,
        "id": rota.division_id,
        "turn_number": rota.turn_number,
        "cycle": rota.cycle,
        "cycle_start": rota.cycle_start,
    }


def _values(account_id: UUID, turn: TurnOut, assignment: int) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "id": turn.id,
        "division_id": turn.division_id,
        "number": turn.number,
        "rotation": turn.rotation,
        "cycle": turn.cycle,
        "agent_id": turn.agent_id,
        "conversation_id": turn.conversation_id,
        "assignment": assignment,
        "eligible": _json.encode(turn.eligible).decode(),
        "weights": _json.encode(turn.weights).decode(),
        "excluded": _json.encode(turn.excluded).decode(),
        "is_anyway": turn.is_anyway,
        "at": turn.at,
    }


async def find_last_turn(session: AsyncSession, row: ConversationRow) -> WhyOut | None:
    """Return the turn that a conversation's newest assignment by rotation was, or None."""
    rows = await fetch(
        session,
        f"""
        select {_COLUMNS} from turn where account_id = $1 and conversation_id = $2
        order by assignment desc limit 1
        """,
        row.account_id,
        row.id,
    )
    if not rows:
        return None
    told = row.assigned if row.assignee_id else None
    return WhyOut(
        **msgspec.structs.asdict(_turn(dict(rows[0]))),
        assignee_id=row.assignee_id,
        assigned=msgspec.json.decode(told, type=AssignedOut) if told else None,
    )


async def list_turns(
    session: AsyncSession,
    account_id: UUID,
    division_id: UUID,
    *,
    before: int | None = None,
    limit: int = 50,
) -> list[TurnOut]:
    """Return a division's turns, newest first; `before` is a turn's number."""
    rows = await fetch(
        session,
        f"""
        select {_COLUMNS} from turn
        where account_id = $1 and division_id = $2 and ($3::bigint is null or number < $3)
        order by number desc limit $4
        """,
        account_id,
        division_id,
        before,
        limit,
    )
    return [_turn(dict(row)) for row in rows]


def _turn(row: dict[str, Any]) -> TurnOut:
    return TurnOut(
        **row
        | {
            "eligible": [UUID(agent_id) for agent_id in row["eligible"]],
        }
    )
