"""Merging contacts: what follows, where what is written later goes, and how it is undone."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.blocking import block_contact
from helpdesk.actions.contact_merges import merge_contacts, undo_merge
from helpdesk.actions.contact_notes import add_contact_note
from helpdesk.actions.contacts import add_contact, fill_contact, name_contact
from helpdesk.actions.deliver import claim_sends
from helpdesk.actions.fields import NewField, add_field
from helpdesk.actions.labels import NewLabel, add_label, label_contact, remove_label
from helpdesk.actions.reply import Draft, reply
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError, NotFound
from helpdesk.queries.contact_merges import list_merges
from helpdesk.queries.contact_notes import list_contact_notes
from helpdesk.queries.contact_rows import lock_contacts
from helpdesk.queries.contacts import WantedContacts, get_contact, list_contacts
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.inbox import Wanted, list_conversations
from helpdesk.queries.members import list_members
from helpdesk.shapes.contacts import MergeOut
from helpdesk.shapes.conversations import ContactOut
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
OLD, NEW, THIRD = "6285550001", "6285550002", "6285550003"
Do = Callable[[Callable[[UnitOfWork], Awaitable[Any]]], Awaitable[Any]]


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


@pytest.fixture
def do(account: AccountUnderTest) -> Do:
    async def run(act: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        async with account.work() as work:
            return await act(work)

    return run


async def add(account: AccountUnderTest, number: str, name: str = "") -> ContactOut:
    async with account.work() as work:
        return (await add_contact(work, number, name=name, now=NOW)).contact


async def merge(
    account: AccountUnderTest, stays: UUID, goes: UUID, *, actor: Actor | None = None
) -> MergeOut:
    async with account.work() as work:
        return await merge_contacts(work, actor or account.supervisor, stays, goes, now=NOW)


async def undo(account: AccountUnderTest, merged: MergeOut) -> ContactOut:
    async with account.work() as work:
        return await undo_merge(work, account.supervisor, merged.contact_id, merged.id, now=NOW)


async def read(account: AccountUnderTest, id_: UUID) -> ContactOut:
    async with account.reading() as session:
        return await get_contact(session, account.supervisor, id_)


async def test_merged_number_goes_on_reaching_the_contact_that_stays(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    stays, goes = await add(account, NEW, "Budi"), await add(account, OLD, "Budi (old)")
    await merge(account, stays.id, goes.id)
    line = await receive(account, device, number=OLD, name="budi_99")
    shown = line.conversation.contact
    assert (shown.id, shown.name, shown.number) == (stays.id, "Budi", OLD)
    assert line.message.sender.id == stays.id
    assert (await read(account, goes.id)) == (await read(account, stays.id))
    assert (await read(account, stays.id)).numbers == [NEW, OLD]


async def test_answer_leaves_to_the_number_that_the_customer_writes_from(
    account: AccountUnderTest, device: DeviceUnderTest, do: Do
) -> None:
    agent = await make_agent(account, device)
    talk = await make_conversation(account, device, number=OLD, assignee=agent)
    stays = await add(account, NEW)
    await merge(account, stays.id, talk.contact.id)
    await do(lambda work: reply(work, agent, talk.id, Draft(text="Hi"), now=NOW))
    async with account.database.unit_of_work() as work:
        [due] = await claim_sends(work, busy_devices=[], per_device=1, most=1)
    assert due.claim.address == OLD


async def test_conversations_on_every_device_follow_each_with_its_number(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    other = await make_device(account, number="6281100000002")
    stays = (await make_conversation(account, device, number=NEW)).contact
    goes = (await make_conversation(account, device, number=OLD)).contact
    await make_conversation(account, other, number=OLD)
    await merge(account, stays.id, goes.id)
    async with account.reading() as session:
        wanted = Wanted(contact_id=stays.id)
        rows = await list_conversations(session, account.supervisor, wanted, limit=9)
    assert sorted(row.contact.number for row in rows) == [OLD, OLD, NEW]
    assert {row.contact.id for row in rows} == {stays.id}


async def test_two_open_conversations_on_one_device_stay_two(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    one, other = [await receive(account, device, number=number) for number in (NEW, OLD)]
    await merge(account, one.conversation.contact.id, other.conversation.contact.id)
    again = [await receive(account, device, number=number) for number in (NEW, OLD)]
    assert [line.conversation.id for line in again] == [
        one.conversation.id,
        other.conversation.id,
    ]


async def test_labels_and_values_are_taken_over_where_there_were_none(
    account: AccountUnderTest, do: Do
) -> None:
    vip, refund = [
        await do(lambda work, name=name: add_label(work, NewLabel(name), now=NOW))  # type: ignore[misc]
        for name in ("VIP", "Refund")
    ]
    tier, city = [
        await do(  # type: ignore[misc]
            lambda work, name=name: add_field(work, NewField(name=name, kind="text"), now=NOW)
        )
        for name in ("Tier", "City")
    ]
    stays, goes = await add(account, NEW), await add(account, OLD, "Budi")
    actor = account.supervisor
    await do(lambda work: label_contact(work, actor, stays.id, [vip.id], now=NOW))
    await do(lambda work: label_contact(work, actor, goes.id, [vip.id, refund.id], now=NOW))
    await do(lambda work: fill_contact(work, actor, stays.id, {tier.id: "Gold"}, now=NOW))
    mine = {tier.id: "Silver", city.id: "Bandung"}
    await do(lambda work: fill_contact(work, actor, goes.id, mine, now=NOW))
    before = [await read(account, each.id) for each in (stays, goes)]
    merged = await merge(account, stays.id, goes.id)
    one = await read(account, stays.id)
    assert one.labels == [vip.id, refund.id]
    assert one.fields == {tier.id: "Gold", city.id: "Bandung"}
    assert one.name == "Budi"
    await undo(account, merged)
    assert [await read(account, each.id) for each in (stays, goes)] == before


async def test_what_was_changed_since_outlasts_the_undoing(
    account: AccountUnderTest, do: Do
) -> None:
    stays, goes = await add(account, NEW), await add(account, OLD, "Budi")
    city = await do(lambda work: add_field(work, NewField(name="City", kind="text"), now=NOW))
    actor = account.supervisor
    await do(lambda work: fill_contact(work, actor, goes.id, {city.id: "Bandung"}, now=NOW))
    merged = await merge(account, stays.id, goes.id)
    await do(lambda work: fill_contact(work, actor, stays.id, {city.id: "Bogor"}, now=NOW))
    await do(lambda work: name_contact(work, actor, stays.id, "Pak Budi", now=NOW))
    after = await undo(account, merged)
    assert (after.name, after.fields) == ("Pak Budi", {city.id: "Bogor"})


async def test_notes_follow_and_come_back(account: AccountUnderTest, do: Do) -> None:
    stays, goes = await add(account, NEW), await add(account, OLD)
    for each in (stays, goes):
        await do(
            lambda work, id_=each.id: add_contact_note(  # type: ignore[misc]
                work, account.supervisor, id_, "Pays late", now=NOW
            )
        )
    merged = await merge(account, stays.id, goes.id)
    async with account.reading() as session:
        assert len(await list_contact_notes(session, account.id, stays.id, limit=9)) == 2
    assert (await read(account, stays.id)).notes == 2
    await undo(account, merged)
    assert [(await read(account, each.id)).notes for each in (stays, goes)] == [1, 1]


async def test_undoing_gives_every_conversation_back(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    stays, goes = [
        (await receive(account, device, number=number)).conversation for number in (NEW, OLD)
    ]
    merged = await merge(account, stays.contact.id, goes.contact.id)
    later = await receive(account, device, number=OLD)
    assert later.conversation.id == goes.id
    await undo(account, merged)
    async with account.reading() as session:
        row = await get_conversation(session, account.id, goes.id)
        assert await list_merges(session, account.id, stays.contact.id) == []
    assert row.contact.id == goes.contact.id
    with pytest.raises(NotFound):
        await undo(account, merged)


async def test_merge_of_what_was_merged_is_undone_last_first(account: AccountUnderTest) -> None:
    a, b, c = [await add(account, number) for number in (OLD, NEW, THIRD)]
    first = await merge(account, b.id, a.id)
    second = await merge(account, c.id, b.id)
    assert (await read(account, a.id)).numbers == [THIRD, OLD, NEW]
    with pytest.raises(NotFound):
        await undo(account, first)
    await undo(account, second)
    assert (await read(account, a.id)).numbers == [NEW, OLD]
    await undo(account, first)
    assert [(await read(account, each.id)) for each in (a, b, c)] == [a, b, c]


async def test_events_tell_of_both_and_of_the_open_conversations_that_follow(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    sales = await make_division(account)
    stays = await add(account, NEW, "Budi")
    talk = await make_conversation(account, device, number=OLD, division_id=sales)
    seen = len(await account.events())
    await merge(account, stays.id, talk.contact.id)
    events = (await account.events())[seen:]
    assert [event.type for event in events] == [
        "contact.updated", "contact.updated", "conversation.updated",
    ]  # fmt: skip
    assert {event.audience.division_ids for event in events} == {frozenset({sales})}
    kept, gone, moved = map(body_of, events)
    assert kept["contact"]["numbers"] == [NEW, OLD]
    assert gone["contact"]["id"] == str(talk.contact.id)
    assert gone["contact"]["merged_into_id"] == str(stays.id)
    assert moved["conversation"]["contact"]["id"] == str(stays.id)


async def test_agent_merges_only_contacts_that_it_sees(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    agent = await make_agent(account, device)
    mine = await make_conversation(account, device, number=NEW, assignee=agent)
    hidden = await add(account, OLD)
    with pytest.raises(NotFound):
        await merge(account, mine.contact.id, hidden.id, actor=agent)
    other = await make_conversation(account, device, number=THIRD, assignee=agent)
    await merge(account, mine.contact.id, other.contact.id, actor=agent)
    async with account.reading() as session:
        [seen] = await list_contacts(session, agent, limit=9)
    assert seen.numbers == [NEW, THIRD]


async def test_contact_is_not_merged_with_itself_a_group_or_one_that_is_blocked(
    account: AccountUnderTest, do: Do
) -> None:
    stays, blocked = await add(account, NEW), await add(account, OLD)
    key = (account.id, "120363@g.us")
    groups = await do(lambda work: lock_contacts(work.session, {key: ("group", "G")}, now=NOW))
    await do(lambda work: block_contact(work, account.supervisor, blocked.id, now=NOW))
    for other in (stays.id, groups[key].id):
        with pytest.raises(InputError):
            await merge(account, stays.id, other)
    for pair in ((stays.id, blocked.id), (blocked.id, stays.id)):
        with pytest.raises(Conflict):
            await merge(account, *pair)


async def test_merged_contact_is_listed_once_and_found_by_every_number_and_name(
    account: AccountUnderTest,
) -> None:
    stays, goes = await add(account, NEW, "Budi"), await add(account, OLD, "Other")
    await merge(account, stays.id, goes.id)
    async with account.reading() as session:
        for wanted in (
            WantedContacts(),
            WantedContacts(address=OLD),
            WantedContacts(search="0855-50001"),
            WantedContacts(search="budi"),
            WantedContacts(search="other"),
        ):
            found = await list_contacts(session, account.supervisor, wanted, limit=9)
            assert [each.id for each in found] == [stays.id], wanted
        wanted = WantedContacts(search="nobody")
        assert await list_contacts(session, account.supervisor, wanted, limit=9) == []


async def test_every_conversation_of_a_merged_contact_is_found_by_every_number_and_name(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    stays = (await make_conversation(account, device, number=NEW, name="Budi")).contact
    goes = (await make_conversation(account, device, number=OLD, name="Other")).contact
    await make_conversation(account, device, number=THIRD, name="Cici")
    await merge(account, stays.id, goes.id)
    async with account.reading() as session:
        for search in ("budi", "other", "0855-50001", "0855-50002"):
            wanted = Wanted(search=search)
            rows = await list_conversations(session, account.supervisor, wanted, limit=9)
            assert sorted(row.contact.number for row in rows) == [OLD, NEW], search


async def test_adding_a_merged_number_answers_the_contact_that_stays(
    account: AccountUnderTest,
) -> None:
    stays, goes = await add(account, NEW, "Budi"), await add(account, OLD)
    await merge(account, stays.id, goes.id)
    assert (await add(account, OLD)).id == stays.id


async def test_removed_label_leaves_the_merged_contact_too(
    account: AccountUnderTest, device: DeviceUnderTest, do: Do
) -> None:
    vip = await do(lambda work: add_label(work, NewLabel("VIP"), now=NOW))
    talk = await make_conversation(account, device, number=OLD)
    stays = await add(account, NEW)
    actor = account.supervisor
    await do(lambda work: label_contact(work, actor, talk.contact.id, [vip.id], now=NOW))
    merged = await merge(account, stays.id, talk.contact.id)
    async with account.reading() as session:
        [row] = await list_conversations(session, actor, Wanted(label_id=vip.id), limit=9)
    assert row.contact.labels == [vip.id]
    await do(lambda work: remove_label(work, vip.id, now=NOW))
    await undo(account, merged)
    assert (await read(account, talk.contact.id)).labels == []


async def test_message_that_comes_while_contacts_are_merged_is_of_the_one_that_stays(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    stays, goes = await add(account, NEW, "Budi"), await add(account, OLD)
    async with account.work() as work:
        await merge_contacts(work, account.supervisor, stays.id, goes.id, now=NOW)
        coming = asyncio.create_task(receive(account, device, number=OLD))
        await asyncio.sleep(0.1)
        assert not coming.done()
    assert (await coming).conversation.contact.id == stays.id


async def test_merges_both_ways_at_once_make_one_contact(account: AccountUnderTest) -> None:
    one, other = await add(account, NEW), await add(account, OLD)
    done = await asyncio.gather(
        merge(account, one.id, other.id), merge(account, other.id, one.id), return_exceptions=True
    )
    [refused] = [each for each in done if not isinstance(each, MergeOut)]
    assert isinstance(refused, Conflict)
    now = await read(account, one.id)
    assert (refused.facts["reason"], refused.facts["contact"]) == ("merged", now)
    assert len(now.numbers) == 2


async def test_merges_in_a_circle_at_once_make_one_contact_and_none_is_missed(
    account: AccountUnderTest,
) -> None:
    ids = [(await add(account, number)).id for number in (OLD, NEW, THIRD)]
    pairs = [(ids[0], ids[1]), (ids[1], ids[2]), (ids[2], ids[0])] * 3
    done = await asyncio.gather(*(merge(account, *pair) for pair in pairs), return_exceptions=True)
    assert sum(isinstance(each, MergeOut) for each in done) == 2
    assert {type(each) for each in done} == {MergeOut, Conflict}
    assert len((await read(account, ids[0])).numbers) == 3


async def test_who_changes_a_contact_while_it_is_merged_changes_what_it_became(
    account: AccountUnderTest, do: Do
) -> None:
    stays, goes = await add(account, NEW), await add(account, OLD)
    async with account.work() as work:
        await merge_contacts(work, account.supervisor, stays.id, goes.id, now=NOW)
        named = asyncio.create_task(
            do(lambda other: name_contact(other, account.supervisor, goes.id, "Budi", now=NOW))
        )
        await asyncio.sleep(0.1)
        assert not named.done()
    assert (await named).id == stays.id
    assert (await read(account, stays.id)).name == "Budi"


async def test_member_of_a_group_with_two_numbers_is_one(account: AccountUnderTest) -> None:
    device = await make_device(account, is_group_routed=True)
    group = "120363@g.us"
    lines = [
        await receive(account, device, number=group, member=number, name=name)
        for number, name in ((NEW, "Budi"), (OLD, "Budi (old)"), (NEW, "Budi"))
    ]
    stays, goes = await add(account, NEW), await add(account, OLD)
    await merge(account, stays.id, goes.id)
    async with account.reading() as session:
        group_id = lines[0].conversation.contact.id
        [member] = await list_members(session, account.id, group_id)
    assert (member.id, member.name, member.messages) == (stays.id, "Budi", 3)


async def test_undoing_leaves_what_another_merged_contact_has_as_well(
    account: AccountUnderTest, do: Do
) -> None:
    kept, one, other = [await add(account, number) for number in (OLD, NEW, THIRD)]
    label = await do(lambda work: add_label(work, NewLabel("VIP", 1), now=NOW))
    for each in (one, other):
        await do(
            lambda work, id_=each.id: label_contact(
                work, account.supervisor, id_, [label.id], now=NOW
            )
        )
    first = await merge(account, kept.id, one.id)
    await merge(account, kept.id, other.id)
    assert (await undo(account, first)).labels == [label.id]


async def test_a_merge_that_would_give_too_many_labels_is_refused(
    account: AccountUnderTest, do: Do
) -> None:
    contacts = [await add(account, number) for number in (OLD, NEW)]
    for place, contact in enumerate(contacts):
        made = [
            await do(lambda work, n=n, p=place: add_label(work, NewLabel(f"{p} {n}", 1), now=NOW))
            for n in range(11)
        ]
        ids = [each.id for each in made]
        await do(
            lambda work, c=contact, ids=ids: label_contact(
                work, account.supervisor, c.id, ids, now=NOW
            )
        )
    with pytest.raises(InputError, match="more than 20 labels"):
        await merge(account, contacts[0].id, contacts[1].id)


async def test_a_blocked_contact_is_not_taken_apart(account: AccountUnderTest) -> None:
    kept, other = [await add(account, number) for number in (OLD, NEW)]
    merged = await merge(account, kept.id, other.id)
    async with account.work() as work:
        await block_contact(work, account.supervisor, kept.id, now=NOW)
    with pytest.raises(Conflict):
        await undo(account, merged)


async def test_an_agent_undoes_a_merge_though_it_sees_only_one_of_both(
    account: AccountUnderTest,
) -> None:
    division = await make_division(account)
    device = await make_device(account, default_division_id=division)
    ani = await make_agent(account, device, division_id=division)
    mine = await make_conversation(account, device, number=OLD, assignee=ani)
    other = await add(account, NEW)
    merged = await merge(account, other.id, mine.contact.id)
    async with account.work() as work:
        out = await undo_merge(work, ani, merged.contact_id, merged.id, now=NOW)
    assert out.id == other.id
