"""Handing over everything that an agent owns: whom it goes to, in which order, and who is told."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from helpdesk import clock
from helpdesk.actions import hand_over as handing
from helpdesk.actions.hand_over import HandedOver, Target, hand_over
from helpdesk.actors import Actor
from helpdesk.database import fetch
from helpdesk.errors import Conflict, Forbidden, InputError, NotFound
from helpdesk.queries.conversations import get_conversation
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
)

NOW = clock.now()
HOUR = timedelta(hours=1)


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


@pytest.fixture
async def sales(account: AccountUnderTest) -> UUID:
    return await make_division(account, name="Sales")


@pytest.fixture
async def ani(account: AccountUnderTest, device: DeviceUnderTest, sales: UUID) -> Actor:
    """The agent who hands over, and is still here."""
    agent = await make_agent(account, device, division_id=sales)
    await open_console(account, agent)
    return agent


async def own(
    account: AccountUnderTest, device: DeviceUnderTest, agent: Actor, count: int
) -> list[ConversationOut]:
    """Let the agent own conversations, of customers who wait longer and longer."""
    return [
        await make_conversation(
            account,
            device,
            number=f"62855500{number:02}",
            division_id=agent.division_id,
            assignee=agent,
            waiting_since=NOW - number * HOUR,
        )
        for number in range(count)
    ]


async def give(
    account: AccountUnderTest, actor: Actor, agent: Actor, to: Target | None = None
) -> HandedOver:
    async with account.work() as work:
        return await hand_over(work, actor, agent.id, to or Target(), now=NOW)


async def read(account: AccountUnderTest, id_: UUID) -> ConversationOut:
    async with account.reading() as session:
        return (await get_conversation(session, account.id, id_)).out()


async def test_in_the_divisions_each_takes_a_turn_the_longest_waiting_first(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID
) -> None:
    others = [await make_agent(account, device, name=name, division_id=sales) for name in "BC"]
    for each in others:
        await open_console(account, each)
    mine = await own(account, device, ani, 4)
    assert await give(account, ani, ani) == HandedOver(moved=4, left=0)
    async with account.reading() as session:
        turns = await fetch(session, "select conversation_id, agent_id from turn order by number")
    assert [row[0] for row in turns] == [each.id for each in reversed(mine)]
    assert {row[1] for row in turns} == {each.id for each in others}
    assert len({row[1] for row in turns[:2]}) == 2


async def test_where_nobody_else_is_they_wait_at_their_original_times(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID
) -> None:
    mine = await own(account, device, ani, 2)
    await give(account, ani, ani)
    for each in mine:
        after = await read(account, each.id)
        assert (after.status, after.assignee_id, after.division_id) == ("waiting", None, sales)
        assert after.waiting_since == each.waiting_since


async def test_behind_a_queue_they_wait_too(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID
) -> None:
    budi = await make_agent(account, device, name="Budi", division_id=sales)
    await open_console(account, budi)
    await make_conversation(account, device, number="62866", division_id=sales)
    [mine] = await own(account, device, ani, 1)
    await give(account, account.supervisor, ani)
    assert (await read(account, mine.id)).status == "waiting"


async def test_to_an_agent_all_go_whatever_his_limit(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor
) -> None:
    support = await make_division(account, name="Support")
    budi = await make_agent(account, device, name="Budi", division_id=support, open_limit=1)
    mine = await own(account, device, ani, 3)
    moved = await give(account, account.supervisor, ani, Target(agent_id=budi.id))
    assert moved == HandedOver(moved=3, left=0)
    after = [await read(account, each.id) for each in mine]
    assert {(a.status, a.assignee_id, a.division_id) for a in after} == {
        ("assigned", budi.id, support)
    }
    events = await account.events("conversation.transferred")
    assert {event.conversation_id for event in events} == {each.id for each in mine}
    assert {body_of(event)["by"]["name"] for event in events} == {"Sari"}


async def test_to_a_division_all_go_and_each_takes_a_turn_there(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor
) -> None:
    support = await make_division(account, name="Support")
    budi = await make_agent(account, device, name="Budi", division_id=support)
    await open_console(account, budi)
    mine = await own(account, device, ani, 2)
    await give(account, ani, ani, Target(division_id=support))
    after = [await read(account, each.id) for each in mine]
    assert {(a.assignee_id, a.division_id) for a in after} == {(budi.id, support)}
    assert len(await account.events("conversation.transferred")) == 2
    assert len(await account.events("conversation.assigned")) == 2


async def test_what_is_snoozed_moves_and_stays_snoozed(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID
) -> None:
    budi = await make_agent(account, device, name="Budi", division_id=sales)
    until = NOW + HOUR
    mine = await make_conversation(
        account, device, division_id=sales, assignee=ani, status="snoozed", snoozed_until=until
    )
    await give(account, ani, ani, Target(agent_id=budi.id))
    after = await read(account, mine.id)
    assert (after.status, after.assignee_id, after.snoozed_until) == ("snoozed", budi.id, until)
    await give(account, budi, budi)
    after = await read(account, mine.id)
    assert (after.status, after.assignee_id, after.snoozed_until) == ("snoozed", None, until)


async def test_a_call_moves_a_batch_and_says_how_many_are_left(
    account: AccountUnderTest,
    device: DeviceUnderTest,
    ani: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handing, "BATCH", 2)
    await own(account, device, ani, 5)
    moved = [await give(account, ani, ani) for _ in range(3)]
    assert [(each.moved, each.left) for each in moved] == [(2, 3), (2, 1), (1, 0)]


async def test_only_a_supervisor_hands_over_what_a_colleague_owns(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, sales: UUID
) -> None:
    budi = await make_agent(account, device, name="Budi", division_id=sales)
    with pytest.raises(Forbidden):
        await give(account, budi, ani)
    assert (await give(account, account.supervisor, ani)).moved == 0


async def test_a_target_that_cannot_have_them_is_refused(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor
) -> None:
    off = await make_agent(account, device, name="Budi", is_enabled=False)
    await own(account, device, ani, 1)
    with pytest.raises(InputError):
        await give(account, ani, ani, Target(agent_id=ani.id))
    with pytest.raises(Conflict):
        await give(account, ani, ani, Target(agent_id=off.id))
    for to in (Target(agent_id=uuid4()), Target(division_id=uuid4())):
        with pytest.raises(NotFound):
            await give(account, ani, ani, to)
