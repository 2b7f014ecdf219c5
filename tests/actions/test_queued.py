"""What waits to be sent: taken back, put to another time, sent again by hand."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from helpdesk import clock
from helpdesk.actions.deliver import Due, claim_sends, expire_paused, settle_failed, settle_sent
from helpdesk.actions.outgoing import Content, Manner
from helpdesk.actions.queued import cancel_message, reschedule_messages, resend_message
from helpdesk.actions.reply import Draft, reply
from helpdesk.actions.send import Send, send_to_addresses
from helpdesk.actors import Actor
from helpdesk.errors import Conflict, Forbidden, NotFound, Rejected, Unreachable
from helpdesk.gateways import Sent
from helpdesk.shapes.messages import MessageOut
from tests.factories import (
    CUSTOMER,
    AccountUnderTest,
    DeviceUnderTest,
    make_agent,
    make_conversation,
    make_device,
    make_division,
    receive,
)
from tests.workers.sending import ask, status_of


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


async def send(
    account: AccountUnderTest, device: DeviceUnderTest, *numbers: str, minutes: int = 0, **how: Any
) -> list[MessageOut]:
    """Queue a message to each number, due in some minutes."""
    due_at = clock.now() + timedelta(minutes=minutes)
    sends = [
        Send(
            sender=device.actor.out(),
            device_id=device.id,
            address=number,
            content=Content(text=f"to {number}"),
            due_at=due_at,
            manner=Manner(**how),
        )
        for number in numbers
    ]
    async with account.work() as work:
        return [each.message for each in await send_to_addresses(work, sends, now=clock.now())]


async def claim(account: AccountUnderTest, most: int = 10) -> list[Due]:
    async with account.work() as work:
        return await claim_sends(work, busy_devices=[], per_device=most, most=most)


async def fail(account: AccountUnderTest, due: Due, error: Rejected | Unreachable) -> None:
    async with account.work() as work:
        await settle_failed(work, due, error, now=clock.now())


async def cancel(account: AccountUnderTest, actor: Actor, message: MessageOut) -> MessageOut:
    async with account.work() as work:
        return await cancel_message(work, actor, message.id, now=clock.now())


async def resend(account: AccountUnderTest, actor: Actor, message: MessageOut) -> MessageOut:
    async with account.work() as work:
        return await resend_message(work, actor, message.id, now=clock.now())


async def reschedule(
    account: AccountUnderTest, actor: Actor, message: MessageOut, minutes: int, **more: Any
) -> list[Any]:
    due_at = clock.now() + timedelta(minutes=minutes)
    async with account.work() as work:
        return await reschedule_messages(work, actor, message.id, due_at, **more)


async def test_what_is_cancelled_fails_is_told_and_is_never_sent(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    [message] = await send(account, device, CUSTOMER)
    after = await cancel(account, account.supervisor, message)
    assert (after.status, after.failure) == ("failed", "cancelled")
    assert [each.type for each in await account.events()] == ["message.queued", "message.failed"]
    assert await claim(account) == []


async def test_a_customer_waits_again_whose_answer_is_taken_back(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    agent = await make_agent(account, device)
    line = await receive(account, device)
    await ask(
        account,
        "update conversation set assignee_id = $1, status = 'assigned', waiting_since = null",
        agent.id,
    )
    chat = await open_chat_of(account, device, line.conversation.id)
    answer = await chat("Hi")
    await cancel(account, agent, answer)
    [row] = await ask(account, "select waiting_since, waiting_number from conversation")
    assert row["waiting_number"] == line.message.number
    await resend(account, agent, answer)
    [row] = await ask(account, "select waiting_since from conversation")
    assert row["waiting_since"] is None


async def open_chat_of(
    account: AccountUnderTest, device: DeviceUnderTest, id_: Any
) -> Callable[[str], Awaitable[MessageOut]]:
    async def say(text: str) -> MessageOut:
        async with account.work() as work:
            draft = Draft(text=text, client_id=uuid4())
            return (await reply(work, device.actor, id_, draft, now=clock.now())).message

    return say


async def test_what_is_being_sent_is_neither_cancelled_nor_rescheduled(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    [message] = await send(account, device, CUSTOMER)
    [due] = await claim(account)
    for act in (
        lambda: cancel(account, device.actor, message),
        lambda: reschedule(account, device.actor, message, 5),
    ):
        with pytest.raises(Conflict) as refused:
            await act()
        assert refused.value.facts["reason"] == "sending"
    async with account.work() as work:
        await settle_sent(work, due, Sent(provider_id="1"), now=clock.now())
    with pytest.raises(Conflict) as refused:
        await cancel(account, device.actor, message)
    assert refused.value.facts["reason"] == "not_queued"


async def test_what_may_have_arrived_before_a_crash_is_not_cancelled(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    [message] = await send(account, device, CUSTOMER)
    await ask(account, "update outbox set expired_leases = 1, attempt = 1")
    with pytest.raises(Conflict) as refused:
        await cancel(account, device.actor, message)
    assert refused.value.facts["reason"] == "sending"


async def test_only_what_failed_is_sent_again(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    [message] = await send(account, device, CUSTOMER)
    with pytest.raises(Conflict) as refused:
        await resend(account, device.actor, message)
    assert refused.value.facts["reason"] == "not_failed"
    [due] = await claim(account)
    await fail(account, due, Rejected("target invalid"))
    after = await resend(account, device.actor, message)
    assert (after.status, after.failure) == ("queued", "")
    with pytest.raises(Conflict):
        await resend(account, device.actor, message)
    [again] = await claim(account)
    assert again.message.id == message.id
    happened = ["message.queued", "message.failed", "message.queued"]
    assert [each.type for each in await account.events()] == happened


async def test_sending_again_is_not_charged_again(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    [message] = await send(account, device, CUSTOMER)
    await cancel(account, device.actor, message)
    await resend(account, device.actor, message)
    [row] = await ask(account, "select messages from device_usage")
    assert row["messages"] == 1


async def test_what_is_put_to_later_waits_until_then_and_holds_nothing_back(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    [late] = await send(account, device, CUSTOMER)
    [due] = await claim(account)
    await fail(account, due, Unreachable("away"))
    [item] = await reschedule(account, device.actor, late, 60)
    assert (item.state, item.attempts) == ("queued", 0)
    assert timedelta(minutes=59) < item.due_at - clock.now() < timedelta(minutes=61)
    [soon] = await send(account, device, CUSTOMER)
    assert [each.message.id for each in await claim(account)] == [soon.id]
    await reschedule(account, device.actor, late, -1)
    assert [each.message.id for each in await claim(account)] == [late.id]


async def test_a_whole_schedule_moves_in_its_order_with_its_delays(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    at = clock.now() + timedelta(days=1)
    numbers = [f"628120000000{n}" for n in range(3)]
    messages = await send(account, device, *numbers, minutes=60, scheduled_at=at)
    [other] = await send(account, device, CUSTOMER, minutes=60)
    items = await reschedule(
        account, device.actor, messages[1], 5, is_whole_schedule=True, delay=(2, 4),
        random=Random(1),
    )  # fmt: skip
    assert [item.message_id for item in items] == [message.id for message in messages]
    gaps = [(b.due_at - a.due_at).total_seconds() for a, b in pairwise(items)]
    assert all(2 <= gap <= 4 for gap in gaps)
    assert len({item.scheduled_at for item in items}) == 1
    [row] = await ask(account, "select due_at from outbox where message_id = $1", other.id)
    assert row["due_at"] - clock.now() > timedelta(minutes=50)


async def test_an_agent_disposes_of_own_messages_and_conversations_alone(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    division = await make_division(account)
    ani = await make_agent(account, device, name="Ani", division_id=division)
    budi = await make_agent(account, device, name="Budi", division_id=division)
    conversation = await make_conversation(account, device, division_id=division, assignee=ani)
    say = await open_chat_of(account, device, conversation.id)
    message = await say("Hi")
    with pytest.raises(Conflict) as refused:
        await cancel(account, budi, message)
    assert refused.value.facts["reason"] == "not_owner"
    with pytest.raises(Forbidden):
        await reschedule(account, ani, message, 5, is_whole_schedule=True)
    assert (await cancel(account, ani, message)).status == "failed"


async def test_a_message_of_another_device_is_not_there_for_a_devices_token(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    other = await make_device(account, number="6281100000002")
    [message] = await send(account, device, CUSTOMER)
    with pytest.raises(NotFound):
        await cancel(account, other.actor, message)


async def test_one_of_a_sequence_goes_out_when_none_before_it_is_left(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    numbers = [f"628120000000{n}" for n in range(3)]
    first, second, third = await send(account, device, *numbers, sequence=7)
    [stranger] = await send(account, device, CUSTOMER)
    claimed = await claim(account)
    assert {each.message.id for each in claimed} == {first.id, stranger.id}
    assert await claim(account) == []
    await fail(account, claimed[0], Unreachable("away", retry_after=60))
    assert await claim(account) == []
    await ask(account, "update outbox set due_at = now() where message_id = $1", first.id)
    [again] = await claim(account)
    await fail(account, again, Rejected("target invalid"))
    assert await status_of(account, first) == "failed"
    assert [each.message.id for each in await claim(account)] == [second.id]
    await reschedule(account, device.actor, third, 60)


async def test_a_disconnected_device_is_tried_with_few_messages_and_goes_on_at_once(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    numbers = [f"62812000000{n:02}" for n in range(20)]
    await send(account, device, *numbers)
    for due in await claim(account, most=4):
        away = Unreachable("The device is disconnected.", is_disconnected=True, retry_after=60)
        await fail(account, due, away)
    assert await claim(account) == []
    tried = "select count(*) from outbox where attempt > 0"
    assert (await ask(account, tried))[0][0] == 4
    await ask(account, "update device set paused_until = now()")
    assert len(await claim(account, most=4)) == 4


async def test_the_longer_a_device_is_away_the_more_seldom_it_is_tried(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    away = Unreachable("The device is disconnected.", is_disconnected=True)
    left = "select extract(epoch from paused_until - now())::float from device"
    waits = []
    for seconds in (0, 20, 4_000):
        await ask(
            account, "update device set paused_at = now() - $1 * interval '1 second'", seconds
        )
        await ask(account, "update device set paused_until = now()")
        [message] = await send(account, device, f"62812{seconds:08}")
        [due] = await claim(account)
        assert due.message.id == message.id
        await fail(account, due, away)
        waits.append((await ask(account, left))[0][0])
        await ask(account, "delete from outbox")
    assert 0.5 < waits[0] < 5 < 18 < waits[1] < 30 < 58 < waits[2] <= 60.5


async def test_what_a_paused_device_could_not_send_for_a_day_expires(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    [old] = await send(account, device, CUSTOMER)
    await ask(account, "update outbox set created_at = now() - interval '25 hours'")
    [young] = await send(account, device, "6281200000001")
    async with account.database.unit_of_work() as work:
        assert await expire_paused(work, now=clock.now()) == 0
    await ask(account, "update device set paused_at = now(), paused_until = now()")
    async with account.database.unit_of_work() as work:
        assert await expire_paused(work, now=clock.now()) == 1
    rows = await ask(account, "select id, status, failure from message order by number")
    assert [tuple(row) for row in rows] == [
        (old.id, "failed", "expired"),
        (young.id, "queued", ""),
    ]
    assert [each.type for each in await account.events("message.failed")] == ["message.failed"]
