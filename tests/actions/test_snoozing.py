"""Snoozing: a conversation rests, keeps its owner, and comes back exactly once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.agents import change_agent
from helpdesk.actions.conversations import (
    reopen_conversation,
    take_conversation,
    transfer_to_agent,
)
from helpdesk.actions.reply import Draft, reply
from helpdesk.actions.snoozing import snooze_conversation, wake_snoozed
from helpdesk.actors import Actor
from helpdesk.bus import Bus
from helpdesk.database import Database, execute
from helpdesk.errors import Conflict, InputError
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.rotas import lock_rotas, seat_agents
from helpdesk.shapes.conversations import ConversationOut
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    body_of,
    make_agent,
    make_conversation,
    make_device,
    make_division,
    open_console,
    receive,
)

HOUR = timedelta(hours=1)


@pytest.fixture
async def sales(account: AccountUnderTest) -> UUID:
    return await make_division(account)


@pytest.fixture
async def device(account: AccountUnderTest, sales: UUID) -> DeviceUnderTest:
    return await make_device(account, default_division_id=sales)


@pytest.fixture
async def ani(account: AccountUnderTest, device: DeviceUnderTest, sales: UUID) -> Actor:
    """An agent who is here, with room for one open conversation."""
    agent = await make_agent(account, device, division_id=sales, open_limit=1)
    await open_console(account, agent)
    return agent


@pytest.fixture
async def nodes(database: Database) -> AsyncIterator[list[Database]]:
    """Processes on the same database."""
    made = [Database(database.url, Bus()) for _ in range(3)]
    yield made
    for each in made:
        await each.close()


async def snooze(
    account: AccountUnderTest, actor: Actor, id_: UUID, *, until: datetime | None = None
) -> ConversationOut:
    now = clock.now()
    async with account.work() as work:
        return await snooze_conversation(work, actor, id_, until or now + HOUR, now=now)


async def read(account: AccountUnderTest, id_: UUID) -> ConversationOut:
    async with account.reading() as session:
        return (await get_conversation(session, account.id, id_)).out()


async def let_it_be_time(account: AccountUnderTest) -> None:
    async with account.work() as work:
        await execute(
            work.session,
            """
            update conversation set snoozed_until = now() - interval '1 s'
            where snoozed_until is not null
            """,
        )


async def wake(database: Database) -> None:
    async with database.unit_of_work() as work:
        await wake_snoozed(work, now=clock.now())


async def test_a_snoozed_conversation_keeps_its_owner_and_leaves_the_open_count(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID
) -> None:
    mine = (await receive(account, device)).conversation
    after = await snooze(account, ani, mine.id)
    assert (after.status, after.assignee_id) == ("snoozed", ani.id)
    assert after.snoozed_until
    async with account.work() as work:
        rotas = await lock_rotas(work.session, [(account.id, sales)])
        await seat_agents(work.session, rotas)
    assert [seat.open_count for seat in rotas[account.id, sales].seats] == [0]
    [event] = await account.events("conversation.snoozed")
    assert body_of(event)["conversation"]["status"] == "snoozed"


@pytest.mark.parametrize("ahead", [timedelta(seconds=59), timedelta(days=367), -HOUR])
async def test_it_is_snoozed_for_a_minute_to_a_year(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, ahead: timedelta
) -> None:
    mine = await make_conversation(account, device, assignee=ani)
    with pytest.raises(InputError) as refused:
        await snooze(account, ani, mine.id, until=clock.now() + ahead)
    assert "until" in str(refused.value.facts["errors"])


async def test_what_a_colleague_owns_is_not_ones_own_to_snooze(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID
) -> None:
    budi = await make_agent(account, device, name="Budi", division_id=sales)
    mine = await make_conversation(account, device, division_id=sales, assignee=ani)
    with pytest.raises(Conflict, match="Ani"):
        await snooze(account, budi, mine.id)
    assert (await snooze(account, account.supervisor, mine.id)).assignee_id == ani.id


async def test_at_its_time_it_is_back_with_its_owner_without_a_turn_and_above_the_limit(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor
) -> None:
    mine = (await receive(account, device)).conversation
    await snooze(account, ani, mine.id)
    other = (await receive(account, device, number="6285550002")).conversation
    turns = len(await account.events("conversation.assigned"))
    await let_it_be_time(account)
    await wake(account.database)
    after = await read(account, mine.id)
    assert (after.status, after.assignee_id) == ("assigned", ani.id)
    assert after.snoozed_until is None
    assert (await read(account, other.id)).assignee_id == ani.id
    assert len(await account.events("conversation.assigned")) == turns
    [event] = await account.events("conversation.reopened")
    assert body_of(event)["by"]["kind"] == "system"


async def test_before_its_time_it_rests(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor
) -> None:
    mine = await make_conversation(account, device, assignee=ani)
    await snooze(account, ani, mine.id)
    await wake(account.database)
    assert (await read(account, mine.id)).status == "snoozed"


@pytest.mark.parametrize("gone", ["disabled", "deleted"])
async def test_without_its_owner_it_waits_in_its_division_at_its_time(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID, gone: str
) -> None:
    came = clock.now() - HOUR
    mine = await make_conversation(
        account, device, division_id=sales, assignee=ani, waiting_since=came
    )
    await snooze(account, ani, mine.id)
    changes: dict[str, Any] = {"deleted_at": clock.now()}
    async with account.work() as work:
        await change_agent(
            work, ani.id, {"is_enabled": False} | (changes if gone == "deleted" else {}), now=came
        )
    assert (await read(account, mine.id)).status == "snoozed"
    await let_it_be_time(account)
    await wake(account.database)
    after = await read(account, mine.id)
    assert (after.status, after.assignee_id) == ("waiting", None)
    assert (after.division_id, after.waiting_since) == (sales, came)


async def test_over_several_processes_each_wakes_exactly_once(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, nodes: list[Database]
) -> None:
    for number in range(30):
        mine = await make_conversation(account, device, number=f"62855{number:04}", assignee=ani)
        await snooze(account, ani, mine.id)
    await let_it_be_time(account)
    await asyncio.gather(*(wake(node) for node in nodes * 3))
    events = await account.events("conversation.reopened")
    assert len(events) == len({event.conversation_id for event in events}) == 30


async def test_the_customers_message_wakes_it_for_its_owner_even_above_the_limit(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor
) -> None:
    mine = (await receive(account, device)).conversation
    await snooze(account, ani, mine.id)
    await receive(account, device, number="6285550002")
    line = await receive(account, device, text="Still there?")
    assert line.conversation.id == mine.id
    assert (line.conversation.status, line.conversation.assignee_id) == ("assigned", ani.id)
    assert line.conversation.snoozed_until is None
    [reopened] = await account.events("conversation.reopened")
    received = (await account.events("message.received"))[-1]
    for event in (reopened, received):
        assert body_of(event)["conversation"]["status"] == "assigned"


async def test_the_customers_message_finds_another_owner_when_the_one_is_gone(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID
) -> None:
    mine = (await receive(account, device)).conversation
    await snooze(account, ani, mine.id)
    async with account.work() as work:
        await change_agent(work, ani.id, {"is_enabled": False}, now=clock.now())
    budi = await make_agent(account, device, name="Budi", division_id=sales)
    await open_console(account, budi)
    line = await receive(account, device, text="Still there?")
    assert (line.conversation.status, line.conversation.assignee_id) == ("assigned", budi.id)


async def test_our_own_line_leaves_it_asleep(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor
) -> None:
    mine = (await receive(account, device)).conversation
    await snooze(account, ani, mine.id)
    line = await receive(account, device, own=True, text="From the phone")
    assert line.conversation.status == "snoozed"
    async with account.work() as work:
        await reply(work, ani, mine.id, Draft(text="Until tomorrow"), now=clock.now())
    assert (await read(account, mine.id)).status == "snoozed"


async def test_its_owner_or_a_supervisor_wakes_it_by_hand(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID
) -> None:
    budi = await make_agent(account, device, name="Budi", division_id=sales)
    mine = await make_conversation(account, device, division_id=sales, assignee=ani)
    for actor in (ani, account.supervisor):
        await snooze(account, ani, mine.id)
        async with account.work() as work:
            with pytest.raises(Conflict, match="Ani"):
                await reopen_conversation(work, budi, mine.id, now=clock.now())
        async with account.work() as work:
            after = await reopen_conversation(work, actor, mine.id, now=clock.now())
        assert (after.status, after.assignee_id) == ("assigned", ani.id)


@pytest.mark.parametrize("how", ["taken", "transferred"])
async def test_a_new_owner_ends_the_rest(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID, how: str
) -> None:
    budi = await make_agent(account, device, name="Budi", division_id=sales)
    mine = await make_conversation(account, device, division_id=sales, assignee=ani)
    await snooze(account, ani, mine.id)
    async with account.work() as work:
        if how == "taken":
            await take_conversation(work, budi, mine.id, expected=ani.id, now=clock.now())
        else:
            await transfer_to_agent(work, ani, mine.id, budi.id, now=clock.now())
    after = await read(account, mine.id)
    assert (after.status, after.assignee_id) == ("assigned", budi.id)
    assert after.snoozed_until is None


async def test_who_is_disabled_while_it_wakes_does_not_keep_it(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID
) -> None:
    mine = await make_conversation(account, device, division_id=sales, assignee=ani)
    await snooze(account, ani, mine.id)
    await let_it_be_time(account)

    async def disable() -> None:
        async with account.work() as work:
            await change_agent(work, ani.id, {"is_enabled": False}, now=clock.now())

    async with account.database.unit_of_work() as work:
        await wake_snoozed(work, now=clock.now())
        task = asyncio.create_task(disable())
        await asyncio.sleep(0.2)
    await task
    assert (await read(account, mine.id)).status == "waiting"
