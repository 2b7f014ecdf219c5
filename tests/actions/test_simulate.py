"""What goes wrong on a simulated device, and what happens when it is connected again."""

import asyncio
from uuid import uuid4

import pytest

from helpdesk import clock
from helpdesk.actions.simulate import meet_trouble, show_on_phone, switch_trouble
from helpdesk.errors import NotFound
from helpdesk.gateways.simulated import Trouble
from helpdesk.queries.simulated import list_chats, list_lines, list_unconfirmed
from helpdesk.tables.columns import new_id
from tests.factories import (
    CUSTOMER,
    AccountUnderTest,
    DeviceUnderTest,
    deliver,
    make_device,
    make_file,
    receive,
)
from tests.fake_fonnte import FakeFonnte
from tests.workers.sending import ask, make_fonnte, open_chat

DISCONNECTED = b'{"type": "device", "connected": false}'
CONNECTED = b'{"type": "device", "connected": true}'


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


async def meet(account: AccountUnderTest, device: DeviceUnderTest) -> Trouble:
    async with account.work() as work:
        return await meet_trouble(work, device.id)


async def switch(
    account: AccountUnderTest, device: DeviceUnderTest, **switches: bool | int
) -> Trouble:
    async with account.work() as work:
        return (await switch_trouble(work, device.id, **switches))[1]  # type: ignore[arg-type]


async def test_nothing_goes_wrong_on_a_device_that_nobody_touched(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    assert await meet(account, device) == Trouble()


async def test_switches_stay_until_they_are_switched_back(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    other = await make_device(account, number="6281100000002")
    await switch(account, device, slow_seconds=4)
    await switch(account, device, is_answer_lost=True)
    both = Trouble(slow_seconds=4, is_answer_lost=True)
    assert [await meet(account, device) for _ in range(2)] == [both, both]
    assert await meet(account, other) == Trouble()
    await switch(account, device, slow_seconds=0, is_answer_lost=False)
    assert await meet(account, device) == Trouble()


async def test_only_the_next_send_is_refused_though_many_come_at_once(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await switch(account, device, is_next_refused=True)
    met = await asyncio.gather(*(meet(account, device) for _ in range(5)))
    assert sum(each.is_refused for each in met) == 1


async def test_disconnected_device_keeps_the_refusal_for_later(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await switch(account, device, is_next_refused=True)
    await deliver(account, device, DISCONNECTED)
    assert await meet(account, device) == Trouble(is_disconnected=True)
    await deliver(account, device, CONNECTED)
    assert await meet(account, device) == Trouble(is_refused=True)


async def test_device_on_another_gateway_has_no_switches(account: AccountUnderTest) -> None:
    async with FakeFonnte() as upstream:
        device = await make_fonnte(account, upstream)
    with pytest.raises(NotFound):
        await switch(account, device, slow_seconds=1)


async def test_what_failed_while_disconnected_is_due_when_connected_again(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    chat = await open_chat(account, device)
    tried, planned = [await chat.say(text) for text in ("tried", "planned")]
    await ask(account, "update outbox set due_at = now() + interval '1 hour'")
    await ask(account, "update outbox set attempt = 1 where message_id = $1", tried.id)
    await deliver(account, device, CONNECTED)
    due = "select message_id from outbox where due_at <= now()"
    assert await ask(account, due) == [], "it was connected all the time"
    await deliver(account, device, DISCONNECTED)
    assert await ask(account, due) == []
    await deliver(account, device, CONNECTED)
    assert [row[0] for row in await ask(account, due)] == [tried.id]
    assert planned.id != tried.id


async def test_named_file_comes_with_the_message(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    media = await make_file(account)
    line = await receive(account, device, kind="image", media=str(media), text="Look")
    assert line.message.media
    assert (line.message.media.id, line.message.media.state) == (media, "stored")
    assert await ask(account, "select from media") == [()], "no file is to be fetched"


@pytest.mark.parametrize("whose", ["another account", "nobody", "not here yet"])
async def test_file_that_is_not_ours_to_show_costs_only_the_file(
    account: AccountUnderTest, other_account: AccountUnderTest, device: DeviceUnderTest, whose: str
) -> None:
    media = {
        "another account": await make_file(other_account),
        "nobody": uuid4(),
        "not here yet": await make_file(account, state="due", path=None),
    }[whose]
    line = await receive(account, device, kind="image", media=str(media), text="Look")
    assert (line.message.text, line.message.media) == ("Look", None)


async def test_phone_shows_both_sides_in_their_order(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await receive(account, device, text="one", id="a")
    chat = await open_chat(account, device, number="6285550002")
    answer = await chat.say("two")
    for reference, address in ((str(answer.id), CUSTOMER), ("no message of ours", CUSTOMER)):
        async with account.work() as work:
            await show_on_phone(
                work, device.id, reference=reference, address=address, content="{}", now=clock.now()
            )
    await receive(account, device, text="three", id="b")
    async with account.reading() as session:
        lines = await list_lines(session, account.id, device.id, address=CUSTOMER, limit=10)
        page = await list_lines(session, account.id, device.id, address=CUSTOMER, limit=1)
        [last] = page
        older = await list_lines(
            session,
            account.id,
            device.id,
            address=CUSTOMER,
            before=(last.at, last.message.number),
            limit=10,
        )
    assert [(each.message.text, each.is_own, each.hook_id) for each in lines] == [
        ("three", True, "b"),
        ("two", False, None),
        ("one", True, "a"),
    ]
    assert page + older == lines


async def test_customer_sees_what_an_agent_has_read(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    for text in ("one", "two", "three"):
        await receive(account, device, text=text)
    await ask(account, "update conversation set unread = 1")
    async with account.reading() as session:
        lines = await list_lines(session, account.id, device.id, address=CUSTOMER, limit=10)
    assert [each.is_read for each in lines] == [False, True, True]


async def test_chats_are_those_of_the_device_and_count_what_is_new(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    other = await make_device(account, number="6281100000002", is_group_routed=True)
    await receive(account, device, name="Nadia", text="Hello")
    await receive(account, other, number="6285550009")
    await receive(account, other, number="1203630@g.us", member="6285550009")
    chat = await open_chat(account, device, number="6285550002")
    for text in ("new", "newer"):
        answer = await chat.say(text)
        await ask(account, "update message set status = 'sent' where id = $1", answer.id)
        async with account.work() as work:
            await show_on_phone(
                work,
                device.id,
                reference=str(answer.id),
                address="6285550002",
                content="{}",
                now=clock.now(),
            )
    async with account.reading() as session:
        chats = await list_chats(session, account.id, device.id, limit=10)
        others = await list_chats(session, account.id, other.id, limit=10)
        unconfirmed = await list_unconfirmed(session, account.id, device.id)
    assert [(each.number, each.name, each.unread, each.last.message.text) for each in chats] == [
        ("6285550002", "", 2, "newer"),
        (CUSTOMER, "Nadia", 0, "Hello"),
    ]
    assert [each.number for each in others] == ["6285550009"]
    assert len(unconfirmed) == 2
    assert new_id() not in unconfirmed
