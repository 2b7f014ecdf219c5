"""What contacts do with a message afterwards, and what they answer."""

from typing import Any

import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions.deliver import claim_sends, settle_sent
from helpdesk.gateways import Sent
from helpdesk.queries.messages import find_messages
from helpdesk.shapes.messages import MessageOut
from tests.factories import (
    CUSTOMER,
    AccountUnderTest,
    DeviceUnderTest,
    body_of,
    deliver,
    make_device,
    receive,
)
from tests.workers.sending import Chat


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


async def tell(account: AccountUnderTest, device: DeviceUnderTest, **body: Any) -> None:
    await deliver(account, device, msgspec.json.encode(body))


async def read(account: AccountUnderTest, message: MessageOut) -> MessageOut:
    async with account.reading() as session:
        return (await find_messages(session, [(account.id, message.id)]))[message.id]


async def test_a_reaction_replaces_the_persons_last_and_can_be_taken_back(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    line = await receive(account, device, id="a")
    reaction = {"type": "reaction", "id": "a", "from": CUSTOMER}
    for emoji in ("👍", "❤️", "❤️"):
        await tell(account, device, **reaction, emoji=emoji)
    await tell(account, device, type="reaction", id="a", emoji="🙏")
    reactions = (await read(account, line.message)).reactions
    assert [(each.by, each.emoji) for each in reactions] == [(CUSTOMER, "❤️"), ("", "🙏")]
    await tell(account, device, **reaction)
    assert [each.by for each in (await read(account, line.message)).reactions] == [""]
    told = await account.events("message.updated")
    assert len(told) == 4, "the repeated reaction is no news"


async def test_an_edited_message_says_so_once(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    line = await receive(account, device, id="a", text="Helo")
    for _ in range(2):
        await tell(account, device, type="edit", id="a", text="Hello")
    edited = await read(account, line.message)
    assert (edited.text, edited.edited_at is not None) == ("Hello", True)
    [told] = await account.events("message.updated")
    assert body_of(told)["conversation"]["last_message"]["text"] == "Hello"


async def test_a_deleted_message_is_empty_but_stays_and_is_edited_no_more(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    line = await receive(
        account, device, id="a", text="Oops", location={"latitude": 1, "longitude": 2}
    )
    await tell(account, device, type="delete", id="a")
    await tell(account, device, type="edit", id="a", text="Again")
    deleted = await read(account, line.message)
    assert (deleted.is_deleted, deleted.text, deleted.location) == (True, "", None)
    assert len(await account.events("message.updated")) == 1


async def test_a_change_of_what_is_not_here_changes_nothing(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    other = await make_device(account, number="6281100000002")
    line = await receive(account, other, id="a")
    await tell(account, device, type="delete", id="a")
    assert not (await read(account, line.message)).is_deleted
    assert await account.events("message.updated") == []


async def test_what_a_customer_quotes_is_found_be_it_ours_or_his(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    first = await receive(account, device, id="a")
    answer = await Chat(account, device, first.conversation).say("Hi")
    async with account.database.unit_of_work() as work:
        [due] = await claim_sends(work, busy_devices=[], per_device=1, most=1)
        await settle_sent(work, due, Sent(provider_id="ours"), now=clock.now())
    for quoted, expected in (("a", first.message.id), ("ours", answer.id), ("lost", None)):
        line = await receive(account, device, reply_to=quoted)
        assert line.message.reply_to == expected
