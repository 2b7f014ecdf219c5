"""Under whose name a text goes out, where the division shows its agents' names."""

from uuid import UUID, uuid4

import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions.deliver import claim_sends, settle_failed
from helpdesk.actions.outgoing import Content
from helpdesk.actions.reply import Draft, reply
from helpdesk.actions.send import Send, send_to_addresses
from helpdesk.actors import Actor
from helpdesk.errors import Unknown
from helpdesk.shapes.messages import MessageOut
from tests.factories import (
    CUSTOMER,
    AccountUnderTest,
    DeviceUnderTest,
    deliver,
    make_agent,
    make_device,
    make_division,
    open_console,
    receive,
)
from tests.workers.sending import ask, open_office, status_of


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    division = await make_division(account, shows_agent_name=True)
    return await make_device(account, default_division_id=division)


@pytest.fixture
async def ani(account: AccountUnderTest, device: DeviceUnderTest) -> Actor:
    [row] = await ask(account, "select id from division")
    agent = await make_agent(account, device, division_id=row[0])
    await open_console(account, agent)
    return agent


async def on_the_phone(account: AccountUnderTest) -> list[str]:
    """Send what is due, and return what the customer sees."""
    async with open_office(account) as office:
        while await office.worker():
            await office.worker.drain()
    rows = await ask(account, "select content->>'text' from simulated_message order by created_at")
    return [row[0] for row in rows]


@pytest.fixture
async def conversation(account: AccountUnderTest, device: DeviceUnderTest, ani: Actor) -> UUID:
    """A conversation that Ani owns."""
    return (await receive(account, device)).conversation.id


async def answer(
    account: AccountUnderTest, actor: Actor, conversation: UUID, text: str = "Hello"
) -> MessageOut:
    async with account.work() as work:
        return (await reply(work, actor, conversation, Draft(text=text), now=clock.now())).message


async def test_an_agents_text_goes_out_under_its_name_and_is_kept_as_typed(
    account: AccountUnderTest, ani: Actor, conversation: UUID
) -> None:
    message = await answer(account, ani, conversation)
    assert await on_the_phone(account) == ["*Ani*\nHello"]
    assert message.text == "Hello"
    [row] = await ask(account, "select text from message where id = $1", message.id)
    assert row[0] == "Hello"


async def test_without_the_switch_nobodys_name_goes_out(
    account: AccountUnderTest, ani: Actor, conversation: UUID
) -> None:
    await ask(account, "update division set shows_agent_name = false")
    await answer(account, ani, conversation)
    assert await on_the_phone(account) == ["Hello"]


async def test_what_programs_and_the_server_write_goes_out_without_a_name(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor
) -> None:
    await ask(account, "update division set greeting = 'Welcome'")
    line = await receive(account, device)
    await answer(account, device.actor, line.conversation.id, "From the API")
    send = Send(
        sender=device.actor.out(),
        device_id=device.id,
        address=CUSTOMER,
        content=Content(text="To a number"),
        due_at=clock.now(),
    )
    async with account.work() as work:
        await send_to_addresses(work, [send], now=clock.now())
    assert await on_the_phone(account) == ["Welcome", "From the API", "To a number"]


async def test_an_echo_of_a_text_under_a_name_confirms_it(
    account: AccountUnderTest, device: DeviceUnderTest, ani: Actor, conversation: UUID
) -> None:
    message = await answer(account, ani, conversation)
    async with account.database.unit_of_work() as work:
        [due] = await claim_sends(work, busy_devices=[], per_device=1, most=1)
    async with account.database.unit_of_work() as work:
        await settle_failed(work, due, Unknown("No answer."), now=clock.now())
    echo = {"type": "message", "id": uuid4().hex, "own": True, "from": CUSTOMER}
    await deliver(account, device, msgspec.json.encode(echo | {"text": "*Ani*\nHello"}))
    assert await status_of(account, message) == "sent"
    assert len(await ask(account, "select from message where direction = 'out'")) == 1
