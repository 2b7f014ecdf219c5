"""Rotas for the pure tests of the rotation."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any
from uuid import UUID

from helpdesk import clock
from helpdesk.actions.rotate import take_turn
from helpdesk.queries.rotas import Rota, Seat
from helpdesk.shapes.turns import TurnOut

DEVICE = UUID(int=1)
OTHER_DEVICE = UUID(int=2)


def who(number: int) -> UUID:
    """The agent with this number."""
    return UUID(int=1000 + number)


def make_rota(agents: int, *, weights: Sequence[int] = (), **fields: Any) -> Rota:
    """A division of agents 0, 1, …, all online and without a limit; of weight 1 unless given."""
    columns: dict[str, Any] = {
        "account_id": UUID(int=7),
        "division_id": UUID(int=8),
        "rotation": "full",
        "when_nobody": "wait",
        "is_own_device_only": False,
        "turn_number": 0,
        "cycle": 1,
        "cycle_start": 1,
        "seats": [
            Seat(agent_id=who(number), device_id=DEVICE, weight=weight)
            for number, weight in enumerate(weights or [1] * agents)
        ],
    } | fields
    return Rota(**columns)


def turn(
    rota: Rota,
    random: Random | None = None,
    *,
    device_id: UUID = DEVICE,
    avoided_id: UUID | None = None,
) -> TurnOut | None:
    """Take a turn for some conversation."""
    return take_turn(
        rota,
        conversation_id=UUID(int=9),
        device_id=device_id,
        avoided_id=avoided_id,
        now=clock.now(),
        random=random or Random(),
    )


def picks(rota: Rota, count: int, random: Random | None = None) -> list[UUID]:
    """Take turns and return who got them."""
    taken = [turn(rota, random) for _ in range(count)]
    return [each.agent_id for each in taken if each]


def set_online(rota: Rota, agents: Iterable[int]) -> None:
    """Let exactly these agents be online."""
    here = {who(number) for number in agents}
    for seat in rota.seats:
        seat.presence = "online" if seat.agent_id in here else "offline"
