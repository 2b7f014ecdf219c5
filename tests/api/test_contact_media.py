"""The files of a contact: of all its numbers, and only what the caller may see."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.house import House
from tests.factories import make_agent, make_conversation, make_division, make_file
from tests.served import Caller

PICTURE, PDF, VOICE = "photo.jpg", "price.pdf", "voice.ogg"
MIMES = {PICTURE: "image/jpeg", PDF: "application/pdf", VOICE: "audio/ogg"}


@pytest.fixture
async def owner(house: House) -> Caller:
    """The house's owner, signed in."""
    return await house.caller("owner")


async def send(house: House, conversation: Any, *names: str) -> None:
    """Let a program send files in a conversation, one after the other."""
    program = await house.caller("device")
    for name in names:
        file = await make_file(house.account, filename=name, mime=MIMES[name])
        body = {"client_id": str(uuid4()), "media_id": str(file), "text": f"see {name}"}
        path = f"/api/v1/conversations/{conversation.id}/messages"
        answer = await program.post(path, json=body)
        assert answer.status_code == 201, answer.text


async def names(caller: Caller, contact: UUID, **query: Any) -> list[str]:
    answer = await caller.get(f"/api/v1/contacts/{contact}/media", params=query)
    assert answer.status_code == 200, answer.text
    return [each["media"]["filename"] for each in answer.json()["items"]]


async def test_files_come_newest_first_by_kind_and_page_by_page(
    house: House, owner: Caller
) -> None:
    talk = await make_conversation(house.account, house.device, division_id=house.division)
    await send(house, talk, PICTURE, PDF, VOICE)
    contact = talk.contact.id
    assert await names(owner, contact) == [VOICE, PDF, PICTURE]
    for kind, name in (("picture", PICTURE), ("document", PDF), ("audio", VOICE)):
        assert await names(owner, contact, kind=kind) == [name]
    path = f"/api/v1/contacts/{contact}/media"
    first = (await owner.get(path, params={"limit": 2})).json()
    assert await names(owner, contact, after=first["next"]) == [PICTURE]


async def test_files_of_merged_numbers_are_together_and_what_is_not_stored_is_left_out(
    house: House, owner: Caller
) -> None:
    talk = await make_conversation(house.account, house.device, division_id=house.division)
    other = await make_conversation(
        house.account, house.device, division_id=house.division, number="6285550077"
    )
    await send(house, talk, PICTURE)
    await send(house, other, PDF)
    merging = {"contact_id": str(other.contact.id)}
    merged = await owner.post(f"/api/v1/contacts/{talk.contact.id}/merges", json=merging)
    assert merged.status_code < 300, merged.text
    for contact in (talk.contact.id, other.contact.id):
        assert await names(owner, contact) == [PDF, PICTURE]


async def test_an_agent_sees_files_of_conversations_that_it_sees(
    house: House, owner: Caller
) -> None:
    elsewhere = await make_division(house.account, name="B")
    seen = await make_conversation(house.account, house.device, division_id=house.division)
    await send(house, seen, PICTURE)
    await owner.post(f"/api/v1/conversations/{seen.id}/resolve")
    hidden = await make_conversation(house.account, house.device, division_id=elsewhere)
    await send(house, hidden, PDF)
    contact = seen.contact.id
    assert await names(owner, contact) == [PDF, PICTURE]
    assert await names(await house.caller("agent"), contact) == [PICTURE]
    await make_agent(house.account, house.device, token="t" * 40, sees="own")
    stranger = await house.served.agent(house.device, "t" * 40)
    assert (await stranger.get(f"/api/v1/contacts/{contact}/media")).status_code == 404


async def test_a_kind_that_is_none_is_refused_by_its_name(house: House, owner: Caller) -> None:
    talk = await make_conversation(house.account, house.device)
    answer = await owner.get(f"/api/v1/contacts/{talk.contact.id}/media", params={"kind": "x"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["kind"])
