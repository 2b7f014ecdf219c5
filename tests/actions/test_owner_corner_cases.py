"""The corner cases of owning a conversation, each by its sentence."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions.agents import change_agent, remove_agent
from helpdesk.actions.divisions import change_division, remove_division
from helpdesk.actions.ingest import Delivery, take_deliveries
from helpdesk.actions.rules import NewRule, add_rule
from helpdesk.actions.waiting import assign_waiting
from helpdesk.actors import Actor
from helpdesk.bus import Bus
from helpdesk.database import Database, fetch
from helpdesk.errors import Conflict
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.sessions import list_session_actors
from helpdesk.shapes.conversations import ConversationOut
from helpdesk.shapes.rules import TextCondition
from helpdesk.tables.columns import new_id
from helpdesk.tables.session import Session
from tests.factories import (
    PARSER,
    AccountUnderTest,
    DeviceUnderTest,
    make_agent,
    make_conversation,
    make_device,
    make_division,
    open_console,
    receive,
)
from tests.served import Served
from tests.workers.sending import ask, break_rule, until

HOUR = timedelta(hours=1)


@pytest.fixture
async def sales(account: AccountUnderTest) -> UUID:
    return await make_division(account, name="Sales")


@pytest.fixture
async def support(account: AccountUnderTest) -> UUID:
    return await make_division(account, name="Support")


@pytest.fixture
async def device(account: AccountUnderTest, sales: UUID) -> DeviceUnderTest:
    return await make_device(account, default_division_id=sales)


async def come(account: AccountUnderTest, device: DeviceUnderTest, name: str, place: UUID) -> Actor:
    """Store an agent of a division who is here."""
    agent = await make_agent(account, device, name=name, division_id=place)
    await open_console(account, agent)
    return agent


async def turns(account: AccountUnderTest, division: UUID) -> list[tuple[UUID, int | None]]:
    """Who had a division's turns, and in which cycle."""
    async with account.reading() as session:
        rows = await fetch(
            session,
            "select agent_id, cycle from turn where division_id = $1 order by number",
            division,
        )
    return [(row[0], row[1]) for row in rows]


async def write(account: AccountUnderTest, device: DeviceUnderTest, *numbers: int) -> None:
    for number in numbers:
        await receive(account, device, number=f"62855500{number:02}")


async def read(account: AccountUnderTest, id_: UUID) -> ConversationOut:
    async with account.reading() as session:
        return (await get_conversation(session, account.id, id_)).out()


async def test_agent_moved_to_another_division(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, support: UUID
) -> None:
    """Leaver there, joiner here; open conversations stay."""
    ani, budi = [await come(account, device, name, sales) for name in ("Ani", "Budi")]
    cici = await come(account, device, "Cici", support)
    await write(account, device, 1, 2)
    async with account.work() as work:
        await change_agent(work, ani.id, {"division_id": support}, now=clock.now())
    async with account.reading() as session:
        rows = await fetch(
            session, "select division_id from conversation where assignee_id = $1", ani.id
        )
    assert [row[0] for row in rows] == [sales]
    await write(account, device, 3, 4)
    assert [agent for agent, _ in await turns(account, sales)][2:] == [budi.id, budi.id]
    async with account.work() as work:
        await change_division(work, sales, {"name": "Old"}, now=clock.now())
    shop = await make_device(account, number="62811222", default_division_id=support)
    await write(account, shop, 5, 6)
    assert {agent for agent, _ in await turns(account, support)} == {ani.id, cici.id}


