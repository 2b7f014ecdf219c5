"""Notes about contacts: written by whoever sees the contact, deleted by their writer."""

from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.contact_notes import add_contact_note, remove_contact_note
from helpdesk.actors import Actor
from helpdesk.errors import Forbidden, InputError, NotFound
from helpdesk.queries.contact_notes import list_contact_notes
from helpdesk.shapes.contacts import ContactNoteOut
from tests.factories import (
    AccountUnderTest,
    body_of,
    make_agent,
    make_conversation,
    make_device,
    make_division,
)

NOW = clock.now()


async def note(account: AccountUnderTest, actor: Actor, id_: UUID, text: str) -> ContactNoteOut:
    async with account.work() as work:
        return await add_contact_note(work, actor, id_, text, now=NOW)


async def remove(account: AccountUnderTest, actor: Actor, id_: UUID, noted: UUID) -> None:
    async with account.work() as work:
        await remove_contact_note(work, actor, id_, noted, now=NOW)


async def test_notes_are_listed_newest_first_and_told_by_their_number(
    account: AccountUnderTest,
) -> None:
    device = await make_device(account)
    contact = (await make_conversation(account, device)).contact.id
    ani = await make_agent(account, device, sees="own")
    await make_conversation(account, await make_device(account, number="628110002"), assignee=ani)
    made = [await note(account, ani, contact, f" Note {n} ") for n in range(3)]
    async with account.reading() as session:
        first = await list_contact_notes(session, account.id, contact, limit=2)
        second = await list_contact_notes(
            session, account.id, contact, before=first[-1].id, limit=2
        )
    assert first + second == made[::-1]
    assert (made[0].text, made[0].by.name) == ("Note 0", "Ani")
    counts = [body_of(event)["contact"]["notes"] for event in await account.events()]
    assert counts == [1, 2, 3]


async def test_agents_delete_their_own_notes_and_supervisors_any(
    account: AccountUnderTest,
) -> None:
    device, sales = await make_device(account), await make_division(account)
    ani, budi = [
        await make_agent(account, device, name=name, division_id=sales) for name in ("Ani", "Budi")
    ]
    contact = (await make_conversation(account, device, division_id=sales)).contact.id
    mine, other = [await note(account, ani, contact, text) for text in ("One", "Two")]
    with pytest.raises(Forbidden):
        await remove(account, budi, contact, mine.id)
    await remove(account, ani, contact, mine.id)
    await remove(account, account.supervisor, contact, other.id)
    with pytest.raises(NotFound):
        await remove(account, ani, contact, mine.id)


async def test_note_needs_a_text_and_a_contact_in_sight(account: AccountUnderTest) -> None:
    device = await make_device(account)
    contact = (await make_conversation(account, device)).contact.id
    stranger = await make_agent(account, device)
    with pytest.raises(InputError):
        await note(account, account.supervisor, contact, "  ")
    with pytest.raises(NotFound):
        await note(account, stranger, contact, "Hm")
