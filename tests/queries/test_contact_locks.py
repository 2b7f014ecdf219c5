"""Contacts are locked in one order, those that are made and those that are there alike."""

import asyncio
from collections.abc import Iterable
from random import Random

from helpdesk import clock
from helpdesk.database import fetch
from helpdesk.queries.contact_rows import lock_contacts
from tests.factories import AccountUnderTest

ROUNDS = 40


async def hold(account: AccountUnderTest, addresses: Iterable[str], end: asyncio.Event) -> None:
    """Lock contacts, as a process of its own, until the end is told."""
    wanted = {(account.id, address): ("person", "") for address in addresses}
    async with account.work() as work:
        held = await lock_contacts(work.session, wanted, now=clock.now())
        assert held.keys() == wanted.keys()
        await end.wait()


async def until_waiting(account: AccountUnderTest, count: int) -> None:
    """Return when so many processes wait for another one."""
    is_so = False
    while not is_so:
        async with account.reading() as session:
            rows = await fetch(session, "select count(*) from pg_locks where not granted")
        is_so = rows[0][0] == count
        await asyncio.sleep(0.05)


async def test_three_who_make_and_find_the_same_contacts_close_no_circle(
    account: AccountUnderTest,
) -> None:
    ends = {name: asyncio.Event() for name in ("y", "z", "rest")}
    async with asyncio.timeout(8), asyncio.TaskGroup() as processes:
        processes.create_task(hold(account, "y", ends["y"]))
        processes.create_task(hold(account, "z", ends["z"]))
        await asyncio.sleep(0.2)
        processes.create_task(hold(account, "ayz", ends["rest"]))  # makes a, waits for y
        await until_waiting(account, 1)
        ends["y"].set()  # finds y, waits for z
        await asyncio.sleep(0.2)
        processes.create_task(hold(account, "ay", ends["rest"]))  # finds y, but a comes first
        await until_waiting(account, 2)
        ends["rest"].set()
        ends["z"].set()


async def test_many_at_once_over_the_same_contacts_all_end(account: AccountUnderTest) -> None:
    random, end = Random(1), asyncio.Event()
    end.set()
    for number in range(ROUNDS):
        alphabet = [f"{number:03}{letter}" for letter in "abcdef"]
        wanted = [random.sample(alphabet, random.randint(1, 6)) for _ in range(8)]
        await asyncio.gather(*(hold(account, each, end) for each in wanted))
