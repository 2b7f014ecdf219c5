"""Outbox workers over the test database, and an upstream to send to."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from helpdesk import clock
from helpdesk.actions.reply import Draft, reply
from helpdesk.bus import Bus
from helpdesk.database import Database, fetch
from helpdesk.files import Files
from helpdesk.gateways import Gateway
from helpdesk.gateways.fonnte import Fonnte
from helpdesk.gateways.outbound import Outbound
from helpdesk.gateways.simulated import Simulated
from helpdesk.shapes.conversations import ConversationOut
from helpdesk.shapes.messages import MessageOut
from helpdesk.signing import MediaLinks
from helpdesk.workers.outbox import OutboxWorker
from helpdesk.workers.phone import DatabasePhone
from helpdesk.workers.runner import Loop
from tests.factories import AccountUnderTest, DeviceUnderTest, make_conversation, make_device
from tests.fake_fonnte import FakeFonnte, Received, Reply


class Slow(FakeFonnte):
    """An upstream that takes its time to answer, each time another one."""

    def __init__(self, most_seconds: float = 0.05) -> None:
        super().__init__()
        self._most_seconds = most_seconds

    async def _answer(self, reply: Reply, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(random.uniform(0, self._most_seconds))
        await super()._answer(reply, writer)


def texts(received: list[Received]) -> list[str]:
    """What the upstream was asked to send, in the order of its arrival."""
    return [request.form["message"] for request in received]


async def make_fonnte(
    account: AccountUnderTest, upstream: FakeFonnte, *, number: str = "6281100000009"
) -> DeviceUnderTest:
    """Store a device whose messages go out through the upstream."""
    device = await make_device(account, number=number)
    async with account.work() as work:
        await fetch(
            work.session,
            """
            update device set gateway_kind = 'fonnte', gateway_settings = $3::jsonb,
              gateway_secrets_sealed = $4 where account_id = $1 and id = $2
            """,
            account.id,
            device.id,
            msgspec.json.encode({"base_url": upstream.base_url}).decode(),
            account.vault.seal('{"token": "upstream-token"}'),
        )
    return device


@dataclass
class Chat:
    """A conversation to answer in, as its device's token."""

    account: AccountUnderTest
    device: DeviceUnderTest
    conversation: ConversationOut

    async def say(self, text: str, client_id: UUID | None = None) -> MessageOut:
        """Queue an answer."""
        async with self.account.work() as work:
            draft = Draft(text=text, client_id=client_id or uuid4())
            replied = await reply(
                work, self.device.actor, self.conversation.id, draft, now=clock.now()
            )
        return replied.message


async def open_chat(
    account: AccountUnderTest, device: DeviceUnderTest, number: str = "6285550001"
) -> Chat:
    """Open a conversation with a customer."""
    conversation = await make_conversation(account, device, number=number)
    return Chat(account, device, conversation)


@dataclass
class Office:
    """The outbox of one process: its worker, driven by a loop or step by step."""

    worker: OutboxWorker
    database: Database

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Let the worker run as the server lets it."""
        loop = Loop(self.worker, topic="outbox", every=0.2)
        self.database.bus.subscribe(loop.on_wake)
        task = asyncio.create_task(loop.run())
        try:
            yield
        finally:
            self.database.bus._wakers.remove(loop.on_wake)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self.worker.drain()


@asynccontextmanager
async def open_office(
    account: AccountUnderTest, *, gateways: dict[str, Gateway] | None = None, seconds: float = 3
) -> AsyncIterator[Office]:
    """A worker with a pool of its own, as in a process of its own."""
    database = Database(account.database.url, Bus())
    outbound = Outbound(["127.0.0.1"], total_seconds=seconds)
    usual: dict[str, Gateway] = {
        "fonnte": Fonnte(outbound),
        "simulated": Simulated(DatabasePhone(database)),
    }
    links = MediaLinks(account.vault, "http://127.0.0.1")
    files = Files(Path("nowhere"))
    worker = OutboxWorker(database, usual | (gateways or {}), account.vault, links, files)
    office = Office(worker, database)
    try:
        yield office
    finally:
        await office.worker.drain()
        await outbound.close()
        await database.close()


async def ask(account: AccountUnderTest, sql: str, *arguments: Any) -> list[asyncpg.Record]:
    """Run a statement in a commit of its own."""
    async with account.work() as work:
        return await fetch(work.session, sql, *arguments)


async def status_of(account: AccountUnderTest, message: MessageOut) -> str:
    [row] = await ask(account, "select status from message where id = $1", message.id)
    return str(row[0])


async def until(is_so: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not await is_so():  # noqa: ASYNC110 - the database has no event for it
            await asyncio.sleep(0.02)


async def until_status(account: AccountUnderTest, *messages: MessageOut, status: str) -> None:
    """Wait until each message has the status."""

    async def all_have_it() -> bool:
        return {await status_of(account, message) for message in messages} == {status}

    await until(all_have_it)


async def break_rule(account: AccountUnderTest, device: DeviceUnderTest, division: UUID) -> None:
    """Store a rule as a later version of this program may write them."""
    await ask(
        account,
        """
        insert into rule (account_id, id, device_id, name, position, condition, division_id,
                          is_enabled, created_at)
        values ($1, gen_random_uuid(), $2, 'later', 1, '{"type": "moon"}', $3, true, now())
        """,
        account.id,
        device.id,
        division,
    )
