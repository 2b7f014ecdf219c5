"""Mentions: a note calls colleagues who see the conversation; it stands there until they look."""

from uuid import UUID, uuid4

import pytest

from helpdesk.actors import Actor
from tests.factories import receive
from tests.live.desk import Desk, frames_for
from tests.served import Caller, Served


class Talk:
    """A conversation of Ani's, which Budi sees as well; Citra's seat shows only her own."""

    def __init__(self, desk: Desk, served: Served) -> None:
        self._desk, self._served = desk, served
        self.id = ""
        self.seats: dict[str, Actor] = {}

    async def begin(self) -> None:
        for name, columns in {"Ani": {}, "Budi": {}, "Citra": {"sees": "own"}}.items():
            self.seats[name] = await self._desk.agent(name, **columns)
        line = await receive(self._desk.account, self._desk.device)
        self.id = str(line.conversation.id)
        boss = await self._desk.supervisor(self._served)
        given = {"agent_id": str(self.seats["Ani"].id)}
        (await boss.post(f"/api/v1/conversations/{self.id}/assign", json=given)).raise_for_status()

    async def sign_in(self, name: str) -> Caller:
        return await self._desk.sign_in(self._served, name)

    def note(self, *called: str | UUID, text: str = "Please look") -> dict[str, object]:
        """The body of a note that calls these."""
        ids = [self.seats[each].id if isinstance(each, str) else each for each in called]
        return {"client_id": str(uuid4()), "text": text, "mentions": [str(id_) for id_ in ids]}

    @property
    def notes(self) -> str:
        return f"/api/v1/conversations/{self.id}/notes"


@pytest.fixture
async def talk(desk: Desk, served: Served) -> Talk:
    talk = Talk(desk, served)
    await talk.begin()
    return talk


async def called(caller: Caller) -> list[str]:
    """In which conversations somebody is called and did not look."""
    mentions: list[str] = (await caller.get("/api/v1/sync")).json()["mentions"]
    return mentions


async def listed(caller: Caller) -> list[str]:
    """The list of the conversations in which one was ever called."""
    page = (await caller.get("/api/v1/conversations", params={"view": "mentions"})).json()
    return [each["id"] for each in page["items"]]


async def test_a_note_calls_a_colleague_until_that_one_looks(talk: Talk) -> None:
    ani, budi = await talk.sign_in("Ani"), await talk.sign_in("Budi")
    note = talk.note("Budi", "Budi")
    made = await ani.post(talk.notes, json=note)
    assert made.status_code == 201
    assert made.json()["mentions"] == [str(talk.seats["Budi"].id)]
    again = await ani.post(talk.notes, json=note)
    assert (again.status_code, again.json()) == (200, made.json())
    assert (await called(budi), await called(ani)) == ([talk.id], [])
    (await ani.post(f"/api/v1/conversations/{talk.id}/read")).raise_for_status()
    assert await called(budi) == [talk.id]
    (await budi.post(f"/api/v1/conversations/{talk.id}/read")).raise_for_status()
    assert await called(budi) == []
    assert (await listed(budi), await listed(ani)) == ([talk.id], [])


async def test_the_same_note_that_calls_others_is_another_note(talk: Talk) -> None:
    ani = await talk.sign_in("Ani")
    note = talk.note("Ani", "Budi")
    (await ani.post(talk.notes, json=note)).raise_for_status()
    turned = note | {"mentions": talk.note("Budi", "Ani")["mentions"]}
    assert (await ani.post(talk.notes, json=turned)).status_code == 200
    refused = await ani.post(talk.notes, json=note | {"mentions": talk.note("Ani")["mentions"]})
    assert (refused.status_code, "client_id" in refused.json()["errors"]) == (422, True)


async def test_who_is_called_is_in_the_event_and_in_the_thread(talk: Talk, served: Served) -> None:
    ani, budi = await talk.sign_in("Ani"), await talk.sign_in("Budi")
    socket = await served.socket(budi)
    (await ani.post(talk.notes, json=talk.note("Budi"))).raise_for_status()
    [event] = [each for each in await frames_for(socket, 0.5) if each["type"] == "note.added"]
    assert event["message"]["mentions"] == [str(talk.seats["Budi"].id)]
    thread = await budi.get(f"/api/v1/conversations/{talk.id}/messages")
    by_direction = {each["direction"]: each["mentions"] for each in thread.json()["items"]}
    assert by_direction == {"in": [], "note": [str(talk.seats["Budi"].id)]}


@pytest.mark.parametrize("who", ["one whose seat shows only her own", "nobody's id"])
async def test_who_does_not_see_the_conversation_is_not_called_and_nothing_is_written(
    talk: Talk, who: str
) -> None:
    ani = await talk.sign_in("Ani")
    blind = talk.seats["Citra"].id if "seat" in who else uuid4()
    refused = await ani.post(talk.notes, json=talk.note("Budi", blind))
    assert refused.status_code == 422
    assert "mentions" in refused.json()["errors"]
    assert str(blind) in refused.json()["detail"]
    thread = await ani.get(f"/api/v1/conversations/{talk.id}/messages")
    assert [each["direction"] for each in thread.json()["items"]] == ["in"]
    taken = await ani.post(talk.notes, json=talk.note("Budi"))
    assert taken.status_code == 201


async def test_its_owner_is_called_though_the_seat_shows_only_ones_own(
    talk: Talk, desk: Desk, served: Served
) -> None:
    boss = await desk.supervisor(served)
    given = {"agent_id": str(talk.seats["Citra"].id)}
    (await boss.post(f"/api/v1/conversations/{talk.id}/assign", json=given)).raise_for_status()
    (await boss.post(talk.notes, json=talk.note("Citra"))).raise_for_status()
    citra = await talk.sign_in("Citra")
    assert await called(citra) == [talk.id]
