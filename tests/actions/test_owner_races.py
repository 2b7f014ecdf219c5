"""Two units of work at once over one conversation, one agent or one batch."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions.agents import change_agent, remove_agent
from helpdesk.actions.conversations import (
    resolve_conversation,
    take_conversation,
    transfer_to_division,
)
from helpdesk.actions.waiting import assign_waiting
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork, fetch
from helpdesk.queries.agents import lock_agent
from helpdesk.queries.conversations import get_conversation, lock_conversation
from helpdesk.queries.messages import list_messages
from helpdesk.shapes.conversations import ConversationOut
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    deliver,
    make_agent,
    make_conversation,
    make_device,
    make_division,
    open_console,
    receive,
)

NOW = clock.now()


@pytest.fixture
async def sales(account: AccountUnderTest) -> UUID:
    return await make_division(account)


@pytest.fixture
async def device(account: AccountUnderTest, sales: UUID) -> DeviceUnderTest:
    return await make_device(account, default_division_id=sales)


async def read(account: AccountUnderTest, id_: UUID) -> ConversationOut:
    async with account.reading() as session:
        return (await get_conversation(session, account.id, id_)).out()


async def is_somebody_waiting(account: AccountUnderTest) -> bool:
    async with account.work() as work:
        rows = await fetch(work.session, "select 1 from pg_locks where not granted")
    return bool(rows)


async def until_blocked(account: AccountUnderTest, task: asyncio.Task[object]) -> None:
    """Return when the task waits for a lock, or is done."""
    while not task.done() and not await is_somebody_waiting(account):
        await asyncio.wait([task], timeout=0.01)


async def take(work: UnitOfWork, ani: Actor, id_: UUID) -> object:
    return await take_conversation(work, ani, id_, expected=None, now=NOW)


async def wait_for_turn(work: UnitOfWork, ani: Actor, _id: UUID) -> object:
    if ani.division_id is None:
        raise AssertionError("no division")
    return await assign_waiting(work, (ani.account_id, ani.division_id), now=NOW)


async def transfer(work: UnitOfWork, ani: Actor, id_: UUID) -> object:
    if ani.division_id is None:
        raise AssertionError("no division")
    supervisor = Actor(
        account_id=ani.account_id, role="supervisor", kind="user", id=uuid4(), name="Sari"
    )
    return await transfer_to_division(work, supervisor, id_, ani.division_id, now=NOW)


@pytest.mark.parametrize("rival", [wait_for_turn, transfer])
async def test_whoever_takes_a_conversation_never_deadlocks_with_the_rotation(
    account: AccountUnderTest,
    device: DeviceUnderTest,
    sales: UUID,
    rival: Callable[[UnitOfWork, Actor, UUID], Awaitable[object]],
) -> None:
    ani = await make_agent(account, device, division_id=sales, open_limit=3)
    await open_console(account, ani)
    line = await make_conversation(account, device, division_id=sales)

    async def compete() -> object:
        async with account.work() as work:
            return await rival(work, ani, line.id)

    async with account.work() as work:
        await lock_conversation(work.session, account.id, line.id)
        task = asyncio.create_task(compete())
        await until_blocked(account, task)
        async with asyncio.timeout(0.5):
            await lock_agent(work.session, account.id, ani.id)
            await take(work, ani, line.id)
    await task


@pytest.mark.parametrize("kind", ["disabled", "removed"])
async def test_an_agent_who_leaves_gets_nothing_from_a_turn_taken_meanwhile(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, kind: str
) -> None:
    ani = await make_agent(account, device, division_id=sales)
    await open_console(account, ani)
    line = await make_conversation(account, device, division_id=sales)

    async def leave() -> None:
        async with account.work() as work:
            if kind == "removed":
                await remove_agent(work, ani.id, now=NOW)
            else:
                await change_agent(work, ani.id, {"is_enabled": False}, now=NOW)

    async with account.database.unit_of_work() as work:
        await assign_waiting(work, (account.id, sales), now=NOW)
        task = asyncio.create_task(leave())
        await until_blocked(account, task)
    await task
    after = await read(account, line.id)
    assert (after.status, after.assignee_id) == ("waiting", None)


async def test_conversations_that_go_back_to_their_agent_count_towards_its_limit(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    ani = await make_agent(account, device, division_id=sales, open_limit=1)
    await open_console(account, ani)
    for number in ("628555001", "628555002"):
        line = await receive(account, device, number=number)
        async with account.work() as work:
            await resolve_conversation(work, account.supervisor, line.conversation.id, now=NOW)
    again = [
        {"type": "message", "id": uuid4().hex, "from": number}
        for number in ("628555001", "628555002", "628555003")
    ]
    await deliver(account, device, msgspec.json.encode(again))
    async with account.reading() as session:
        rows = await fetch(session, "select count(*) from conversation where status = 'assigned'")
    assert rows[0][0] == 1


async def test_messages_of_one_second_stand_in_the_order_in_which_they_came(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    ids = ["m", "z", "a", "k"]
    body = [
        {"type": "message", "id": id_, "from": "628555001", "text": id_, "at": 1_700_000_000}
        for id_ in ids
    ]
    await deliver(account, device, msgspec.json.encode(body))
    async with account.reading() as session:
        rows = await fetch(session, "select id from conversation")
        lines = await list_messages(session, account.id, rows[0][0])
    assert [line.text for line in reversed(lines)] == ids


async def test_the_queue_of_one_second_is_in_the_order_in_which_they_came(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    numbers = [f"62855500{n}" for n in range(4)]
    body = [
        {"type": "message", "id": f"{9 - place}", "from": number}
        for place, number in enumerate(numbers)
    ]
    await deliver(account, device, msgspec.json.encode(body), now=NOW)
    ani = await make_agent(account, device, division_id=sales, open_limit=2)
    await open_console(account, ani)
    async with account.database.unit_of_work() as work:
        await assign_waiting(work, (account.id, sales), now=NOW + timedelta(seconds=1))
    async with account.reading() as session:
        rows = await fetch(
            session,
            """
            select p.address from conversation c join contact p on p.id = c.contact_id
            where c.status = 'assigned' order by p.address
            """,
        )
    assert [row[0] for row in rows] == numbers[:2]
