"""Waiting: who comes first is served first, as soon as somebody can."""

import asyncio
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.agents import change_agent, remove_agent
from helpdesk.actions.conversation_owners import requeue_unanswered
from helpdesk.actions.conversations import (
    release_conversation,
    resolve_conversation,
    transfer_to_division,
)
from helpdesk.actions.reply import Draft, reply
from helpdesk.actions.waiting import assign_waiting
from helpdesk.actors import Actor
from helpdesk.database import fetch
from helpdesk.queries.divisions import list_queues
from helpdesk.queries.rotas import lock_rotas
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
from tests.served import Served, next_event
from tests.workers.sending import ask, break_rule, until

SOON = 5.0
"""Seconds; the goal is 2 on a quiet machine."""
LONG_AGO = timedelta(hours=1)


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


@pytest.fixture
async def division(account: AccountUnderTest) -> UUID:
    return await make_division(account)


async def owner_of(account: AccountUnderTest, conversation_id: UUID) -> UUID | None:
    sql = "select assignee_id from conversation where id = $1"
    [row] = await ask(account, sql, conversation_id)
    return UUID(str(row[0])) if row[0] else None


async def until_owned(account: AccountUnderTest, conversation_id: UUID, agent: Actor) -> None:
    async def is_owned() -> bool:
        return await owner_of(account, conversation_id) == agent.id

    await until(is_owned, SOON)


async def write(served: Served, device: DeviceUnderTest, number: str) -> None:
    answer = await served.hook(device, **{"from": number})
    assert answer.status_code == 200


async def statuses(account: AccountUnderTest) -> list[str]:
    rows = await ask(account, "select status from conversation order by opened_at, id")
    return [row[0] for row in rows]


