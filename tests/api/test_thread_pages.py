"""A conversation page by page: from its end, around a message, and on to both sides."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.house import House
from tests.factories import Line, make_agent, receive
from tests.served import Caller


@pytest.fixture
async def lines(house: House) -> list[Line]:
    """Ten messages of one customer, oldest first."""
    return [await receive(house.account, house.device, text=str(place)) for place in range(10)]


@pytest.fixture
async def owner(house: House) -> Caller:
    """The house's owner, signed in."""
    return await house.caller("owner")


async def ask(caller: Caller, id_: UUID, **query: Any) -> tuple[str, dict[str, Any]]:
    """Return a page's texts, newest first, and the page."""
    answer = await caller.get(f"/api/v1/conversations/{id_}/messages", params=query)
    assert answer.status_code == 200, answer.text
    return "".join(each["text"] for each in answer.json()["items"]), answer.json()


async def test_a_page_around_a_message_goes_on_to_both_sides(
    owner: Caller, lines: list[Line]
) -> None:
    talk = lines[0].conversation.id
    texts, page = await ask(owner, talk, around=str(lines[4].message.id), limit=4)
    assert texts == "6543"
    newer, following = await ask(owner, talk, before=page["previous"], limit=4)
    assert (newer, following["previous"]) == ("987", None)
    older, rest = await ask(owner, talk, after=page["next"], limit=4)
    assert (older, rest["next"]) == ("210", None)
    assert (await ask(owner, talk, after=following["next"], limit=4))[0] == "6543"


async def test_around_the_ends_there_is_nothing_further(owner: Caller, lines: list[Line]) -> None:
    talk = lines[0].conversation.id
    for place, texts, ends in ((0, "543210", {"next"}), (9, "987654321"[:6], {"previous"})):
        found, page = await ask(owner, talk, around=str(lines[place].message.id), limit=11)
        assert found == texts
        assert {name for name in ("next", "previous") if page[name] is None} == ends


async def test_a_page_of_one_line_knows_of_newer_ones(owner: Caller, lines: list[Line]) -> None:
    talk = lines[0].conversation.id
    _, page = await ask(owner, talk, around=str(lines[4].message.id), limit=1)
    assert page["previous"] is not None
    assert (await ask(owner, talk, before=page["previous"], limit=200))[0].startswith("9876")


async def test_the_newest_page_has_nothing_newer(owner: Caller, lines: list[Line]) -> None:
    _, page = await ask(owner, lines[0].conversation.id, limit=4)
    assert page["previous"] is None


async def test_around_a_message_of_elsewhere_there_is_nothing(
    house: House, owner: Caller, lines: list[Line]
) -> None:
    elsewhere = await receive(house.account, house.device, number="6285550099")
    path = f"/api/v1/conversations/{lines[0].conversation.id}/messages"
    for id_ in (elsewhere.message.id, uuid4()):
        assert (await owner.get(path, params={"around": str(id_)})).status_code == 404
    await make_agent(house.account, house.device, token="t" * 40, sees="own")
    stranger = await house.served.agent(house.device, "t" * 40)
    around = {"around": str(lines[4].message.id)}
    assert (await stranger.get(path, params=around)).status_code == 404


async def test_a_note_is_no_middle_for_who_sees_no_notes(
    house: House, owner: Caller, lines: list[Line]
) -> None:
    talk = f"/api/v1/conversations/{lines[0].conversation.id}"
    body = {"client_id": str(uuid4()), "text": "Hm"}
    note = (await owner.post(f"{talk}/notes", json=body)).json()["id"]
    program = await house.caller("device")
    for caller, status in ((owner, 200), (program, 404)):
        answer = await caller.get(f"{talk}/messages", params={"around": note})
        assert answer.status_code == status


async def test_two_places_at_once_are_refused(owner: Caller, lines: list[Line]) -> None:
    path = f"/api/v1/conversations/{lines[0].conversation.id}/messages"
    _, page = await ask(owner, lines[0].conversation.id, limit=2)
    both = {"after": page["next"], "around": str(lines[4].message.id)}
    answer = await owner.get(path, params=both)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["around"])
    answer = await owner.get(path, params={"before": "?"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["before"])
