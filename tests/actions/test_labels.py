"""Labels: their names, what they are on, and how one leaves everything at once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from helpdesk import clock
from helpdesk.actions.labels import (
    NewLabel,
    add_label,
    change_label,
    label_contact,
    label_conversation,
    remove_label,
)
from helpdesk.actions.rules import change_rule
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.errors import Conflict, InputError, NotFound
from helpdesk.queries.contacts import get_contact
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.inbox import Wanted, list_conversations
from helpdesk.queries.labels import count_label_uses, list_labels
from helpdesk.shapes.conversations import ConversationOut
from helpdesk.shapes.labels import LabelOut, LabelUses
from helpdesk.shapes.rules import AllCondition, AlwaysCondition, LabelCondition
from tests.actions.shop_menu import add as add_rule
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    body_of,
    make_agent,
    make_conversation,
    make_device,
    make_division,
    receive,
)

NOW = clock.now()


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


async def add(account: AccountUnderTest, name: str = "VIP", color: int = 1) -> LabelOut:
    async with account.work() as work:
        return await add_label(work, NewLabel(name, color), now=NOW)


async def remove(account: AccountUnderTest, label: LabelOut) -> None:
    async with account.work() as work:
        await remove_label(work, label.id, now=NOW)


async def mark(
    account: AccountUnderTest, id_: UUID, *labels: UUID, actor: Actor | None = None
) -> ConversationOut:
    async with account.work() as work:
        who = actor or account.supervisor
        return await label_conversation(work, who, id_, labels, now=NOW)


async def mark_contact(account: AccountUnderTest, id_: UUID, *labels: UUID) -> None:
    async with account.work() as work:
        await label_contact(work, account.supervisor, id_, labels, now=NOW)


async def found(account: AccountUnderTest, **filters: Any) -> list[UUID]:
    async with account.reading() as session:
        wanted = Wanted(**filters)
        rows = await list_conversations(session, account.supervisor, wanted, limit=50)
    return [row.id for row in rows]


async def test_added_label_is_told_to_everybody(account: AccountUnderTest) -> None:
    label = await add(account, " VIP ", 3)
    assert (label.name, label.color) == ("VIP", 3)
    [event] = await account.events()
    assert (event.type, event.audience) == ("label.changed", Audience.EVERYBODY)
    async with account.reading() as session:
        assert await list_labels(session, account.id) == [label]


async def test_name_is_its_own_in_the_account_whatever_its_case(
    account: AccountUnderTest, other_account: AccountUnderTest
) -> None:
    await add(account)
    other = await add(account, "Refund")
    await add(other_account)
    with pytest.raises(Conflict):
        await add(account, "vip ")
    with pytest.raises(Conflict):
        async with account.work() as work:
            await change_label(work, other.id, {"name": "VIP"}, now=NOW)
    with pytest.raises(InputError):
        await add(account, "  ")


async def test_name_of_a_removed_label_is_free_again(account: AccountUnderTest) -> None:
    await remove(account, await add(account))
    await add(account)


async def test_labels_of_a_conversation_are_those_given_each_once(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    vip, refund = await add(account), await add(account, "Refund")
    talk = await make_conversation(account, device)
    marked = await mark(account, talk.id, refund.id, vip.id, refund.id)
    assert marked.labels == [refund.id, vip.id]
    assert (await mark(account, talk.id, vip.id)).labels == [vip.id]
    events = await account.events("conversation.updated")
    assert [body_of(event)["conversation"]["labels"] for event in events] == [
        [str(refund.id), str(vip.id)], [str(vip.id)],
    ]  # fmt: skip
    await mark(account, talk.id, vip.id)
    assert len(await account.events("conversation.updated")) == 2


async def test_label_that_is_not_there_is_refused(
    account: AccountUnderTest, other_account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    talk = await make_conversation(account, device)
    gone, foreign = await add(account), await add(other_account)
    await remove(account, gone)
    for label_id in (gone.id, foreign.id, uuid4()):
        with pytest.raises(InputError):
            await mark(account, talk.id, label_id)


async def test_agent_labels_what_it_sees_and_nothing_else(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    vip = await add(account)
    sales = await make_division(account)
    agent = await make_agent(account, device, division_id=sales)
    talk = await make_conversation(account, device, division_id=sales)
    hidden = await make_conversation(account, device, number="6285550002")
    assert (await mark(account, talk.id, vip.id, actor=agent)).labels == [vip.id]
    with pytest.raises(NotFound):
        await mark(account, hidden.id, vip.id, actor=agent)


async def test_contacts_labels_are_in_all_of_its_conversations(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    vip = await add(account)
    line = await receive(account, device)
    await mark_contact(account, line.conversation.contact.id, vip.id)
    again = await receive(account, device, text="And more")
    assert again.conversation.contact.labels == [vip.id]
    [event] = await account.events("contact.updated")
    assert body_of(event)["contact"]["labels"] == [str(vip.id)]
    async with account.reading() as session:
        contact = await get_contact(session, account.supervisor, line.conversation.contact.id)
    assert contact.labels == [vip.id]


async def test_removed_label_leaves_everything_that_had_it(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    vip, kept = await add(account), await add(account, "Kept")
    open_, done = [
        await make_conversation(account, device, number=f"628555000{n}", **columns)
        for n, columns in enumerate(({}, {"status": "resolved", "resolved_at": NOW}))
    ]
    for each in (open_, done):
        await mark(account, each.id, kept.id, vip.id)
    await mark_contact(account, open_.contact.id, vip.id)
    async with account.reading() as session:
        uses = await count_label_uses(session, account.id, vip.id)
    assert uses == LabelUses(contacts=1, conversations=2, rules=0)
    await remove(account, vip)
    async with account.reading() as session:
        rows = [await get_conversation(session, account.id, each.id) for each in (open_, done)]
    assert [(row.labels, row.contact.labels) for row in rows] == [([kept.id], [])] * 2


async def test_list_is_narrowed_down_to_a_label_of_conversation_or_contact(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    vip, other = await add(account), await add(account, "Other")
    by_itself, by_contact, neither = [
        await make_conversation(account, device, number=f"628555000{n}") for n in range(3)
    ]
    await mark(account, by_itself.id, vip.id)
    await mark_contact(account, by_contact.contact.id, vip.id)
    await mark(account, neither.id, other.id)
    assert set(await found(account, label_id=vip.id)) == {by_itself.id, by_contact.id}
    assert await found(account, label_id=other.id, view="mine") == []


async def test_label_that_rules_name_is_not_removed_and_they_are_counted(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    vip, sales = await add(account), await make_division(account)
    named = LabelCondition(label_ids=[vip.id])
    rule = await add_rule(account, device, named, division_id=sales)
    both = AllCondition(conditions=[AlwaysCondition(), named])
    part = await add_rule(account, device, both, division_id=sales)
    with pytest.raises(Conflict) as refused:
        await remove(account, vip)
    assert refused.value.facts["rules"] == 2
    async with account.work() as work:
        for each in (rule, part):
            await change_rule(work, each.id, {"condition": AlwaysCondition()}, now=NOW)
    await remove(account, vip)


async def test_removal_waits_for_who_is_putting_the_label_on_something(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    vip = await add(account)
    talk = await make_conversation(account, device)
    async with account.work() as work:
        await label_conversation(work, account.supervisor, talk.id, [vip.id], now=NOW)
        removal = asyncio.create_task(remove(account, vip))
        await asyncio.sleep(0.1)
        assert not removal.done()
    await removal
    async with account.reading() as session:
        assert (await get_conversation(session, account.id, talk.id)).labels == []


async def test_label_of_the_contact_routes_what_it_writes(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    vip, sales = await add(account), await make_division(account)
    await add_rule(account, device, LabelCondition(label_ids=[vip.id]), division_id=sales)
    contact = (await make_conversation(account, device, status="resolved")).contact
    await mark_contact(account, contact.id, vip.id)
    line = await receive(account, device)
    other = await receive(account, device, number="6285550002")
    assert (line.conversation.division_id, other.conversation.division_id) == (sales, None)