async def test_mode_switched_full_partial_full(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    """Partial turns do not touch `last_turn`; the old cycle resumes."""
    agents = {(await come(account, device, name, sales)).id for name in ("Ani", "Budi", "Cici")}
    await write(account, device, 1)
    for mode, numbers in (("partial", range(2, 8)), ("full", range(8, 10))):
        async with account.work() as work:
            await change_division(work, sales, {"rotation": mode}, now=clock.now())
        await write(account, device, *numbers)
    had = await turns(account, sales)
    first_cycle = [agent for agent, cycle in had if cycle is not None]
    assert set(first_cycle) == agents
    assert len({cycle for _, cycle in had if cycle is not None}) == 1
    assert [cycle for _, cycle in had[1:7]] == [None] * 6


async def test_two_divisions_share_a_device(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, support: UUID
) -> None:
    """The rules decide the division before the turn; separate C; locks in id order, no deadlock."""
    here = {
        place: [await come(account, device, n, place) for n in "AB"] for place in (sales, support)
    }
    async with account.work() as work:
        rule = NewRule(
            device_id=device.id,
            name="Help",
            condition=TextCondition(words=["help"]),
            division_id=support,
        )
        await add_rule(work, rule, now=clock.now())
    nodes = [Database(account.database.url, Bus()) for _ in range(2)]

    async def batch(node: Database, texts: list[str], start: int) -> None:
        body = [
            {"type": "message", "id": uuid4().hex, "from": f"6285500{start + place}", "text": text}
            for place, text in enumerate(texts)
        ]
        await ingest(node, account, device, body)

    texts = ["help", "price"] * 4
    await asyncio.gather(
        *(batch(nodes[n % 2], texts[:: 1 - n % 2 * 2], 5550 + n * 10) for n in range(6))
    )
    for place in (sales, support, sales, support):
        async with account.database.unit_of_work() as work:
            await assign_waiting(work, (account.id, place), now=clock.now())
    for node in nodes:
        await node.close()
    for place, agents in here.items():
        counts = Counter(agent for agent, _ in await turns(account, place))
        assert counts == {agent.id: 12 for agent in agents}


async def ingest(
    node: Database, account: AccountUnderTest, device: DeviceUnderTest, body: object
) -> None:
    """Take one webhook at a node."""
    raw = msgspec.json.encode(body)
    delivery = Delivery(
        hook_digest=account.vault.digest(device.hook_key).hex(),
        gateway_kind="simulated",
        body=raw,
        content_type="application/json",
        parsed=PARSER.parse_webhook(raw, "application/json"),
    )
    async with node.unit_of_work() as work:
        await take_deliveries(work, [delivery], now=clock.now())


async def test_customer_writes_to_two_devices(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    """Two conversations, one contact."""
    other = await make_device(account, number="62811222", default_division_id=sales)
    first, second = [(await receive(account, each)).conversation for each in (device, other)]
    assert first.id != second.id
    assert first.contact == second.contact
    assert {first.device.id, second.device.id} == {device.id, other.id}


async def test_a_duplicate_delivered_to_two_nodes_at_once(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    """The unique key decides; both are taken; one message, one turn."""
    await come(account, device, "Ani", sales)
    nodes = [Database(account.database.url, Bus()) for _ in range(2)]
    for number in range(10):
        body = {"type": "message", "id": uuid4().hex, "from": f"62855500{number:02}"}
        await asyncio.gather(*(ingest(node, account, device, body) for node in nodes))
    for node in nodes:
        await node.close()
    assert len(await account.events("message.received")) == 10
    assert len(await turns(account, sales)) == 10


async def test_a_fault_while_routing(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, served: Served
) -> None:
    """The message is stored in any case; routing is due again."""
    ani = await come(account, device, "Ani", sales)
    await break_rule(account, device, sales)
    assert (await served.hook(device, **{"from": "6285550001"})).status_code == 200
    [row] = await ask(account, "select id, status, route_due_at from conversation")
    assert (row["status"], row["route_due_at"] is None) == ("unrouted", False)
    assert len(await ask(account, "select from message")) == 1
    await ask(account, """update rule set condition = '{"type": "always"}'""")

    async def is_owned() -> bool:
        return (await read(account, row["id"])).assignee_id == ani.id

    await until(is_owned, 5.0)
    assert len(await turns(account, sales)) == 1


async def sign_in(account: AccountUnderTest, agent: Actor) -> UUID:
    """Store a session of the agent."""
    now = clock.now()
    row = Session(
        account_id=account.id,
        id=new_id(),
        kind="agent",
        agent_id=agent.id,
        token_digest=new_id().bytes,
        created_at=now,
        seen_at=now,
        expires_at=now + HOUR,
    )
    await account.insert(row)
    return row.id


async def leave(account: AccountUnderTest, agent: Actor, how: str, now: datetime) -> None:
    async with account.work() as work:
        if how == "deleted":
            await remove_agent(work, agent.id, now=now)
        else:
            await change_agent(work, agent.id, {"is_enabled": False}, now=now)


@pytest.mark.parametrize("how", ["deleted", "disabled"])
async def test_agent_deleted_or_disabled(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, how: str
) -> None:
    """The sessions die; open conversations go to the head of the queue, original times kept."""
    ani, came = await come(account, device, "Ani", sales), clock.now() - HOUR
    session_id = await sign_in(account, ani)
    mine = await make_conversation(
        account, device, division_id=sales, assignee=ani, waiting_since=came
    )
    later = await make_conversation(account, device, number="62866", division_id=sales)
    await leave(account, ani, how, clock.now())
    async with account.reading() as session:
        assert await list_session_actors(session, [(account.id, session_id)]) == {}
    after = await read(account, mine.id)
    assert (after.status, after.waiting_since) == ("waiting", came)
    await come(account, device, "Budi", sales)
    async with account.database.unit_of_work() as work:
        await assign_waiting(work, (account.id, sales), now=clock.now())
    assigned = [e.conversation_id for e in await account.events("conversation.assigned")]
    assert assigned == [mine.id, later.id]


async def test_division_deleted(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, support: UUID
) -> None:
    """Refused with counts unless `reassign_to` is given; the snoozed ones count, and move."""
    ani = await come(account, device, "Ani", sales)
    until = clock.now() + HOUR
    mine = await make_conversation(
        account, device, division_id=sales, assignee=ani, status="snoozed", snoozed_until=until
    )
    with pytest.raises(Conflict) as refused:
        async with account.work() as work:
            await remove_division(
                work, account.supervisor, sales, reassign_to=None, now=clock.now()
            )
    assert refused.value.facts == {
        "reason": "in_use", "conversations": 1, "agents": 1, "rules": 0
    }  # fmt: skip
    async with account.work() as work:
        await remove_division(work, account.supervisor, sales, reassign_to=support, now=clock.now())
    after = await read(account, mine.id)
    assert (after.status, after.division_id, after.assignee_id) == ("snoozed", support, ani.id)
