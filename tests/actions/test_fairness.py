"""Twenty callers at once, in several processes: the rotation stays exact, nothing is lost."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions.conversations import transfer_to_division
from helpdesk.actions.ingest import Delivery, take_deliveries
from helpdesk.actions.waiting import assign_waiting
from helpdesk.actors import Actor
from helpdesk.bus import Bus
from helpdesk.database import Database, UnitOfWork, fetch
from helpdesk.errors import Unavailable
from helpdesk.gateways.simulated import MessageBody, Simulated
from helpdesk.queries.presence import set_away
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    make_agent,
    make_conversation,
    make_device,
    make_division,
    open_console,
)
from tests.pure.rotation_model import FullRotation

SCALE = int(os.environ.get("HELPDESK_TEST_SCALE", "1"))
CALLERS, NODES = 20, 3
ROUNDS = 3 * SCALE


@pytest.fixture
async def nodes(database: Database) -> AsyncIterator[list[Database]]:
    """Processes on the same database."""
    made = [Database(database.url, Bus(), pool_size=CALLERS * 2) for _ in range(NODES)]
    yield made
    for each in made:
        await each.close()


@pytest.fixture
async def sales(account: AccountUnderTest) -> UUID:
    return await make_division(account)


@pytest.fixture
async def device(account: AccountUnderTest, sales: UUID) -> DeviceUnderTest:
    return await make_device(account, default_division_id=sales)


@pytest.fixture
async def agents(account: AccountUnderTest, device: DeviceUnderTest, sales: UUID) -> list[Actor]:
    """Four agents, all of whom are here."""
    made = [await make_agent(account, device, division_id=sales) for _ in range(4)]
    for each in made:
        await open_console(account, each)
    return made


def webhook(account: AccountUnderTest, device: DeviceUnderTest, *numbers: str) -> Delivery:
    """One webhook, with a message of each number."""
    body = msgspec.json.encode([MessageBody(sender=each, id=uuid4().hex) for each in numbers])
    return Delivery(
        hook_digest=account.vault.digest(device.hook_key).hex(),
        gateway_kind="simulated",
        body=body,
        content_type="",
        parsed=Simulated.parse_webhook(Simulated.__new__(Simulated), body, ""),
    )


async def work_on(node: Database, act: Callable[[UnitOfWork], Awaitable[object]]) -> None:
    """Do it in a unit of work of its own; again, as gateways and loops do, when it is busy."""
    while True:
        with suppress(Unavailable):
            async with node.unit_of_work() as work:
                await act(work)
            return


async def ingest(node: Database, delivery: Delivery) -> None:
    """Take one webhook."""
    await work_on(node, lambda work: take_deliveries(work, [delivery], now=clock.now()))


async def empty_queue(node: Database, account: AccountUnderTest, division: UUID) -> None:
    """Do what the waiting loop does."""
    await work_on(node, lambda work: assign_waiting(work, (account.id, division), now=clock.now()))


async def rows(account: AccountUnderTest, sql: str) -> list[Any]:
    async with account.reading() as session:
        return await fetch(session, sql, account.id)


async def check_turns(account: AccountUnderTest, expected: int) -> None:
    """Turns in the order of their numbers are a full rotation, one for each conversation."""
    turns = await rows(account, "select * from turn where account_id = $1 order by number")
    model = FullRotation[UUID]()
    for turn in turns:
        model.note(frozenset(map(UUID, turn["eligible"])), turn["agent_id"])
    assert [turn["number"] for turn in turns] == list(range(1, expected + 1))
    assert len({turn["conversation_id"] for turn in turns}) == expected


async def check_events(account: AccountUnderTest) -> None:
    """The events' numbers have no gap, and the counter stands at the last."""
    found = await rows(account, "select seq from event where account_id = $1 order by seq")
    [(head,)] = await rows(account, "select seq from event_counter where account_id = $1")
    assert [row[0] for row in found] == list(range(1, head + 1))


def spread(turns: Sequence[Any]) -> int:
    """How many turns the luckiest agent had more than the unluckiest."""
    counts = Counter(row[0] for row in turns)
    return max(counts.values()) - min(counts.values())


async def test_twenty_webhooks_at_once_make_one_full_rotation(
    account: AccountUnderTest, device: DeviceUnderTest, agents: list[Actor], sales: UUID,
    nodes: list[Database],
) -> None:  # fmt: skip
    for round_ in range(ROUNDS):
        deliveries = [
            webhook(account, device, f"62{round_:03}{n:06}", f"62{round_:03}9{n:05}")
            for n in range(CALLERS)
        ]
        await asyncio.gather(
            *(ingest(nodes[n % NODES], each) for n, each in enumerate(deliveries)),
            *(empty_queue(node, account, sales) for node in nodes),
        )
        await empty_queue(nodes[0], account, sales)
    await check_turns(account, expected=ROUNDS * CALLERS * 2)
    turns = await rows(account, "select agent_id from turn where account_id = $1")
    assert spread(turns) <= 1
    await check_events(account)


