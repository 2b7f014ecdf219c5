"""Contacts: one per number, named by a person or by the gateway, seen by whom they concern."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.contacts import Added, add_contact, name_contact
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.errors import InputError, NotFound
from helpdesk.queries.contacts import WantedContacts, get_contact, list_contacts
from helpdesk.queries.conversations import lock_conversation
from helpdesk.shapes.conversations import ContactOut
from tests.factories import (
    CUSTOMER,
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


async def add(account: AccountUnderTest, number: str = CUSTOMER, *, name: str = "") -> Added:
    async with account.work() as work:
        return await add_contact(work, number, name=name, now=NOW)


async def rename(
    account: AccountUnderTest, id_: UUID, name: str, *, actor: Actor | None = None
) -> ContactOut:
    async with account.work() as work:
        return await name_contact(work, actor or account.supervisor, id_, name, now=NOW)


async def names(account: AccountUnderTest, actor: Actor, **filters: Any) -> list[str]:
    async with account.reading() as session:
        found = await list_contacts(session, actor, WantedContacts(**filters), limit=200)
    return [contact.name for contact in found]


async def test_number_in_any_spelling_is_one_contact(account: AccountUnderTest) -> None:
    first = await add(account, "0812-3456-7890", name="Budi")
    again = await add(account, "+62 812 3456 7890", name="Somebody else")
    assert (first.is_new, again.is_new) == (True, False)
    assert again.contact == first.contact
    assert first.contact.number == "6281234567890"


async def test_added_contact_is_told_to_supervisors_once(account: AccountUnderTest) -> None:
    await asyncio.gather(*(add(account) for _ in range(4)))
    [event] = await account.events()
    assert (event.type, event.audience) == ("contact.updated", Audience.SUPERVISORS)
    assert body_of(event)["contact"]["number"] == CUSTOMER


async def test_what_is_no_number_is_refused(account: AccountUnderTest) -> None:
    with pytest.raises(InputError) as refused:
        await add(account, "12345")
    assert refused.value.facts["errors"] == {"number": "Give 8 to 15 digits."}


async def test_name_given_by_a_person_is_kept(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    line = await receive(account, device, name="budi_99")
    named = await rename(account, line.conversation.contact.id, " Pak Budi ")
    again = await receive(account, device, name="budi_100")
    assert again.conversation.contact.name == named.name == "Pak Budi"
    told = [body_of(event)["contact"]["name"] for event in await account.events("contact.updated")]
    assert told == ["Pak Budi"]


async def test_without_a_name_the_gateway_names_it_again(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    line = await receive(account, device, name="budi_99")
    await rename(account, line.conversation.contact.id, "Pak Budi")
    assert (await rename(account, line.conversation.contact.id, "")).name == ""
    again = await receive(account, device, name="budi_100")
    assert again.conversation.contact.name == "budi_100"


async def test_same_name_again_tells_nothing(account: AccountUnderTest) -> None:
    added = await add(account, name="Budi")
    assert (await rename(account, added.contact.id, "Budi")) == added.contact
    assert len(await account.events()) == 1


async def test_name_is_told_after_what_is_being_done_in_its_conversations(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    talk = await make_conversation(account, device)
    async with account.work() as work:
        await lock_conversation(work.session, account.id, talk.id)
        renaming = asyncio.create_task(rename(account, talk.contact.id, "Budi"))
        await asyncio.sleep(0.1)
        assert not renaming.done()
    assert (await renaming).name == "Budi"


async def test_contact_of_another_account_is_not_found(
    account: AccountUnderTest, other_account: AccountUnderTest
) -> None:
    foreign = await add(other_account, name="Budi")
    with pytest.raises(NotFound):
        await rename(account, foreign.contact.id, "Ours")
    async with account.reading() as session:
        with pytest.raises(NotFound):
            await get_contact(session, account.supervisor, foreign.contact.id)
    assert await names(account, account.supervisor) == []


async def test_device_token_sees_who_has_a_message_on_its_device(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    other = await make_device(account, number="6281100000002")
    await receive(account, device, name="Here")
    await receive(account, other, number="6285550002", name="There")
    await add(account, "6285550003", name="Nowhere")
    assert await names(account, device.actor) == ["Here"]
    assert await names(account, account.supervisor) == ["Here", "There", "Nowhere"]


async def test_agent_sees_the_contacts_of_conversations_in_sight(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    sales = await make_division(account)
    support = await make_division(account, name="Support")
    agent = await make_agent(account, device, division_id=sales)
    loner = await make_agent(account, device, division_id=sales, sees="own")
    for number, division, owner in ((1, sales, None), (2, sales, loner), (3, support, None)):
        await make_conversation(
            account,
            device,
            number=f"628555000{number}",
            name=f"C{number}",
            division_id=division,
            assignee=owner,
        )
    assert await names(account, agent) == ["C1", "C2"]
    assert await names(account, loner) == ["C2"]


async def test_contact_out_of_sight_is_not_found_by_an_agent(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    talk = await make_conversation(account, device)
    agent = await make_agent(account, device)
    with pytest.raises(NotFound):
        await rename(account, talk.contact.id, "Budi", actor=agent)
    async with account.reading() as session:
        with pytest.raises(NotFound):
            await get_contact(session, agent, talk.contact.id)


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("budi", ["Pak Budi"]),
        ("%", ["100% Toko"]),
        ("_", ["a_b"]),
        ("\\", ["back\\slash"]),
        ("nobody", []),
    ],
)
async def test_part_of_a_name_is_taken_literally_in_any_case(
    account: AccountUnderTest, part: str, found: list[str]
) -> None:
    for number, name in enumerate(["Pak Budi", "100% Toko", "a_b", "back\\slash"]):
        await add(account, f"628555000{number}", name=name)
    assert await names(account, account.supervisor, name_part=part) == found


async def test_contact_is_found_by_its_address(account: AccountUnderTest) -> None:
    await add(account, "6285550001", name="One")
    await add(account, "6285550002", name="Two")
    assert await names(account, account.supervisor, address="6285550002") == ["Two"]


async def test_contacts_are_listed_page_by_page(account: AccountUnderTest) -> None:
    made = [(await add(account, f"628555000{n}")).contact for n in range(3)]
    async with account.reading() as session:
        first = await list_contacts(session, account.supervisor, limit=2)
        second = await list_contacts(session, account.supervisor, after=first[-1].id, limit=2)
    assert first + second == sorted(made, key=lambda contact: contact.id)
