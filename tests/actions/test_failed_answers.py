"""A customer whose answer failed was not answered, and waits since the time that it was."""

from datetime import datetime, timedelta
from random import Random

import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions.broadcast_plans import NewBroadcast
from helpdesk.actions.broadcasts import add_broadcast
from helpdesk.actions.conversations import reopen_conversation, resolve_conversation
from helpdesk.actions.deliver import claim_sends, settle_failed, settle_sent
from helpdesk.actions.outgoing import Content
from helpdesk.actions.reply import Draft, reply
from helpdesk.actions.send import Send, send_to_addresses
from helpdesk.actors import Actor
from helpdesk.errors import Rejected
from helpdesk.gateways import Sent
from helpdesk.queries.conversations import get_conversation
from helpdesk.tables.columns import new_id
from tests.factories import (
    CUSTOMER,
    AccountUnderTest,
    DeviceUnderTest,
    Line,
    body_of,
    deliver,
    make_agent,
    make_device,
    make_division,
    open_console,
    receive,
)

NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")


class Talk:
    """A customer and the agent who has the conversation."""

    def __init__(self, account: AccountUnderTest, device: DeviceUnderTest, agent: Actor) -> None:
        self.account, self.device, self.agent = account, device, agent

    async def write(self, minute: int) -> Line:
        return await receive(self.account, self.device, now=NOON + timedelta(minutes=minute))

    async def answer(self, line: Line, minute: int) -> None:
        now = NOON + timedelta(minutes=minute)
        async with self.account.work() as work:
            await reply(work, self.agent, line.conversation.id, Draft(text="Hi"), now=now)

    async def send(self, minute: int) -> None:
        """Let a program send to the customer's number."""
        send = Send(
            sender=self.device.actor.out(),
            device_id=self.device.id,
            address=CUSTOMER,
            content=Content(text="Your parcel is on its way"),
            due_at=clock.now(),
        )
        async with self.account.work() as work:
            await send_to_addresses(work, [send], now=NOON + timedelta(minutes=minute))

    async def broadcast(self, minute: int) -> None:
        """Send a broadcast that the customer is among."""
        new = NewBroadcast(device_id=self.device.id, text="New prices", lines=CUSTOMER)
        now = NOON + timedelta(minutes=minute)
        async with self.account.work() as work:
            by = self.account.supervisor
            await add_broadcast(work, by, new, now=now, random=Random(1))

    async def settle(self, *, is_sent: bool) -> None:
        """Let the gateway take, or refuse, the oldest answer that is due."""
        async with self.account.database.unit_of_work() as work:
            [due] = await claim_sends(work, busy_devices=[], per_device=1, most=1)
        async with self.account.database.unit_of_work() as work:
            if is_sent:
                await settle_sent(work, due, Sent(provider_id="id-1"), now=clock.now())
            else:
                await settle_failed(work, due, Rejected("No such number."), now=clock.now())

    async def tell(self, status: str) -> None:
        receipt = {"type": "receipt", "id": "id-1", "status": status}
        await deliver(self.account, self.device, msgspec.json.encode(receipt))

    async def waits_since(self, line: Line) -> int | None:
        """The minute since which the customer waits."""
        async with self.account.reading() as session:
            row = await get_conversation(session, self.account.id, line.conversation.id)
        since = row.waiting_since
        return since and round((since - NOON).total_seconds() / 60)


@pytest.fixture
async def talk(account: AccountUnderTest) -> Talk:
    device = await make_device(account)
    division = await make_division(account)
    agent = await make_agent(account, device, division_id=division)
    await open_console(account, agent)
    return Talk(account, device, agent)


async def test_customer_whose_only_answer_failed_waits_since_the_first_message(talk: Talk) -> None:
    first = await talk.write(0)
    await talk.write(1)
    await talk.answer(first, 2)
    assert await talk.waits_since(first) is None
    await talk.settle(is_sent=False)
    assert await talk.waits_since(first) == 0
    [told] = await talk.account.events("message.failed")
    assert body_of(told)["conversation"]["waiting_since"] == "2026-03-02T12:00:00Z"


async def test_an_answer_that_is_still_to_be_sent_counts(talk: Talk) -> None:
    line = await talk.write(0)
    await talk.answer(line, 1)
    await talk.answer(line, 2)
    await talk.settle(is_sent=False)
    assert await talk.waits_since(line) is None
    await talk.settle(is_sent=False)
    assert await talk.waits_since(line) == 0


@pytest.mark.parametrize("what", ["send", "broadcast"])
async def test_what_goes_to_a_number_is_no_answer_when_the_answer_fails(
    talk: Talk, what: str
) -> None:
    line = await talk.write(0)
    await talk.answer(line, 1)
    await getattr(talk, what)(2)
    assert await talk.waits_since(line) is None
    await talk.settle(is_sent=False)
    assert await talk.waits_since(line) == 0


async def test_a_programs_answer_in_the_conversation_is_one(talk: Talk) -> None:
    line = await talk.write(0)
    await talk.answer(line, 1)
    async with talk.account.work() as work:
        draft = Draft(text="Hi", client_id=new_id())
        by, now = talk.device.actor, NOON + timedelta(minutes=2)
        await reply(work, by, line.conversation.id, draft, now=now)
    await talk.settle(is_sent=False)
    assert await talk.waits_since(line) is None


async def test_what_was_answered_before_is_not_waited_for_again(talk: Talk) -> None:
    line = await talk.write(0)
    await talk.answer(line, 1)
    await talk.settle(is_sent=True)
    await talk.answer(line, 2)
    await talk.settle(is_sent=False)
    assert await talk.waits_since(line) is None


async def test_a_receipt_that_it_failed_counts_and_one_that_it_arrived_after_all(
    talk: Talk,
) -> None:
    line = await talk.write(0)
    await talk.answer(line, 1)
    await talk.settle(is_sent=True)
    await talk.tell("failed")
    assert await talk.waits_since(line) == 0
    await talk.tell("delivered")
    assert await talk.waits_since(line) is None


async def test_what_was_resolved_without_an_answer_is_not_waited_for(talk: Talk) -> None:
    line = await talk.write(0)
    async with talk.account.work() as work:
        now = NOON + timedelta(minutes=1)
        await resolve_conversation(work, talk.agent, line.conversation.id, now=now)
    async with talk.account.work() as work:
        await reopen_conversation(work, talk.agent, line.conversation.id, now=now)
    await talk.write(3)
    await talk.answer(line, 4)
    await talk.settle(is_sent=False)
    assert await talk.waits_since(line) == 3
