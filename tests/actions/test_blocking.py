"""Blocked contacts: what they write is kept, opens nothing and is told to nobody."""

from uuid import UUID, uuid4

import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions.blocking import block_contact, unblock_contact
from helpdesk.actions.conversations import reopen_conversation
from helpdesk.actions.divisions import change_division
from helpdesk.actions.reply import Draft, reply
from helpdesk.actions.start import start_conversation
from helpdesk.actors import Actor
from helpdesk.errors import Conflict, NotFound
from helpdesk.queries.contacts import WantedContacts, list_contacts
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.inbox import Wanted, list_conversations
from helpdesk.queries.messages import list_messages
from helpdesk.shapes.conversations import ContactOut
from tests.factories import (
    CUSTOMER,
    AccountUnderTest,
    DeviceUnderTest,
    body_of,
    deliver,
    make_agent,
    make_conversation,
    make_device,
    make_division,
    open_console,
    receive,
)

NOW = clock.now()


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


async def block(account: AccountUnderTest, id_: UUID, *, actor: Actor | None = None) -> ContactOut:
    async with account.work() as work:
        return await block_contact(work, actor or account.supervisor, id_, now=clock.now())


async def unblock(
    account: AccountUnderTest, id_: UUID, *, actor: Actor | None = None
) -> ContactOut:
    async with account.work() as work:
        return await unblock_contact(work, actor or account.supervisor, id_, now=NOW)


async def write(account: AccountUnderTest, device: DeviceUnderTest, text: str) -> None:
    body = {"type": "message", "id": uuid4().hex, "from": CUSTOMER, "text": text}
    await deliver(account, device, msgspec.json.encode(body))


async def test_what_is_open_is_resolved_and_said_to_be_blocked(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    talk = (await receive(account, device)).conversation
    blocked = await block(account, talk.contact.id)
    assert blocked.is_blocked
    told = (await account.events())[-2:]
    assert [event.type for event in told] == ["contact.updated", "conversation.resolved"]
    assert body_of(told[1])["reason"] == "Blocked"
    assert body_of(told[1])["conversation"]["contact"]["is_blocked"] is True
    count = len(await account.events())
    await block(account, talk.contact.id)
    assert len(await account.events()) == count


async def test_what_a_blocked_contact_writes_is_kept_and_told_to_nobody(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    sales = await make_division(account)
    async with account.work() as work:
        await change_division(work, sales, {"greeting": "Hello"}, now=NOW)
    agent = await make_agent(account, device, division_id=sales)
    await open_console(account, agent)
    talk = (await receive(account, device)).conversation
    await block(account, talk.contact.id)
    before = await account.events()
    await write(account, device, "Let me in")
    assert await account.events() == before
    async with account.reading() as session:
        lines = await list_messages(session, account.id, talk.id)
        row = await get_conversation(session, account.id, talk.id)
        open_ = await list_conversations(session, account.supervisor, Wanted(), limit=9)
    assert [line.text for line in lines if line.direction == "in"] == ["Let me in", "Hello"]
    assert (row.status, row.unread, open_) == ("resolved", 0, [])


async def test_blocked_contact_without_a_conversation_gets_none(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    talk = await make_conversation(account, await make_device(account, number="6281100000002"))
    await block(account, talk.contact.id)
    await write(account, device, "Hello")
    async with account.reading() as session:
        wanted = Wanted(view="all", device_id=device.id)
        assert await list_conversations(session, account.supervisor, wanted, limit=9) == []


async def test_unblocked_contact_writes_as_before(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    talk = (await receive(account, device)).conversation
    await block(account, talk.contact.id)
    assert not (await unblock(account, talk.contact.id)).is_blocked
    again = await receive(account, device, text="Thanks")
    assert again.conversation.id == talk.id
    assert again.conversation.status != "resolved"


async def test_nothing_is_sent_to_a_blocked_contact_from_the_console(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    agent = await make_agent(account, device)
    talk = await make_conversation(account, device, assignee=agent)
    await block(account, talk.contact.id, actor=agent)
    async with account.work() as work:
        with pytest.raises(Conflict) as refused:
            await reply(work, agent, talk.id, Draft(text="Hi"), now=NOW)
        assert refused.value.facts["reason"] == "blocked"
        with pytest.raises(Conflict, match="blocked"):
            await reopen_conversation(work, agent, talk.id, now=NOW)
        with pytest.raises(Conflict, match="blocked"):
            await start_conversation(work, agent, device.id, CUSTOMER, name="", now=NOW)


async def test_agent_blocks_only_whom_nobody_else_talks_with(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    sales = await make_division(account)
    ani, budi = [
        await make_agent(account, device, name=name, division_id=sales) for name in ("Ani", "Budi")
    ]
    talk = await make_conversation(account, device, division_id=sales, assignee=budi)
    with pytest.raises(Conflict, match="Budi"):
        await block(account, talk.contact.id, actor=ani)
    hidden = await make_conversation(account, device, number="6285550002")
    with pytest.raises(NotFound):
        await block(account, hidden.contact.id, actor=ani)
    assert (await block(account, talk.contact.id, actor=budi)).is_blocked


async def test_list_is_narrowed_down_to_those_who_are_blocked(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    talk = await make_conversation(account, device)
    await make_conversation(account, device, number="6285550002")
    await block(account, talk.contact.id)
    async with account.reading() as session:
        for is_blocked in (True, False):
            wanted = WantedContacts(is_blocked=is_blocked)
            [found] = await list_contacts(session, account.supervisor, wanted, limit=9)
            assert (found.id == talk.contact.id) is is_blocked


async def test_an_agent_is_told_nothing_of_a_conversation_that_it_does_not_see(
    account: AccountUnderTest,
) -> None:
    seen = []
    for place, number in enumerate(("628117001", "628117002")):
        division = await make_division(account, name=f"D{place}")
        device = await make_device(account, number=number, default_division_id=division)
        agent = await make_agent(account, device, division_id=division, name=f"A{place}")
        seen.append((agent, await make_conversation(account, device, assignee=agent)))
    (ani, talk), _ = seen
    with pytest.raises(Conflict) as refused:
        await block(account, talk.contact.id, actor=ani)
    assert refused.value.facts == {"reason": "open_elsewhere"}


async def test_agent_unblocks_only_whom_it_could_have_blocked(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    division = await make_division(account)
    owner, other = [
        await make_agent(account, device, name=name, division_id=division)
        for name in ("Budi", "Cici")
    ]
    talk = await make_conversation(account, device, division_id=division, assignee=owner)
    await block(account, talk.contact.id, actor=owner)
    with pytest.raises(Conflict, match="belongs to Budi"):
        await unblock(account, talk.contact.id, actor=other)
    assert not (await unblock(account, talk.contact.id, actor=owner)).is_blocked
    await block(account, talk.contact.id)
    assert not (await unblock(account, talk.contact.id, actor=other)).is_blocked


async def test_unblocking_tells_an_agent_nothing_of_what_it_does_not_see(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    divisions = [await make_division(account, name=name) for name in ("Sales", "Care")]
    mine, theirs = [
        await make_agent(account, device, name=name, division_id=division)
        for name, division in zip(("Budi", "Cici"), divisions, strict=True)
    ]
    talk = await make_conversation(account, device, division_id=divisions[0], assignee=mine)
    elsewhere = await make_device(account, number="628111000999")
    await make_conversation(account, elsewhere, division_id=divisions[1], assignee=theirs)
    await block(account, talk.contact.id)
    with pytest.raises(Conflict) as refused:
        await unblock(account, talk.contact.id, actor=mine)
    assert refused.value.facts == {"reason": "open_elsewhere"}
