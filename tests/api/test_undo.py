"""Undoing what was done with a conversation a moment ago."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from helpdesk import clock
from helpdesk.database import execute
from helpdesk.shapes.conversations import ConversationOut
from tests.api.house import House
from tests.api.test_conversations import CONVERSATIONS, colleague, do, owned
from tests.factories import body_of, make_division, receive
from tests.served import Caller


async def undo(caller: Caller, answer: httpx.Response) -> httpx.Response:
    """Undo what was answered."""
    assert answer.status_code == 200, answer.text
    return await caller.post(f"/api/v1/undo/{answer.json()['undo_id']}")


def plain(answer: httpx.Response) -> dict[str, Any]:
    """The conversation of an answer."""
    assert answer.status_code == 200, answer.text
    return {name: value for name, value in answer.json().items() if name != "undo_id"}


async def write(house: House, conversation: ConversationOut) -> None:
    """Let the customer write a line."""
    await receive(house.account, house.device, number=conversation.contact.number)


async def asked(house: House) -> tuple[ConversationOut, Caller]:
    """The agent's conversation, in which the customer waits for an answer to two lines."""
    conversation = await owned(house)
    for _ in range(2):
        await write(house, conversation)
    return conversation, await house.caller("agent")


def in_an_hour() -> str:
    return (clock.now() + timedelta(hours=1)).isoformat()


@pytest.mark.parametrize("deed", ["resolve", "transfer", "move", "snooze", "release", "label"])
async def test_undoing_puts_everything_back(house: House, deed: str) -> None:
    conversation, ani = await asked(house)
    path = f"{CONVERSATIONS}/{conversation.id}"
    before = plain(await ani.get(path))
    assert (before["unread"], before["waiting_since"] is not None) == (2, True)
    budi, _ = await colleague(house, division_id=await make_division(house.account, name="Care"))
    label = (
        await (await house.caller("owner")).post("/api/v1/labels", json={"name": "VIP"})
    ).json()
    bodies: dict[str, tuple[str, dict[str, Any]]] = {
        "resolve": ("resolve", {"reason": "Paid"}),
        "transfer": ("transfer", {"agent_id": budi, "note": "For you"}),
        "move": ("transfer", {"division_id": str(house.division)}),
        "snooze": ("snooze", {"until": in_an_hour()}),
        "release": ("release", {}),
    }
    if deed == "label":
        done = await ani.patch(path, json={"labels": [label["id"]]})
    else:
        verb, body = bodies[deed]
        done = await do(ani, conversation.id, verb, **body)
    undone = await undo(ani, done)
    after = plain(undone)
    assert after | {"last_message": None} == before | {"last_message": None}
    assert plain(await ani.get(path)) == after
    [event] = await house.account.events("conversation.undone")
    body = body_of(event)
    assert (body["by"]["name"], body["deed"]) == ("Ani", "transfer" if deed == "move" else deed)


async def test_a_snooze_that_was_set_before_is_there_again(house: House) -> None:
    conversation, ani = await asked(house)
    until = plain(await do(ani, conversation.id, "snooze", until=in_an_hour()))["snoozed_until"]
    undone = plain(await undo(ani, await do(ani, conversation.id, "resolve")))
    assert (undone["status"], undone["snoozed_until"]) == ("snoozed", until)


async def test_what_the_customer_wrote_meanwhile_stays_unread(house: House) -> None:
    conversation, ani = await asked(house)
    done = await do(ani, conversation.id, "release")
    await write(house, conversation)
    undone = plain(await undo(ani, done))
    assert (undone["assignee_id"], undone["unread"]) == (str(house.agent.id), 3)


async def test_what_a_colleague_did_since_is_named(house: House) -> None:
    conversation, ani = await asked(house)
    budi_id, budi = await colleague(house)
    done = await do(ani, conversation.id, "release")
    await do(budi, conversation.id, "take")
    refused = await undo(ani, done)
    assert (refused.status_code, refused.json()["owner"]["name"]) == (409, "Budi")
    moved = await do(budi, conversation.id, "transfer", agent_id=str(house.agent.id))
    await do(ani, conversation.id, "resolve")
    assert (await undo(budi, moved)).json()["reason"] == "resolved"
    assert plain(await ani.get(f"{CONVERSATIONS}/{conversation.id}"))["assignee_id"] != budi_id