async def test_twenty_transfers_at_once_make_one_full_rotation(
    account: AccountUnderTest, device: DeviceUnderTest, agents: list[Actor], sales: UUID,
    nodes: list[Database],
) -> None:  # fmt: skip
    lines = [
        await make_conversation(account, device, number=f"62{n:09}", assignee=agents[0])
        for n in range(CALLERS)
    ]

    async def transfer(node: Database, id_: UUID) -> None:
        async with node.unit_of_work(account.id) as work:
            await transfer_to_division(work, account.supervisor, id_, sales, now=clock.now())

    await asyncio.gather(*(transfer(nodes[n % NODES], line.id) for n, line in enumerate(lines)))
    await check_turns(account, expected=CALLERS)
    await check_events(account)


async def test_one_new_customer_on_every_node_at_once_takes_one_turn(
    account: AccountUnderTest, device: DeviceUnderTest, agents: list[Actor], nodes: list[Database]
) -> None:
    deliveries = [webhook(account, device, "6285550001") for _ in range(CALLERS)]
    await asyncio.gather(
        *(ingest(nodes[n % NODES], each) for n, each in enumerate(deliveries + deliveries[:5]))
    )
    await check_turns(account, expected=1)
    [(messages,)] = await rows(account, "select count(*) from message where account_id = $1")
    assert messages == CALLERS
    await check_events(account)


async def test_the_rotation_stays_exact_while_agents_come_and_go(
    account: AccountUnderTest, device: DeviceUnderTest, agents: list[Actor], sales: UUID,
    nodes: list[Database],
) -> None:  # fmt: skip
    joined: list[Actor] = []

    async def come_and_go() -> None:
        for n in range(CALLERS):
            async with account.work() as work:
                await set_away(work.session, account.id, agents[n % 3].id, is_away=n % 2 == 0)
            if n % 5 == 0:
                joined.append(await make_agent(account, device, division_id=sales))
                await open_console(account, joined[-1])
            await asyncio.sleep(0.01)

    deliveries = [webhook(account, device, f"62{n:09}") for n in range(CALLERS * ROUNDS)]
    await asyncio.gather(
        come_and_go(),
        *(ingest(nodes[n % NODES], each) for n, each in enumerate(deliveries)),
        *(empty_queue(node, account, sales) for node in nodes),
    )
    await empty_queue(nodes[0], account, sales)
    await check_turns(account, expected=CALLERS * ROUNDS)
    await check_events(account)


async def test_no_limit_is_passed_by_twenty_callers(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, nodes: list[Database]
) -> None:
    for _ in range(3):
        agent = await make_agent(account, device, division_id=sales, open_limit=2)
        await open_console(account, agent)
    deliveries = [webhook(account, device, f"62{n:09}") for n in range(CALLERS)]
    await asyncio.gather(
        *(ingest(nodes[n % NODES], each) for n, each in enumerate(deliveries)),
        *(empty_queue(node, account, sales) for node in nodes),
    )
    await empty_queue(nodes[0], account, sales)
    states = await rows(
        account,
        "select coalesce(assignee_id::text, status) from conversation where account_id = $1",
    )
    assert sorted(Counter(row[0] for row in states).values()) == [2, 2, 2, CALLERS - 6]


async def test_many_accounts_in_unsorted_batches_never_deadlock(
    account: AccountUnderTest, other_account: AccountUnderTest, nodes: list[Database]
) -> None:
    places = []
    for number, each in enumerate((account, other_account)):
        division = await make_division(each)
        device = await make_device(each, number=f"62811{number}", default_division_id=division)
        await open_console(each, await make_agent(each, device, division_id=division))
        places.append((each, device))

    async def flush(node: Database, turn: int) -> None:
        batch = [webhook(*place, f"62{turn:03}{n:06}") for n in range(5) for place in places]
        async with node.unit_of_work() as work:
            await take_deliveries(work, batch[:: 1 if turn % 2 else -1], now=clock.now())

    failures = await asyncio.gather(
        *(flush(nodes[n % NODES], n) for n in range(CALLERS)), return_exceptions=True
    )
    assert not [each for each in failures if isinstance(each, Unavailable | Exception)]
    for each, _ in places:
        await check_events(each)