async def test_a_queue_is_looked_at_only_where_somebody_may_get_what_waits(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    numbers = count(6285550001)

    async def queue(name: str, when_nobody: str = "wait") -> UUID:
        division = await make_division(account, name=name, when_nobody=when_nobody)
        number = str(next(numbers))
        await make_conversation(account, device, number=number, division_id=division)
        return division

    await queue("empty")
    away, closed, offline = [await queue(name) for name in ("away", "closed", "offline")]
    pushed, open_ = await queue("pushed"), await queue("open")
    anyway = await queue("anyway", "assign_anyway")
    await open_console(account, await make_agent(account, device, division_id=away, is_away=True))
    off = await make_agent(account, device, division_id=closed, is_enabled=False)
    await open_console(account, off)
    await make_agent(account, device, division_id=offline)
    soon = clock.now() + LONG_AGO
    await make_agent(account, device, division_id=pushed, reachable_until=soon)
    await open_console(account, await make_agent(account, device, division_id=open_))
    async with account.reading() as session:
        queues = await list_queues(session)
    assert {division for _, division in queues} == {anyway, pushed, open_}


async def test_while_nobody_is_there_it_waits_and_no_turn_is_taken(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID, served: Served
) -> None:
    await make_agent(account, device, division_id=division)
    await write(served, device, "6285550001")
    await asyncio.sleep(1.2)
    assert await statuses(account) == ["waiting"]
    assert await ask(account, "select from turn") == []
    [row] = await ask(account, "select turn_number from division")
    assert row[0] == 0


async def test_the_moment_an_agent_connects_the_oldest_come_first(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID, served: Served
) -> None:
    await make_agent(account, device, division_id=division, token="t" * 20)
    numbers = [f"62855500{place}" for place in (5, 1, 4, 2, 3)]
    for number in numbers:
        await write(served, device, number)
    ani = await served.agent(device, "t" * 20)
    async with served.socket(ani) as socket:
        got = [await next_event(socket, "conversation.assigned", within=SOON) for _ in range(5)]
    assert [event["conversation"]["contact"]["number"] for event in got] == numbers


async def test_newcomers_go_behind_those_who_wait_and_each_resolve_lets_the_next_one_in(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID, served: Served
) -> None:
    await make_agent(account, device, division_id=division, token="t" * 20, open_limit=1)
    for number in ("628555001", "628555002"):
        await write(served, device, number)
    ani = await served.agent(device, "t" * 20)
    order = []
    async with served.socket(ani) as socket:
        for newcomer in ("628555003", "628555004", None, None):
            event = await next_event(socket, "conversation.assigned", within=SOON)
            order.append(event["conversation"]["contact"]["number"])
            if newcomer:
                await write(served, device, newcomer)
            assert (await statuses(account)).count("assigned") == 1
            place = f"/api/v1/conversations/{event['conversation_id']}/resolve"
            (await ani.post(place, json={})).raise_for_status()
    assert order == ["628555001", "628555002", "628555003", "628555004"]


async def test_limits_hold_when_many_write_at_once(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID, served: Served
) -> None:
    for name in ("Ani", "Budi"):
        agent = await make_agent(account, device, name=name, division_id=division, open_limit=2)
        await open_console(account, agent)
    await asyncio.gather(*(write(served, device, f"62855500{n}") for n in range(8)))
    await asyncio.sleep(1.2)
    loads = await ask(
        account,
        "select count(*) from conversation where status = 'assigned' group by assignee_id",
    )
    assert [row[0] for row in loads] == [2, 2]
    assert sorted(await statuses(account)) == ["assigned"] * 4 + ["waiting"] * 4


async def test_one_accounts_fault_holds_up_no_other_account(
    account: AccountUnderTest, other_account: AccountUnderTest, served: Served
) -> None:
    broken = await make_device(account)
    await break_rule(account, broken, await make_division(account))
    await write(served, broken, "6285550001")
    device = await make_device(other_account, number="6281100000002")
    division = await make_division(other_account)
    waiting = await make_conversation(other_account, device, division_id=division)
    due = await make_conversation(
        other_account, device, number="628555009", route_due_at=clock.now()
    )
    ani = await make_agent(other_account, device, division_id=division)
    await open_console(other_account, ani)
    await until_owned(other_account, waiting.id, ani)
    await until_owned(other_account, due.id, ani)


@pytest.mark.parametrize("leaving", ["removed", "disabled"])
async def test_what_a_leaver_owned_goes_back_before_those_who_came_later(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID, leaving: str
) -> None:
    ani = await make_agent(account, device, division_id=division)
    console = await open_console(account, ani)
    came = clock.now() - LONG_AGO
    first = await receive(account, device, number="628555001", at=came.timestamp())
    assert first.conversation.assignee_id == ani.id
    await ask(account, "delete from console where id = $1", console)
    second = await receive(account, device, number="628555002")
    async with account.work() as work:
        if leaving == "removed":
            await remove_agent(work, ani.id, now=clock.now())
        else:
            await change_agent(work, ani.id, {"is_enabled": False}, now=clock.now())
    budi = await make_agent(account, device, division_id=division, name="Budi")
    await open_console(account, budi)
    async with account.database.unit_of_work() as work:
        await assign_waiting(work, (account.id, division), now=clock.now())
    turns = await ask(
        account, "select conversation_id from turn where agent_id = $1 order by number", budi.id
    )
    assert [row[0] for row in turns] == [first.conversation.id, second.conversation.id]
    [row] = await ask(
        account, "select waiting_since from conversation where id = $1", first.conversation.id
    )
    assert abs(row[0] - came) < timedelta(seconds=1)


async def resolved_by(
    account: AccountUnderTest, device: DeviceUnderTest, agent: Actor
) -> ConversationOut:
    """Let a customer write to the only agent online, who then resolves it."""
    line = await receive(account, device)
    async with account.work() as work:
        return await resolve_conversation(work, agent, line.conversation.id, now=clock.now())


async def wait_for_turn(account: AccountUnderTest, division: UUID) -> None:
    async with account.database.unit_of_work() as work:
        await assign_waiting(work, (account.id, division), now=clock.now())


async def test_what_is_reopened_while_its_division_is_held_still_goes_back_to_its_agent(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> None:
    ani = await make_agent(account, device, division_id=division)
    await open_console(account, ani)
    talk = await resolved_by(account, device, ani)
    budi = await make_agent(account, device, division_id=division, name="Budi")
    await open_console(account, budi)
    async with account.work() as work:
        await lock_rotas(work.session, [(account.id, division)])
        assert (await receive(account, device)).conversation.status == "waiting"
    await wait_for_turn(account, division)
    assert await owner_of(account, talk.id) == ani.id
    assert len(await ask(account, "select from turn")) == 1


async def test_what_is_reopened_behind_a_queue_goes_back_to_its_agent_in_its_place(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> None:
    ani = await make_agent(account, device, division_id=division)
    await open_console(account, ani)
    talk = await resolved_by(account, device, ani)
    first = await make_conversation(account, device, number="628555009", division_id=division)
    assert (await receive(account, device)).conversation.status == "waiting"
    budi = await make_agent(account, device, division_id=division, name="Budi")
    await open_console(account, budi)
    await ask(account, "update agent set open_limit = 1")
    await wait_for_turn(account, division)
    assert await owner_of(account, first.id) == budi.id
    assert await owner_of(account, talk.id) == ani.id
    turns = await ask(account, "select conversation_id from turn order by number")
    assert [row[0] for row in turns] == [talk.id, first.id]


async def test_what_is_reopened_waits_for_no_agent_who_cannot_take_it(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> None:
    ani = await make_agent(account, device, division_id=division)
    console = await open_console(account, ani)
    talk = await resolved_by(account, device, ani)
    await ask(account, "delete from console where id = $1", console)
    assert (await receive(account, device)).conversation.status == "waiting"
    budi = await make_agent(account, device, division_id=division, name="Budi")
    await open_console(account, budi)
    await wait_for_turn(account, division)
    assert await owner_of(account, talk.id) == budi.id


@pytest.mark.parametrize("by", ["device", "supervisor", "phone"])
async def test_an_answer_of_somebody_who_does_not_own_it_costs_no_place_in_the_queue(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID, by: str
) -> None:
    await ask(account, "update account set is_reply_open = true")
    ani = await make_agent(account, device, division_id=division, open_limit=1)
    first = await receive(account, device, number="628555001")
    await receive(account, device, number="628555002")
    if by == "phone":
        await receive(account, device, number="628555001", own=True)
    else:
        actor = device.actor if by == "device" else account.supervisor
        async with account.work() as work:
            await reply(work, actor, first.conversation.id, Draft(text="Soon"), now=clock.now())
    await receive(account, device, number="628555001", text="Still there?")
    await open_console(account, ani)
    await wait_for_turn(account, division)
    assert await owner_of(account, first.conversation.id) == ani.id


async def test_what_is_released_after_its_answer_waits_for_an_owner_and_then_for_no_answer(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> None:
    id_ = await answered_and_released(account, device, division)
    [row] = await ask(account, "select waiting_since, unanswered_since from conversation")
    assert row[0]
    assert row[1] is None
    budi = await make_agent(account, device, division_id=division, name="Budi")
    await open_console(account, budi)
    await wait_for_turn(account, division)
    assert await owner_of(account, id_) == budi.id
    [told] = (await account.events("conversation.assigned"))[1:]
    assert body_of(told)["conversation"]["waiting_since"] is None
    async with account.database.unit_of_work() as work:
        assert not await requeue_unanswered(work, now=clock.now() + timedelta(days=1))
    assert await owner_of(account, id_) == budi.id


async def test_who_writes_while_it_waits_for_an_owner_waits_since_then(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> None:
    await answered_and_released(account, device, division)
    await ask(account, "update conversation set waiting_since = waiting_since - interval '1 hour'")
    again = await receive(account, device, text="One more question")
    await receive(account, device, text="Hello?")
    await open_console(account, await make_agent(account, device, division_id=division, name="Bo"))
    await wait_for_turn(account, division)
    [row] = await ask(account, "select waiting_since, waiting_number from conversation")
    assert tuple(row) == (again.message.sort_at, again.message.number)


async def test_who_was_answered_in_the_queue_and_wrote_again_waits_since_then(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> None:
    ani, came = await make_agent(account, device, division_id=division), clock.now() - LONG_AGO
    first = await receive(account, device, at=came.timestamp())
    await receive(account, device, own=True)
    again = await receive(account, device, text="Still there?")
    assert again.conversation.waiting_since == first.message.sort_at
    await open_console(account, ani)
    await wait_for_turn(account, division)
    [row] = await ask(account, "select waiting_since from conversation")
    assert row[0] == again.message.sort_at


async def answered_and_released(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> UUID:
    """Let the only agent answer a conversation, release it and go; return its id."""
    ani = await make_agent(account, device, division_id=division)
    console = await open_console(account, ani)
    id_ = (await receive(account, device)).conversation.id
    async with account.work() as work:
        await reply(work, ani, id_, Draft(text="Yes"), now=clock.now())
        await release_conversation(work, ani, id_, now=clock.now())
    await ask(account, "delete from console where id = $1", console)
    return id_


async def test_an_answer_of_the_owner_ends_the_waiting(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> None:
    ani = await make_agent(account, device, division_id=division)
    await open_console(account, ani)
    line = await receive(account, device)
    assert line.conversation.waiting_since
    async with account.work() as work:
        await reply(work, ani, line.conversation.id, Draft(text="Yes"), now=clock.now())
    [row] = await ask(account, "select waiting_since, waiting_number from conversation")
    assert tuple(row) == (None, None)


async def test_what_is_transferred_meanwhile_is_not_given_out_by_the_division_it_left(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> None:
    elsewhere = await make_division(account, name="Support")
    ani = await make_agent(account, device, division_id=division)
    await open_console(account, ani)
    row = await make_conversation(account, device, division_id=division)
    now = clock.now()

    async def assign() -> None:
        async with account.database.unit_of_work() as work:
            await assign_waiting(work, (account.id, division), now=now)

    async with account.work() as work:
        await transfer_to_division(work, account.supervisor, row.id, elsewhere, now=now)
        assigning = asyncio.create_task(assign())
        await until(lambda: is_blocked(account))
    await assigning
    [stored] = await ask(account, "select status, division_id, assignee_id from conversation")
    assert tuple(stored) == ("waiting", elsewhere, None)


async def is_blocked(account: AccountUnderTest) -> bool:
    """Whether somebody waits for a lock in the test's database."""
    async with account.reading() as session:
        rows = await fetch(
            session,
            """
            select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'
            """,
        )
    return bool(rows)
