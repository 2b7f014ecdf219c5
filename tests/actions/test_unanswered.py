"""No answer: what an owner leaves without any reply waits again, first and for somebody else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.automatic import tell_busy
from helpdesk.actions.conversation_owners import requeue_unanswered
from helpdesk.actions.conversations import take_conversation, transfer_to_agent
from helpdesk.actions.reply import Draft, reply
from helpdesk.actions.waiting import assign_waiting
from helpdesk.actors import Actor
from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.presence import (
    remove_console,
    remove_dead_nodes,
    remove_node,
    remove_strays,
)
from helpdesk.queries.push_subscriptions import end_reach, remove_subscriptions
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    Line,
    body_of,
    make_agent,
    make_conversation,
    make_device,
    make_division,
    open_console,
    receive,
)
from tests.push import take_pushes
from tests.workers.sending import ask

MINUTE = timedelta(minutes=1)


class Room:
    """A division that waits 3 minutes for an answer, and its agents; minutes count from now."""

    def __init__(self, account: AccountUnderTest, device: DeviceUnderTest, division: UUID) -> None:
        self.account, self.device, self.division = account, device, division
        self.start = clock.now()

    def at(self, minute: float) -> datetime:
        return self.start + minute * MINUTE

    async def agent(self, name: str, **columns: object) -> Actor:
        """Add an agent who is here."""
        columns = {"division_id": self.division} | columns
        agent = await make_agent(self.account, self.device, name=name, **columns)  # type: ignore[arg-type]
        await open_console(self.account, agent)
        return agent

    async def go(self, agent: Actor) -> None:
        """Let an agent close the console; that was at minute 0."""
        [row] = await ask(
            self.account, "select id from console where agent_id = $1 limit 1", agent.id
        )
        async with self.account.work() as work:
            await remove_console(work.session, self.account.id, row[0])
        await ask(self.account, "update agent set seen_at = $2 where id = $1", agent.id, self.start)

    async def write(self, minute: float = 0, number: str = "6285550001") -> Line:
        return await receive(self.account, self.device, number=number, now=self.at(minute))

    async def answer(self, actor: Actor, line: Line, minute: float) -> None:
        async with self.account.work() as work:
            draft = Draft(text="Yes")
            await reply(work, actor, line.conversation.id, draft, now=self.at(minute))

    async def look(self, minute: float, database: Database | None = None) -> None:
        """Let the loops run: no answer, then the queue."""
        async with (database or self.account.database).unit_of_work() as work:
            await requeue_unanswered(work, now=self.at(minute))
        async with (database or self.account.database).unit_of_work() as work:
            key = (self.account.id, self.division)
            await assign_waiting(work, key, now=self.at(minute))

    async def owner(self, line: Line) -> UUID | None:
        async with self.account.reading() as session:
            row = await get_conversation(session, self.account.id, line.conversation.id)
        return row.assignee_id

    async def released(self) -> int:
        return len(await self.account.events("conversation.released"))


@pytest.fixture
async def room(account: AccountUnderTest) -> Room:
    division = await make_division(account, no_answer_minutes=3, offline_minutes=5)
    return Room(account, await make_device(account, default_division_id=division), division)


async def test_without_a_reply_in_time_somebody_else_gets_it(room: Room) -> None:
    agents = {(await room.agent(name)).id for name in ("Ani", "Budi")}
    line = await room.write()
    first = await room.owner(line)
    await room.look(2.9)
    assert await room.owner(line) == first
    await room.look(3)
    assert {await room.owner(line)} == agents - {first}
    [told] = await room.account.events("conversation.released")
    assert body_of(told)["by"]["kind"] == "system"


async def test_the_record_of_the_turn_says_who_was_left_out(room: Room) -> None:
    await room.agent("Ani")
    await room.agent("Budi")
    line = await room.write()
    first = await room.owner(line)
    await room.look(3)
    turns = await ask(room.account, "select excluded, eligible from turn order by number")
    assert turns[1]["excluded"] == {str(first): "no_answer"}
    assert len(turns[1]["eligible"]) == 1


async def test_the_only_one_who_is_here_gets_it_again(room: Room) -> None:
    ani = await room.agent("Ani")
    line = await room.write()
    for minute in (3, 4, 6):
        await room.look(minute)
        assert await room.owner(line) == ani.id
    assert await room.released() == 2
    excluded = await ask(room.account, "select excluded from turn")
    assert [row[0] for row in excluded] == [{}, {}, {}]


async def test_what_was_answered_stays_though_the_customer_writes_again(room: Room) -> None:
    ani = await room.agent("Ani")
    line = await room.write()
    await room.answer(ani, line, 1)
    await room.agent("Budi")
    await room.write(2)
    await room.go(ani)
    await room.look(60)
    assert await room.owner(line) == ani.id
    assert await room.released() == 0


async def test_an_automatic_message_is_no_reply_of_the_owner(room: Room) -> None:
    await ask(room.account, "update division set greeting = 'Hi'")
    await room.agent("Ani")
    await room.write()
    await room.look(3)
    assert await room.released() == 1


async def test_it_goes_before_all_who_wrote_later_with_its_original_time(room: Room) -> None:
    ani = await room.agent("Ani", open_limit=1)
    line = await room.write()
    later = await room.write(1, number="6285550002")
    await room.go(ani)
    await room.look(5)
    budi = await room.agent("Budi", open_limit=1)
    await room.look(5)
    assert (await room.owner(line), await room.owner(later)) == (budi.id, None)
    [row] = await ask(
        room.account, "select waiting_since from conversation where assignee_id = $1", budi.id
    )
    assert row[0] == room.at(0)


async def test_who_has_nothing_to_answer_keeps_it(room: Room) -> None:
    ani, budi = await room.agent("Ani"), await room.agent("Budi")
    line = await room.write()
    owner, other = (ani, budi) if await room.owner(line) == ani.id else (budi, ani)
    await room.answer(owner, line, 1)
    async with room.account.work() as work:
        supervisor = room.account.supervisor
        await transfer_to_agent(work, supervisor, line.conversation.id, other.id, now=room.at(2))
    await room.look(60)
    assert await room.owner(line) == other.id
    await room.write(61)
    await room.look(63.9)
    assert await room.owner(line) == other.id
    await room.look(64)
    assert await room.owner(line) == owner.id


async def test_who_takes_it_by_hand_has_the_same_time_to_answer(room: Room) -> None:
    ani, budi = await room.agent("Ani"), await room.agent("Budi")
    line = await room.write()
    first = await room.owner(line)
    taker = budi if first == ani.id else ani
    async with room.account.work() as work:
        await take_conversation(work, taker, line.conversation.id, expected=first, now=room.at(2))
    await room.look(4.9)
    assert await room.owner(line) == taker.id
    await room.look(5)
    assert await room.owner(line) == first


async def test_off_means_that_nobody_loses_anything(room: Room) -> None:
    await ask(room.account, "update division set no_answer_minutes = null, offline_minutes = null")
    ani = await room.agent("Ani")
    line = await room.write()
    await room.go(ani)
    await room.look(1000)
    assert await room.owner(line) == ani.id


async def test_who_is_offline_loses_after_the_limit_what_is_not_answered(room: Room) -> None:
    await ask(room.account, "update division set no_answer_minutes = null")
    ani = await room.agent("Ani")
    line, answered = await room.write(), await room.write(0, number="6285550002")
    await room.answer(ani, answered, 0)
    await room.go(ani)
    await room.look(4.9)
    assert await room.owner(line) == ani.id
    await room.look(5)
    assert (await room.owner(line), await room.owner(answered)) == (None, ani.id)


async def test_one_open_window_is_enough_to_be_here(room: Room) -> None:
    await ask(room.account, "update division set no_answer_minutes = null")
    ani = await room.agent("Ani")
    await open_console(room.account, ani)
    line = await room.write()
    await room.go(ani)
    await room.look(60)
    assert await room.owner(line) == ani.id


async def test_what_is_given_to_the_absent_anyway_is_theirs_for_the_whole_limit(
    room: Room,
) -> None:
    await ask(room.account, "update division set when_nobody = 'assign_anyway'")
    ani, budi = await room.agent("Ani"), await room.agent("Budi")
    await room.go(ani)
    await room.go(budi)
    line = await room.write(30)
    first = await room.owner(line)
    for minute in (31.0, 32.9):
        await room.look(minute)
    assert await room.owner(line) == first
    await room.look(33)
    assert {await room.owner(line), first} == {ani.id, budi.id}
    [row] = await ask(room.account, "select excluded from turn where number = 2")
    assert row[0][str(first)] == "no_answer"


async def test_who_waits_again_is_told_when_nobody_else_is_free(room: Room) -> None:
    await ask(room.account, "update division set busy_text = 'Busy', no_answer_minutes = null")
    ani = await room.agent("Ani")
    await room.write()
    await room.go(ani)
    await room.look(5)
    async with room.account.database.unit_of_work() as work:
        await tell_busy(work, (room.account.id, room.division), now=room.at(5))
    rows = await ask(room.account, "select text from message where direction = 'out'")
    assert [row[0] for row in rows] == ["Busy"]


@pytest.fixture
async def nodes(account: AccountUnderTest) -> AsyncIterator[list[Database]]:
    """Two processes on the same database."""
    found = [Database(account.database.url, Bus(), pool_size=20) for _ in range(2)]
    yield found
    for each in found:
        await each.close()


async def test_two_processes_take_each_conversation_from_its_owner_once(
    room: Room, nodes: list[Database]
) -> None:
    for name in ("Ani", "Budi", "Cici"):
        await room.agent(name)
    count = 30
    await asyncio.gather(*(room.write(0, number=f"628555{n:04}") for n in range(count)))
    await room.look(0)
    await asyncio.gather(*(room.look(3, node) for node in nodes * 3))
    await room.look(3)
    assert await room.released() == count
    turns = await ask(room.account, "select number from turn order by number")
    assert [row[0] for row in turns] == list(range(1, 2 * count + 1))
    rows = await ask(room.account, "select status, assignment, avoided_id from conversation")
    assert {tuple(row) for row in rows} == {("assigned", 2, None)}


async def test_a_reply_that_comes_just_then_keeps_the_conversation(
    room: Room, nodes: list[Database]
) -> None:
    ani = await room.agent("Ani")
    line = await room.write()
    async with room.account.work() as work:
        await reply(work, ani, line.conversation.id, Draft(text="Yes"), now=room.at(3))
        await room.look(3, nodes[0])
    await room.look(4, nodes[1])
    assert await room.owner(line) == ani.id
    assert await room.released() == 0


async def seen_at(account: AccountUnderTest, agent: Actor) -> datetime | None:
    [row] = await ask(account, "select seen_at from agent where id = $1", agent.id)
    return row[0]  # type: ignore[no-any-return]


OLD = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("how", ["opened", "closed", "node left", "node died", "stray"])
async def test_when_an_agent_was_last_here_is_noted(account: AccountUnderTest, how: str) -> None:
    agent = await make_agent(account, await make_device(account))
    assert await seen_at(account, agent) is None
    console = await open_console(account, agent)
    [row] = await ask(account, "select node_id from console")
    if how != "opened":
        await ask(account, "update agent set seen_at = $1", OLD)
        await ask(account, "update console set opened_at = $1", OLD)
    async with account.work() as work:
        if how == "closed":
            await remove_console(work.session, account.id, console)
        elif how == "node left":
            await remove_node(work.session, row[0])
        elif how == "stray":
            await remove_strays(work.session, row[0], [])
    if how == "node died":
        await ask(account, "update node set seen_at = $1", OLD)
        async with account.work() as work:
            await remove_dead_nodes(work.session)
    seen = await seen_at(account, agent)
    assert seen
    assert seen > OLD


async def test_a_conversation_that_waits_for_nobody_is_left_alone(room: Room) -> None:
    ani = await room.agent("Ani")
    await make_conversation(
        room.account, room.device, division_id=room.division, assignee=ani,
        assigned_at=room.start, waiting_since=None,
    )  # fmt: skip
    await room.look(60)
    assert await room.released() == 0


async def test_who_is_reachable_by_push_keeps_it_until_that_time_runs_out(room: Room) -> None:
    await ask(room.account, "update division set no_answer_minutes = null")
    ani = await room.agent("Ani")
    line = await room.write()
    await room.agent("Budi")
    session_id = await take_pushes(room.account, ani)
    await room.go(ani)
    await room.look(60)
    assert await room.owner(line) == ani.id
    ran_out = room.at(-6)
    await ask(room.account, "update agent set reachable_until = $2 where id = $1", ani.id, ran_out)
    async with room.account.database.unit_of_work() as work:
        assert await end_reach(work.session) == [(room.account.id, ani.id)]
        assert await end_reach(work.session) == []
    await room.look(4.9)
    assert await room.owner(line) == ani.id
    await room.look(5.1)
    assert await room.owner(line) != ani.id
    async with room.account.work() as work:
        assert await remove_subscriptions(work.session, [(room.account.id, session_id)]) == []


async def test_signing_out_of_the_phone_begins_the_five_minutes(room: Room) -> None:
    await ask(room.account, "update division set no_answer_minutes = null")
    ani = await room.agent("Ani")
    line = await room.write()
    await room.agent("Budi")
    session_id = await take_pushes(room.account, ani)
    await room.go(ani)
    await ask(room.account, "update agent set seen_at = $2 where id = $1", ani.id, room.at(-60))
    async with room.account.work() as work:
        await remove_subscriptions(work.session, [(room.account.id, session_id)])
    await room.look(4)
    assert await room.owner(line) == ani.id
    await room.look(6)
    assert await room.owner(line) != ani.id
