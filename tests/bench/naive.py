"""The control: the same rows stored the obvious way, and a server that stores nothing.

One ORM session for each request, `SELECT … FOR UPDATE` on the division, round robin, a commit for
each message, and a broadcast in the process after it. Run as `python -m tests.bench.naive PORT`.
"""

import asyncio
import os
import sys
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import msgspec
import uvicorn
from litestar import Litestar, WebSocket, post, websocket
from litestar.exceptions import WebSocketDisconnect
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel import col

from helpdesk import clock
from helpdesk.gateways.simulated_body import MessageBody
from helpdesk.serving import _config
from helpdesk.settings import Settings
from helpdesk.tables.agent import Agent
from helpdesk.tables.columns import new_id
from helpdesk.tables.contact import Contact
from helpdesk.tables.conversation import Conversation
from helpdesk.tables.device import Device
from helpdesk.tables.division import Division
from helpdesk.tables.event import Event, EventCounter
from helpdesk.tables.inbound import Inbound
from helpdesk.tables.message import Message
from helpdesk.tables.turn import Turn

listeners: set[asyncio.Queue[str]] = set()
engine = create_async_engine(
    os.environ.get("HELPDESK_DATABASE_URL", "postgresql+asyncpg://"),
    pool_size=10, max_overflow=5, pool_timeout=30,
)  # fmt: skip
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def first(session: AsyncSession, statement: Any) -> Any:
    """Return the first row of a select, or None."""
    return (await session.execute(statement)).scalars().first()


async def find_contact(session: AsyncSession, device: Device, body: MessageBody) -> Contact:
    """Find or make the contact."""
    found: Contact | None = await first(
        session,
        select(Contact).where(
            col(Contact.account_id) == device.account_id, col(Contact.address) == body.sender
        ),
    )
    if found is None:
        found = Contact(
            account_id=device.account_id, id=new_id(), kind="person", address=body.sender,
            name=body.name, is_named=False, created_at=clock.now(),
        )  # fmt: skip
        session.add(found)
        await session.flush()
    return found


async def find_conversation(
    session: AsyncSession, device: Device, contact: Contact
) -> tuple[Conversation, bool]:
    """Find the open conversation or make one; the second value says which."""
    found: Conversation | None = await first(
        session,
        select(Conversation).where(
            col(Conversation.account_id) == device.account_id,
            col(Conversation.device_id) == device.id,
            col(Conversation.contact_id) == contact.id,
            col(Conversation.status) != "resolved",
        ),
    )  # fmt: skip
    if found:
        return found, False
    made = Conversation(
        account_id=device.account_id, id=new_id(), device_id=device.id, contact_id=contact.id,
        division_id=device.default_division_id, status="waiting", waiting_number=None, assignment=0,
        unread=0, labels=[],
        opened_at=clock.now(), last_message_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    await session.flush()
    return made, True


async def take_turn(session: AsyncSession, conversation: Conversation) -> None:
    """Give the conversation to the next agent of the division."""
    division: Division = await first(
        session,
        select(Division)
        .where(col(Division.id) == conversation.division_id)
        .with_for_update(key_share=True),  # plain, it deadlocks with the links of new rows
    )
    agents = await session.execute(
        select(Agent).where(col(Agent.division_id) == division.id).order_by(col(Agent.id))
    )
    people = agents.scalars().all()
    agent = people[division.turn_number % len(people)]
    division.turn_number += 1
    conversation.assignee_id, conversation.status = agent.id, "assigned"
    conversation.assignment += 1
    session.add(
        Turn(
            account_id=division.account_id, id=new_id(), division_id=division.id,
            number=division.turn_number, rotation="full", cycle=1, agent_id=agent.id,
            conversation_id=conversation.id, assignment=conversation.assignment,
            eligible=[str(each.id) for each in people], excluded={}, weights={}, at=clock.now(),
        )
    )  # fmt: skip


async def tell(session: AsyncSession, type_: str, message: Message) -> str:
    """Store an event under the account's counter and return its text."""
    counter: EventCounter = await first(
        session,
        select(EventCounter)
        .where(col(EventCounter.account_id) == message.account_id)
        .with_for_update(),
    )
    counter.seq += 1
    body = {"type": type_, "at": clock.now(), "message": message.model_dump(mode="json")}
    text = msgspec.json.encode(body).decode()
    session.add(
        Event(
            account_id=message.account_id, seq=counter.seq, type=type_, at=clock.now(),
            body=msgspec.json.decode(text), conversation_id=message.conversation_id,
            contact_id=message.contact_id, is_for_all=False, agent_ids=[], division_ids=[],
            former_agent_ids=[], former_division_ids=[],
        )
    )  # fmt: skip
    return text


def lines(device: Device, conversation: Conversation, body: MessageBody) -> tuple[Inbound, Message]:
    """The raw delivery and its message."""
    id_, now = new_id(), clock.now()
    inbound = Inbound(
        account_id=device.account_id, id=id_, device_id=device.id, key=f"id:{body.id}",
        state="stored", content_type="application/json", body=msgspec.json.encode(body),
        message_id=id_, received_at=now,
    )  # fmt: skip
    message = Message(
        account_id=device.account_id, id=id_, number=uuid4().int >> 66,
        conversation_id=conversation.id, device_id=device.id, contact_id=conversation.contact_id,
        direction="in", kind="text", text=body.text, choices=[], sender_kind="contact",
        sender_id=conversation.contact_id, sort_at=now, created_at=now,
    )  # fmt: skip
    return inbound, message


@post("/hooks/simulated/{device_id:uuid}", status_code=200)
async def take_webhook(device_id: UUID, data: MessageBody) -> dict[str, bool]:
    """Store one message, with everything that the product stores of it."""
    async with sessions() as session, session.begin():
        device = await first(session, select(Device).where(col(Device.id) == device_id))
        contact = await find_contact(session, device, data)
        conversation, is_new = await find_conversation(session, device, contact)
        inbound, message = lines(device, conversation, data)
        session.add(inbound)
        session.add(message)
        conversation.unread += 1
        conversation.last_message_at, conversation.last_message_id = message.sort_at, message.id
        await session.flush()
        if is_new:
            await take_turn(session, conversation)
            for type_ in ("conversation.opened", "conversation.routed", "conversation.assigned"):
                await tell(session, type_, message)
        text = await tell(session, "message.received", message)
    for queue in listeners:
        queue.put_nowait(text)
    return {"status": True}


async def pass_on(socket: WebSocket[Any, Any, Any], queue: asyncio.Queue[str]) -> None:
    """Send what is put into the queue."""
    while True:
        await socket.send_text(await queue.get())


@websocket("/ws")
async def listen(socket: WebSocket[Any, Any, Any]) -> None:
    """Send every event of the process."""
    await socket.accept()
    queue: asyncio.Queue[str] = asyncio.Queue()
    listeners.add(queue)
    try:
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(pass_on(socket, queue))
            with suppress(WebSocketDisconnect):
                await socket.receive_text()
            sending.cancel()
    finally:
        listeners.discard(queue)


@post("/noop", status_code=200)
async def nothing(data: MessageBody) -> dict[str, bool]:
    """Read a message and store nothing."""
    del data
    return {"status": True}


if __name__ == "__main__":
    app = Litestar([take_webhook, listen, nothing], logging_config=None)
    config = _config(app, Settings(_env_file=None), "127.0.0.1", int(sys.argv[1]))
    uvicorn.Server(config).run()
