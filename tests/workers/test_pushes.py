"""Pushes: whose browser is told what, and what becomes of those that are not taken."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from helpdesk import clock
from helpdesk.actions.conversations import (
    read_conversation,
    take_conversation,
    transfer_to_agent,
)
from helpdesk.actions.notes import add_note
from helpdesk.actions.pushes import WAITS, claim_due_pushes, note_news, settle_sent
from helpdesk.actors import Actor
from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.gateways.outbound import Outbound
from helpdesk.gateways.web_push import WebPush, to_base64url
from helpdesk.queries.sessions import end_sessions
from helpdesk.workers.pushes import PushWorker
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    Line,
    make_account,
    make_agent,
    make_device,
    make_division,
    open_console,
    receive,
)
from tests.fake_fonnte import CUTS, FakeFonnte, Reply
from tests.push import FakeBrowser, take_pushes
from tests.workers.sending import ask, until


class Room:
    """A division with one agent whose browser takes pushes, and the worker that sends them."""

    def __init__(
        self,
        account: AccountUnderTest,
        device: DeviceUnderTest,
        division: UUID,
        service: FakeFonnte,
    ) -> None:
        self.account, self.device, self.division = account, device, division
        self.service = service
        self.phone = FakeBrowser(service)
        self.outbound = Outbound({service.place}, total_seconds=2)
        self.worker = self.make_worker(account.database)

    def make_worker(self, database: Database) -> PushWorker:
        web_push = WebPush(self.outbound, self.account.vault.push_key, contact="https://desk")
        return PushWorker(database, web_push)

    async def agent(self, name: str = "Ani") -> Actor:
        return await make_agent(self.account, self.device, name=name, division_id=self.division)

    async def write(self, text: str = "Hello", **fields: object) -> Line:
        return await receive(self.account, self.device, text=text, **fields)  # type: ignore[arg-type]

    async def send(self) -> None:
        """Note, claim and send what is due, and wait for it."""
        await self.worker()
        await until(self._is_idle)

    async def hurry(self) -> None:
        """Let the time pass until the next try."""
        await ask(self.account, "update push set due_at = now()")
        await self.send()

    async def left(self) -> int:
        return len(await ask(self.account, "select from push"))

    async def subscriptions(self) -> int:
        return len(await ask(self.account, "select from push_subscription"))

    async def _is_idle(self) -> bool:
        return not self.worker._slots._tasks


@pytest.fixture
async def room(account: AccountUnderTest) -> AsyncIterator[Room]:
    division = await make_division(account)
    device = await make_device(account, default_division_id=division)
    async with FakeFonnte() as service:
        room = Room(account, device, division, service)
        yield room
        await room.worker.drain()
        await room.outbound.close()


async def test_owner_whose_console_is_closed_is_told_in_the_browser(room: Room) -> None:
    ani = await room.agent()
    await take_pushes(room.account, ani, room.phone)
    line = await room.write("Is it still there? " * 10, name="Joko")
    assert line.conversation.assignee_id == ani.id
    await room.send()
    assert room.phone.told == [
        {
            "conversation_id": str(line.conversation.id),
            "contact": "Joko",
            "kind": "text",
            "text": ("Is it still there? " * 10)[:120],
            "noted_by": None,
            "unread": 1,
        }
    ]
    [request] = room.phone.requests
    assert request.method == "POST"
    assert request.headers["content-encoding"] == "aes128gcm"
    assert request.headers["topic"] == to_base64url(line.conversation.id.bytes)
    assert int(request.headers["ttl"]) > 0
    assert request.headers["authorization"].startswith("vapid t=")
    assert await room.left() == 0


async def test_a_contact_without_a_name_is_told_by_number_and_a_photo_as_such(room: Room) -> None:
    await take_pushes(room.account, await room.agent(), room.phone)
    await room.write("", kind="image", url="https://files.example/a.png")
    await room.send()
    [told] = room.phone.told
    assert (told["contact"], told["kind"], told["text"]) == ("6285550001", "image", "")


async def test_a_push_counts_what_is_new_to_its_reader_in_all_that_is_ones_own(room: Room) -> None:
    ani, budi = await room.agent("Ani"), await room.agent("Budi")
    await take_pushes(room.account, ani, room.phone)
    await take_pushes(room.account, budi, FakeBrowser(room.service, "other"))
    lines = [await room.write(str(n), number=f"62855500{n:02}") for n in range(4)]
    mine = [each.conversation for each in lines if each.conversation.assignee_id == ani.id]
    for actor, conversation in ((ani, mine[0]), (budi, mine[1])):
        async with room.account.work() as work:
            await read_conversation(work, actor, conversation.id, now=clock.now())
    await room.send()
    assert {told["unread"] for told in room.phone.told} == {1}


async def test_whom_a_note_calls_is_told_and_its_writer_and_the_owner_are_not(room: Room) -> None:
    ani, budi, citra = [await room.agent(name) for name in ("Ani", "Budi", "Citra")]
    phones = {each.id: FakeBrowser(room.service, each.name) for each in (ani, budi, citra)}
    for each in (ani, budi, citra):
        await take_pushes(room.account, each, phones[each.id])
    line = await room.write(name="Joko")
    await room.send()
    owner = line.conversation.assignee_id
    writer, called = [each for each in (ani, budi, citra) if each.id != owner]
    async with room.account.work() as work:
        noted = {"text": "Please look", "mentions": [called.id], "now": clock.now()}
        await add_note(work, writer, line.conversation.id, uuid4(), **noted)
    await room.send()
    [told] = phones[called.id].told
    assert (told["contact"], told["noted_by"], told["text"]) == ("Joko", writer.name, "Please look")
    assert phones[writer.id].told == []
    assert [each["noted_by"] for each in phones[owner].told] == [None]


async def test_every_browser_of_the_owner_is_told_and_nobody_elses(room: Room) -> None:
    ani, budi = await room.agent("Ani"), await room.agent("Budi")
    tablet, other = FakeBrowser(room.service, "tablet"), FakeBrowser(room.service, "other")
    await take_pushes(room.account, ani, room.phone)
    await take_pushes(room.account, ani, tablet)
    line = await room.write()
    await take_pushes(room.account, budi, other)
    assert line.conversation.assignee_id == ani.id
    await room.send()
    assert [len(each.requests) for each in (room.phone, tablet, other)] == [1, 1, 0]


async def test_while_a_console_is_open_that_tells(room: Room) -> None:
    ani = await room.agent()
    await take_pushes(room.account, ani, room.phone)
    await open_console(room.account, ani)
    await room.write()
    await room.send()
    await ask(room.account, "delete from console")
    await room.send()
    assert room.phone.requests == []


async def test_what_is_handed_to_an_agent_is_told(room: Room) -> None:
    ani, budi = await room.agent("Ani"), await room.agent("Budi")
    await open_console(room.account, ani)
    line = await room.write("Hello")
    await take_pushes(room.account, budi, room.phone)
    await room.send()
    async with room.account.work() as work:
        await transfer_to_agent(work, ani, line.conversation.id, budi.id, now=clock.now())
    await room.send()
    [told] = room.phone.told
    assert (told["kind"], told["text"]) == ("text", "Hello")


async def test_what_an_agent_took_is_told_to_it_as_owner(room: Room) -> None:
    ani = await room.agent("Ani")
    line = await room.write("Hello")
    assert line.conversation.assignee_id is None
    await take_pushes(room.account, ani, room.phone)
    await room.send()
    assert room.phone.requests == []
    async with room.account.work() as work:
        await take_conversation(work, ani, line.conversation.id, expected=None, now=clock.now())
    await room.write("Anybody?")
    await room.send()
    assert [told["text"] for told in room.phone.told] == ["Anybody?"]


async def test_a_burst_before_the_worker_looks_is_one_push_of_the_newest(room: Room) -> None:
    await take_pushes(room.account, await room.agent(), room.phone)
    for text in ("One", "Two", "Three"):
        await room.write(text)
    await room.send()
    assert [told["text"] for told in room.phone.told] == ["Three"]


async def test_newer_news_takes_the_place_of_what_waits_and_is_not_forgotten(room: Room) -> None:
    await take_pushes(room.account, await room.agent(), room.phone)
    await room.write("One")
    async with room.account.database.unit_of_work() as work:
        await note_news(work)
    async with room.account.database.unit_of_work() as work:
        [first] = await claim_due_pushes(work, most=5)
    await room.write("Two")
    async with room.account.database.unit_of_work() as work:
        await note_news(work)
    async with room.account.database.unit_of_work() as work:
        await settle_sent(work, first)
    await room.send()
    assert [told["text"] for told in room.phone.told] == ["Two"]


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_browser_that_takes_no_more_is_forgotten(room: Room, status: int) -> None:
    ani = await room.agent()
    await take_pushes(room.account, ani, room.phone)
    await room.write()
    room.service.then(Reply(status=status))
    await room.send()
    assert (await room.subscriptions(), await room.left()) == (0, 0)
    [row] = await ask(room.account, "select reachable_until from agent where id = $1", ani.id)
    assert row[0] is None


async def test_an_address_that_is_not_public_is_not_called_and_is_forgotten(room: Room) -> None:
    inside = FakeBrowser()
    inside.service = FakeFonnte()
    inside.service.port = 9
    await take_pushes(room.account, await room.agent(), inside)
    await room.write()
    await room.send()
    assert await room.subscriptions() == 0


@pytest.mark.parametrize("reply", [Reply(status=429), Reply(status=503), CUTS], ids=str)
async def test_what_a_busy_service_does_not_take_is_tried_a_few_times(
    room: Room, reply: Reply
) -> None:
    await take_pushes(room.account, await room.agent(), room.phone)
    await room.write()
    room.service.then(reply)
    await room.send()
    [row] = await ask(
        room.account, "select extract(epoch from due_at - now()) between 1 and 6 from push"
    )
    assert row[0]
    await room.hurry()
    assert (len(room.phone.requests), await room.left()) == (2, 0)
    await room.write()
    room.service.then(*[reply] * 9)
    await room.send()
    for _ in range(9):
        await room.hurry()
    assert len(room.phone.requests) == 2 + 1 + len(WAITS)
    assert (await room.subscriptions(), await room.left()) == (1, 0)


async def test_a_service_says_how_long_it_wants_to_be_left_alone(room: Room) -> None:
    await take_pushes(room.account, await room.agent(), room.phone)
    await room.write()
    room.service.then(Reply(status=429, headers=(("Retry-After", "90"),)))
    await room.send()
    [row] = await ask(
        room.account, "select extract(epoch from due_at - now()) between 80 and 91 from push"
    )
    assert row[0]


async def test_what_is_refused_for_good_is_given_up(room: Room) -> None:
    await take_pushes(room.account, await room.agent(), room.phone)
    await room.write()
    room.service.then(Reply(status=413))
    await room.send()
    assert (await room.subscriptions(), await room.left()) == (1, 0)


async def test_a_push_whose_server_died_goes_out_by_another_one(room: Room) -> None:
    await take_pushes(room.account, await room.agent(), room.phone)
    await room.write()
    async with room.account.database.unit_of_work() as work:
        await note_news(work)
    async with room.account.database.unit_of_work() as work:
        assert await claim_due_pushes(work, most=5)
    await room.send()
    assert room.phone.requests == []
    await room.hurry()
    assert len(room.phone.requests) == 1


async def test_two_servers_tell_it_once(room: Room) -> None:
    await take_pushes(room.account, await room.agent(), room.phone)
    database = Database(room.account.database.url, Bus())
    second = room.make_worker(database)
    for number in range(6):
        await room.write(f"{number}", number=f"62855500{number}")
        await asyncio.gather(room.worker(), second())
    for worker in (room.worker, second):
        await asyncio.gather(*worker._slots._tasks)
    await room.send()
    await database.close()
    assert sorted(told["text"] for told in room.phone.told) == [str(each) for each in range(6)]


async def test_after_the_session_ended_nothing_is_sent(room: Room) -> None:
    ani = await room.agent()
    await take_pushes(room.account, ani, room.phone)
    await room.write()
    async with room.account.database.unit_of_work() as work:
        await note_news(work)
    async with room.account.work() as work:
        await end_sessions(work.session, room.account.id, agent_id=ani.id)
    await room.send()
    assert (room.phone.requests, await room.left()) == ([], 0)


async def test_what_happened_long_ago_is_not_told(room: Room) -> None:
    await take_pushes(room.account, await room.agent(), room.phone)
    await room.write()
    await ask(room.account, "update event set at = at - interval '11 minutes'")
    await room.send()
    await ask(room.account, "update event set at = now()")
    await room.send()
    assert room.phone.requests == []


async def test_a_browser_where_somebody_else_signs_in_tells_the_other_one_only(room: Room) -> None:
    ani, budi = await room.agent("Ani"), await room.agent("Budi")
    await take_pushes(room.account, ani, room.phone)
    line = await room.write()
    await take_pushes(room.account, budi, room.phone)
    assert line.conversation.assignee_id == ani.id
    await room.send()
    assert room.phone.requests == []
    rows = await ask(room.account, "select id from agent where reachable_until is not null")
    assert [row[0] for row in rows] == [budi.id]


async def test_a_stranger_who_knows_the_address_takes_nothing_from_its_browser(room: Room) -> None:
    await take_pushes(room.account, await room.agent(), room.phone)
    other = await make_account(room.account.database, room.account.vault)
    device = await make_device(other, number="6281100000002")
    stranger = FakeBrowser(room.service)
    await take_pushes(other, await make_agent(other, device), stranger)
    assert await room.subscriptions() == 2
