"""Rotations that are wrong on purpose: the check of the world must find each of them out."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from random import Random
from uuid import UUID

import pytest

from helpdesk.actions import rotate
from helpdesk.database import Database, UnitOfWork, execute
from helpdesk.queries.rotas import Rota, Seat
from helpdesk.vault import Vault
from tests.actions.rotation_world import World
from tests.pure.rotation_model import Violation

SEEDS, STEPS = 40, 40
Pick = Callable[[Rota, Sequence[Seat], Random], Seat]
real_pick = rotate._pick


async def drive(world: World, random: Random) -> None:
    """Do steps at random, mostly such as take turns."""
    await world.build()
    for _ in range(STEPS):
        a, b = random.randrange(12), random.randrange(12)
        steps: dict[Callable[[], Awaitable[None]], int] = {
            partial(world.write, a, 1 + b // 10, b): 6,
            partial(world.resolve, a): 5,
            partial(world.toggle, a): 2,
            partial(blink, world, a): 1,
            partial(world.repeat, a): 1,
            partial(world.abort, a, 1, b): 1,
            partial(world.transfer, a, b): 1,
            partial(world.join, a, 3): 1,
            partial(world.leave, a): 1,
            partial(world.release, a): 1,
        }
        await random.choices(list(steps), list(steps.values()))[0]()


async def blink(world: World, place: int) -> None:
    """Let whoever had the last turn be away for the time of the next."""
    await world.write(place, 1, 0)
    owner = list(world.model.chats.values())[-1].owner
    if owner in world.model.staff:
        agent = list(world.model.staff).index(owner)
        await world.toggle(agent)
        await world.write(place, 1, 0)
        await world.toggle(agent)
        await world.write(place, 1, 0)


async def find_out(database: Database, vault: Vault, *, seeds: int = SEEDS, **wrong: object) -> str:
    """Return what the check says of a world that something is wrong with, or nothing."""
    for seed in range(seeds):
        world = World([database], vault, **wrong)  # type: ignore[arg-type]
        try:
            await drive(world, Random(seed))
        except Violation as violation:
            return f"seed {seed}: {violation}"
    return ""


def noted(rota: Rota, seat: Seat) -> Seat:
    """Keep the numbers as the product does."""
    seat.last_turn = rota.last_pick = rota.turn_number
    return seat


def beginners(rota: Rota, eligible: Sequence[Seat]) -> list[Seat]:
    """Who may begin a cycle: a mutant is to be found out by its own fault, not by this one."""
    return [seat for seat in eligible if seat.last_turn != rota.last_pick] or list(eligible)


def pointer_modulo_list() -> Pick:
    return lambda rota, eligible, _: noted(rota, eligible[rota.turn_number % len(eligible)])


def plain_random() -> Pick:
    return lambda rota, eligible, random: noted(rota, random.choice(eligible))


def least_busy() -> Pick:
    return lambda rota, eligible, _: noted(rota, min(eligible, key=lambda seat: seat.open_count))


def counter_of_the_agent() -> Pick:
    had: Counter[UUID] = Counter()

    def pick(rota: Rota, eligible: Sequence[Seat], _random: Random) -> Seat:
        seat = min(eligible, key=lambda seat: had[seat.agent_id])
        had[seat.agent_id] += 1
        return noted(rota, seat)

    return pick


def cycle_cleared_on_join_or_leave() -> Pick:
    staff: dict[UUID, set[UUID]] = {}

    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        now = {seat.agent_id for seat in rota.seats}
        if staff.setdefault(rota.division_id, now) != now:
            staff[rota.division_id] = now
            rota.cycle_start = rota.turn_number
        return real_pick(rota, eligible, random)

    return pick


def forgotten_while_away() -> Pick:
    left_with: dict[UUID, int] = {}

    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        for seat in rota.seats:
            if seat.presence != "online":
                left_with[seat.agent_id] = seat.last_turn
            elif left_with.get(seat.agent_id) == seat.last_turn:
                seat.last_turn = 0
        return real_pick(rota, eligible, random)

    return pick


def kept_in_memory_so_that_a_rollback_burns_a_turn() -> Pick:
    picked: defaultdict[UUID, set[UUID]] = defaultdict(set)

    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        had = picked[rota.division_id]
        had_none = [seat for seat in eligible if seat.agent_id not in had]
        if not had_none:
            had.clear()
        seat = random.choice(had_none or beginners(rota, eligible))
        had.add(seat.agent_id)
        return noted(rota, seat)

    return pick


def kept_in_the_memory_of_each_node() -> Pick:
    places: tuple[dict[UUID, int], ...] = ({}, {})
    starts: tuple[defaultdict[UUID, int], ...] = (defaultdict(int), defaultdict(int))

    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        node = random.randrange(2)
        place, start = places[node], starts[node]
        had_none = [s for s in eligible if place.get(s.agent_id, 0) <= start[rota.division_id]]
        if not had_none:
            start[rota.division_id], had_none = rota.turn_number - 1, beginners(rota, eligible)
        seat = random.choice(had_none)
        place[seat.agent_id] = rota.turn_number
        return noted(rota, seat)

    return pick


def coarse_time_in_place_of_a_counter() -> Pick:
    had_at: dict[UUID, int] = {}
    began_at: defaultdict[UUID, int] = defaultdict(int)

    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        second = 1 + rota.turn_number // 3
        began = began_at[rota.division_id]
        had_none = [seat for seat in eligible if had_at.get(seat.agent_id, -1) < began]
        if not had_none:
            began_at[rota.division_id], had_none = second, beginners(rota, eligible)
        seat = random.choice(had_none)
        had_at[seat.agent_id] = second
        return noted(rota, seat)

    return pick


def the_last_of_a_cycle_may_begin_the_next() -> Pick:
    def pick(rota: Rota, eligible: Sequence[Seat], random: Random) -> Seat:
        had_none = [seat for seat in eligible if seat.last_turn < rota.cycle_start]
        if not had_none:
            rota.cycle, rota.cycle_start = rota.cycle + 1, rota.turn_number
        return noted(rota, random.choice(had_none or eligible))

    return pick


PICKS = [
    pointer_modulo_list,
    plain_random,
    least_busy,
    counter_of_the_agent,
    cycle_cleared_on_join_or_leave,
    forgotten_while_away,
    kept_in_memory_so_that_a_rollback_burns_a_turn,
    kept_in_the_memory_of_each_node,
    coarse_time_in_place_of_a_counter,
    the_last_of_a_cycle_may_begin_the_next,
]


@pytest.mark.parametrize("make_pick", PICKS)
async def test_a_wrong_choice_is_found_out(
    database: Database,
    vault: Vault,
    monkeypatch: pytest.MonkeyPatch,
    make_pick: Callable[[], Pick],
) -> None:
    monkeypatch.setattr(rotate, "_pick", make_pick())
    assert await find_out(database, vault)


@pytest.mark.parametrize("burns", ["repeat", "abort", "transfer"])
async def test_a_step_that_burns_a_turn_is_found_out(
    database: Database, vault: Vault, burns: str
) -> None:
    async def burn(world: World, work: UnitOfWork, step: str) -> None:
        if step == burns and (person := world.person(world.now.second)):
            await execute(work.session, _BURN, work.account_id, person.division, person.id)

    assert await find_out(database, vault, mutation=burn)


@pytest.mark.parametrize("burns", ["repeat", "abort", "transfer"])
async def test_a_step_that_moves_the_counter_is_found_out(
    database: Database, vault: Vault, burns: str
) -> None:
    async def count(world: World, work: UnitOfWork, step: str) -> None:
        if step == burns:
            sql = "update division set turn_number = turn_number + 1 where account_id = $1"
            await execute(work.session, sql, work.account_id)

    assert await find_out(database, vault, mutation=count)


async def test_the_product_itself_is_found_right(database: Database, vault: Vault) -> None:
    assert not await find_out(database, vault, seeds=8)


_BURN = """
insert into rotation_place (account_id, division_id, agent_id, last_turn)
select $1, $2, $3, greatest(turn_number, cycle_start) from division
where account_id = $1 and id = $2
on conflict (account_id, division_id, agent_id) do update set last_turn = excluded.last_turn
"""