async def test_labels_that_were_changed_since_stay(house: House) -> None:
    conversation, ani = await asked(house)
    owner, path = await house.caller("owner"), f"{CONVERSATIONS}/{conversation.id}"
    labels = [
        (await owner.post("/api/v1/labels", json={"name": name})).json()["id"] for name in "AB"
    ]
    first = await ani.patch(path, json={"labels": labels[:1]})
    resolved = await do(ani, conversation.id, "resolve")
    await owner.patch(path, json={"labels": labels})
    assert plain(await undo(ani, resolved))["labels"] == labels
    refused = (await undo(ani, first)).json()
    assert (refused["reason"], refused["changed"]) == ("changed", "labels")


async def test_what_the_customer_opened_again_is_not_undone(house: House) -> None:
    conversation, ani = await asked(house)
    done = await do(ani, conversation.id, "resolve")
    await write(house, conversation)
    refused = await undo(ani, done)
    assert (refused.status_code, refused.json()["reason"]) == (409, "open")


async def test_an_undo_is_of_who_did_it_once_and_for_half_a_minute(house: House) -> None:
    conversation, ani = await asked(house)
    _, budi = await colleague(house)
    done = await do(ani, conversation.id, "snooze", until=in_an_hour())
    assert (await undo(budi, done)).status_code == 404
    assert (await undo(ani, done)).status_code == 200
    assert (await undo(ani, done)).status_code == 404
    late = await do(ani, conversation.id, "resolve")
    async with house.account.work() as work:
        await execute(work.session, "update undo set expires_at = now() - interval '1 second'")
    assert (await undo(ani, late)).json()["reason"] == "too_late"
    assert (await ani.post(f"/api/v1/undo/{uuid4()}")).status_code == 404


async def test_a_program_and_who_changes_nothing_get_no_undo(house: House) -> None:
    conversation, ani = await asked(house)
    path = f"{CONVERSATIONS}/{conversation.id}"
    assert (await ani.patch(path, json={"labels": []})).json()["undo_id"] is None
    program = await house.caller("account")
    assert (await do(program, conversation.id, "resolve")).json()["undo_id"] is None


async def test_who_is_disabled_meanwhile_gets_nothing_back(house: House) -> None:
    conversation, _ = await asked(house)
    sari, owner = await house.caller("supervisor"), await house.caller("owner")
    done = await do(sari, conversation.id, "release")
    await owner.patch(f"/api/v1/agents/{house.agent.id}", json={"enabled": False})
    refused = await undo(sari, done)
    assert (refused.status_code, refused.json()["reason"]) == (409, "agent_disabled")


async def test_a_label_that_was_removed_since_does_not_come_back(house: House) -> None:
    conversation, ani = await asked(house)
    owner, path = await house.caller("owner"), f"{CONVERSATIONS}/{conversation.id}"
    kept, removed = [
        (await owner.post("/api/v1/labels", json={"name": name})).json()["id"] for name in "AB"
    ]
    await ani.patch(path, json={"labels": [removed, kept]})
    done = await ani.patch(path, json={"labels": []})
    assert (await owner.delete(f"/api/v1/labels/{removed}")).status_code == 204
    assert plain(await undo(ani, done))["labels"] == [kept]


async def test_nothing_goes_back_to_a_division_that_was_removed_since(house: House) -> None:
    conversation, _ = await asked(house)
    owner = await house.caller("owner")
    care = str(await make_division(house.account, name="Care"))
    await do(owner, conversation.id, "transfer", division_id=care)
    done = await do(owner, conversation.id, "transfer", division_id=str(house.division))
    assert (await owner.delete(f"/api/v1/divisions/{care}")).status_code == 204
    refused = (await undo(owner, done)).json()
    assert (refused["reason"], refused["changed"]) == ("changed", "division_id")


async def test_who_gave_it_away_is_not_told_what_is_written_there_since(house: House) -> None:
    conversation, ani = await asked(house)
    care = await make_division(house.account, name="Care")
    _, budi = await colleague(house, division_id=care)
    done = await do(ani, conversation.id, "transfer", division_id=str(care))
    await do(budi, conversation.id, "take")
    note = {"client_id": str(uuid4()), "text": "Between us"}
    await budi.post(f"{CONVERSATIONS}/{conversation.id}/notes", json=note)
    refused = await undo(ani, done)
    assert (refused.status_code, refused.json()["owner"]["name"]) == (409, "Budi")
    assert "conversation" not in refused.json()
