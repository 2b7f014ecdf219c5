"""Steps that are wrong on purpose: the check of the world must find each of them out.

Wrong choices are found out in `tests/pure/test_rotation_mutants.py`.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from random import Random

import pytest

from helpdesk.database import Database, UnitOfWork, execute
from helpdesk.vault import Vault
from tests.actions.rotation_world import World
from tests.pure.rotation_model import Violation

SEEDS, STEPS = 40, 40


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


async def test_a_reopened_one_that_had_to_wait_goes_back_without_a_turn(
    database: Database, vault: Vault
) -> None:
    world = World([database], vault)
    await world.build(agents=1)
    await world.write(0, 2, 0)
    await world.toggle(0)
    await world.resolve(0)
    await world.write_again(0, 0)
    await world.toggle(0)
    assert {chat.status for chat in world.model.chats.values()} == {"assigned"}


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
    assert not await find_out(database, vault, seeds=3)


_BURN = """
insert into rotation_place (account_id, division_id, agent_id, last_turn)
select $1, $2, $3, greatest(turn_number, cycle_start) from division
where account_id = $1 and id = $2
on conflict (account_id, division_id, agent_id) do update set last_turn = excluded.last_turn
"""
