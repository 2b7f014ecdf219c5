"""Snoozing, assigning, notes, forwarding, transcripts and an agent's day, over HTTP."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from helpdesk import clock
from helpdesk.shapes.conversations import ConversationOut
from tests.api.house import House
from tests.api.test_conversations import CONVERSATIONS, colleague, do, owned, waiting
from tests.factories import body_of, make_agent, make_conversation, make_device, make_file, receive
from tests.served import Caller

RACES = 50


def in_an_hour() -> str:
    return (clock.now() + timedelta(hours=1)).isoformat()


async def note(caller: Caller, id_: UUID, text: str = "Psst", **body: Any) -> httpx.Response:
    return await do(caller, id_, "notes", **{"client_id": str(uuid4()), "text": text} | body)


async def say(caller: Caller, id_: UUID, **body: Any) -> httpx.Response:
    fields = {"client_id": str(uuid4()), "text": "Yes"} | body
    return await caller.post(f"{CONVERSATIONS}/{id_}/messages", json=fields)


async def lines(caller: Caller, id_: UUID) -> list[dict[str, Any]]:
    page = (await caller.get(f"{CONVERSATIONS}/{id_}/messages")).json()
    return list(reversed(page["items"]))


async def test_a_snoozed_conversation_is_in_its_view_and_counted(house: House) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    answer = await do(ani, conversation.id, "snooze", until=in_an_hour())
    assert (answer.status_code, answer.json()["status"]) == (200, "snoozed")
    listed = {
        view: (await ani.get(CONVERSATIONS, params={"view": view})).json()["items"]
        for view in ("snoozed", "mine", "open")
    }
    assert [len(each) for each in listed.values()] == [1, 0, 1]
    sari = await house.caller("supervisor")
    assert (await sari.get("/api/v1/sync")).json()["counts"] == {"snoozed": 1}
    woken = await do(ani, conversation.id, "reopen")
    assert (woken.json()["status"], woken.json()["snoozed_until"]) == ("assigned", None)


@pytest.mark.parametrize("until", ["soon", "2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z", None])
async def test_a_time_that_cannot_be_is_refused(house: House, until: str | None) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    answer = await ani.post(f"{CONVERSATIONS}/{conversation.id}/snooze", json={"until": until})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["until"])


@pytest.mark.parametrize("role", ["supervisor", "account"])
async def test_assigning_makes_anybody_the_owner(house: House, role: Any) -> None:
    conversation, caller = await owned(house), await house.caller(role)
    budi_id, _ = await colleague(house)
    answer = await do(caller, conversation.id, "assign", agent_id=budi_id)
    assert (answer.status_code, answer.json()["assignee_id"]) == (200, budi_id)
    again = await do(caller, conversation.id, "assign", agent_id=budi_id)
    assert again.status_code == 200
    assert len(await house.account.events("conversation.assigned")) == 1


@pytest.mark.parametrize("expected", [None, str(UUID(int=1))], ids=["nobody", "another"])
async def test_assigning_names_the_owner_when_it_is_not_the_expected_one(
    house: House, expected: str | None
) -> None:
    conversation, sari = await owned(house), await house.caller("supervisor")
    budi_id, _ = await colleague(house)
    body = {"agent_id": budi_id, "expected_assignee_id": expected}
    answer = await do(sari, conversation.id, "assign", **body)
    assert (answer.status_code, answer.json()["owner"]["name"]) == (409, "Ani")
    body["expected_assignee_id"] = str(house.agent.id)
    assert (await do(sari, conversation.id, "assign", **body)).status_code == 200


async def test_of_two_supervisors_who_assign_at_once_one_wins(house: House) -> None:
    sari, boss = await house.caller("supervisor"), await house.caller("owner")
    ids = [(await colleague(house, name=name))[0] for name in ("Budi", "Cici")]
    for number in range(RACES):
        conversation = await waiting(house, number=f"62855500{number:04}")
        answers = await asyncio.gather(
            *(
                do(who, conversation.id, "assign", agent_id=id_, expected_assignee_id=None)
                for who, id_ in zip((sari, boss), ids, strict=True)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_what_is_resolved_or_whom_is_disabled_cannot_be_assigned(house: House) -> None:
    sari = await house.caller("supervisor")
    done = await owned(house, status="resolved", resolved_at=clock.now())
    answer = await do(sari, done.id, "assign", agent_id=str(house.agent.id))
    assert (answer.status_code, answer.json()["reason"]) == (409, "resolved")
    off = await make_agent(house.account, house.device, name="Off", is_enabled=False)
    conversation = await waiting(house, number="6285550002")
    answer = await do(sari, conversation.id, "assign", agent_id=str(off.id))
    assert (answer.status_code, answer.json()["reason"]) == (409, "agent_disabled")


async def test_an_answer_that_crosses_the_customers_message_is_not_sent(house: House) -> None:
    first = await receive(house.account, house.device)
    ani = await house.caller("agent")
    await do(ani, first.conversation.id, "take")
    second = await receive(house.account, house.device, text="Never mind")
    body = {"client_id": str(uuid4()), "expected_last_message_id": str(first.message.id)}
    answer = (await say(ani, first.conversation.id, **body)).json()
    assert (answer["status"], answer["reason"]) == (409, "crossed")
    assert [each["id"] for each in answer["messages"]] == [str(second.message.id)]
    assert await house.account.events("message.queued") == []
    body["expected_last_message_id"] = str(second.message.id)
    assert (await say(ani, first.conversation.id, **body)).status_code == 201


async def test_after_a_crossing_the_same_client_id_sends_without_the_guard(house: House) -> None:
    first = await receive(house.account, house.device)
    ani = await house.caller("agent")
    await do(ani, first.conversation.id, "take")
    await receive(house.account, house.device, text="Never mind")
    body = {"client_id": str(uuid4())}
    guard = {"expected_last_message_id": str(first.message.id)}
    statuses = [
        (await say(ani, first.conversation.id, **body, **each)).status_code
        for each in (guard, {}, guard)
    ]
    assert statuses == [409, 201, 200]


async def test_a_colleagues_line_crosses_and_ones_own_does_not(house: House) -> None:
    line = await receive(house.account, house.device)
    ani, (_, budi) = await house.caller("agent"), await colleague(house)
    await do(ani, line.conversation.id, "take")
    guard = {"expected_last_message_id": str(line.message.id)}
    for _ in range(2):
        assert (await say(ani, line.conversation.id, **guard)).status_code == 201
    await note(budi, line.conversation.id, "I am on it")
    answer = (await say(ani, line.conversation.id, **guard)).json()
    assert [each["text"] for each in answer["messages"]] == ["I am on it"]


async def test_a_message_that_came_late_crosses_whatever_its_time_says(house: House) -> None:
    ani, conversation = await house.caller("agent"), await owned(house)
    mine = (await say(ani, conversation.id)).json()
    early = (clock.now() - timedelta(minutes=5)).timestamp()
    await receive(house.account, house.device, text="Late", at=early)
    answer = await say(ani, conversation.id, expected_last_message_id=mine["id"])
    assert (answer.status_code, answer.json()["reason"]) == (409, "crossed")


async def test_at_most_twenty_crossing_messages_come_along(house: House) -> None:
    line = await receive(house.account, house.device)
    ani = await house.caller("agent")
    await do(ani, line.conversation.id, "take")
    for number in range(25):
        await receive(house.account, house.device, text=str(number))
    guard = {"expected_last_message_id": str(line.message.id)}
    answer = (await say(ani, line.conversation.id, **guard)).json()
    assert [each["text"] for each in answer["messages"]] == [str(n) for n in range(20)]


async def test_a_line_of_another_conversation_guards_nothing(house: House) -> None:
    other = await receive(house.account, house.device, number="6285550077")
    ani, conversation = await house.caller("agent"), await owned(house)
    answer = await say(ani, conversation.id, expected_last_message_id=str(other.message.id))
    assert (answer.status_code, list(answer.json()["errors"])) == (
        422,
        ["expected_last_message_id"],
    )


async def test_the_reason_of_resolving_is_a_step_of_the_history(house: House) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    assert (await do(ani, conversation.id, "resolve", reason=" Paid ")).status_code == 200
    steps = (await ani.get(f"{CONVERSATIONS}/{conversation.id}/events")).json()["items"]
    assert [(step["type"], step["reason"]) for step in steps] == [("conversation.resolved", "Paid")]
    await do(ani, conversation.id, "reopen")
    assert (await do(ani, conversation.id, "resolve", reason="x" * 201)).status_code == 422


@pytest.mark.parametrize("to", ["agent", "division"])
async def test_a_transfers_note_is_a_note_of_who_transfers(house: House, to: str) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    budi_id, budi = await colleague(house)
    target = {"agent_id": budi_id} if to == "agent" else {"division_id": str(house.division)}
    moved = await do(ani, conversation.id, "transfer", **target, note="Wants a refund")
    assert moved.json()["last_message"]["direction"] == "note"
    [line] = await lines(budi, conversation.id)
    assert (line["direction"], line["text"]) == ("note", "Wants a refund")
    assert line["sender"]["name"] == "Ani"
    steps = (await budi.get(f"{CONVERSATIONS}/{conversation.id}/events")).json()["items"]
    assert [step["note"] for step in steps if step["type"] == "conversation.transferred"] == [
        "Wants a refund"
    ]


async def test_a_note_is_kept_in_the_house_and_changes_no_clock(house: House) -> None:
    line = await receive(house.account, house.device)
    ani, id_ = await house.caller("agent"), line.conversation.id
    answer = await note(ani, id_, "A friend of the boss")
    assert (answer.status_code, answer.json()["direction"]) == (201, "note")
    assert answer.json()["status"] is None
    after = (await ani.get(f"{CONVERSATIONS}/{id_}")).json()
    assert (after["unread"], after["waiting_since"] is None) == (1, False)
    assert after["last_message"]["text"] == "A friend of the boss"
    [event] = await house.account.events("note.added")
    assert body_of(event)["conversation"] == after
    await asyncio.sleep(0.3)
    assert await house.account.events("message.queued", "message.sent") == []


async def test_the_same_note_again_is_the_same_note(house: House) -> None:
    conversation, ani = await waiting(house), await house.caller("agent")
    same = {"client_id": str(uuid4())}
    answers = [await note(ani, conversation.id, **same) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert (await note(ani, conversation.id, "Else", **same)).status_code == 422
    assert (await note(ani, conversation.id, "  ")).status_code == 422


async def test_a_devices_token_sees_no_notes(house: House) -> None:
    line = await receive(house.account, house.device)
    ani, device = await house.caller("agent"), await house.caller("device")
    noted = (await note(ani, line.conversation.id)).json()
    path = f"{CONVERSATIONS}/{line.conversation.id}"
    assert len(await lines(ani, line.conversation.id)) == 2
    assert [each["id"] for each in await lines(device, line.conversation.id)] == [
        str(line.message.id)
    ]
    assert (await device.get(f"/api/v1/messages/{noted['id']}")).status_code == 404
    assert (await device.get(path)).json()["last_message"] is None
    assert "Psst" not in (await device.get(f"{path}/transcript", params={"notes": True})).text
    assert "Psst" not in (await device.get(CONVERSATIONS)).text


async def test_a_note_is_neither_quoted_nor_forwarded(house: House) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    noted = (await note(ani, conversation.id)).json()
    assert (await say(ani, conversation.id, reply_to=noted["id"])).status_code == 422
    answer = await forward(ani, noted["id"], conversation_id=str(conversation.id))
    assert answer.status_code == 422


async def forward(caller: Caller, id_: object, **to: Any) -> httpx.Response:
    body = {"client_id": str(uuid4())} | to
    return await caller.post(f"/api/v1/messages/{id_}/forward", json=body)


async def test_a_message_is_forwarded_with_all_that_it_holds(house: House) -> None:
    ani, source = await house.caller("agent"), await owned(house)
    file = str(await make_file(house.account))
    sent = (await say(ani, source.id, text="Look", media_id=file)).json()
    target = await owned(house, number="6285550002")
    answer = await forward(ani, sent["id"], conversation_id=str(target.id))
    message = answer.json()
    assert (answer.status_code, message["is_forwarded"]) == (201, True)
    assert (message["text"], message["media"]["id"]) == ("Look", file)
    assert message["conversation_id"] == str(target.id)


@pytest.mark.parametrize("role", ["agent", "supervisor"])
async def test_a_message_is_forwarded_to_a_number(house: House, role: Any) -> None:
    line = await receive(house.account, house.device, text="My address")
    caller, to = await house.caller(role), {"device_id": str(house.device.id), "number": "0855 777"}
    same = {"client_id": str(uuid4())}
    first, again = [await forward(caller, line.message.id, **to, **same) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["text"] == "My address"
    opened = (await caller.get(f"{CONVERSATIONS}/{first.json()['conversation_id']}")).json()
    assert (opened["contact"]["number"], opened["status"]) == ("62855777", "assigned")


async def test_what_a_colleague_owns_takes_no_forwarded_message(house: House) -> None:
    line = await receive(house.account, house.device)
    _, budi = await colleague(house)
    target = await owned(house, number="6285550002")
    answer = await forward(budi, line.message.id, conversation_id=str(target.id))
    assert (answer.status_code, answer.json()["reason"]) == (409, "not_owner")


@pytest.mark.parametrize("to", [{}, {"conversation_id": 1, "device_id": 1}])
async def test_a_forwarded_message_goes_to_exactly_one_place(
    house: House, to: dict[str, Any]
) -> None:
    line = await receive(house.account, house.device)
    ani = await house.caller("agent")
    answer = await forward(ani, line.message.id, **{name: str(uuid4()) for name in to})
    assert answer.status_code == 422


async def test_a_transcript_tells_who_said_what_and_when(house: House) -> None:
    line = await receive(house.account, house.device, name="Joko")
    ani = await house.caller("agent")
    await do(ani, line.conversation.id, "take")
    file = str(await make_file(house.account, filename="list.pdf", mime="application/pdf"))
    await say(ani, line.conversation.id, text="See", media_id=file)
    await note(ani, line.conversation.id)
    answer = await ani.get(f"{CONVERSATIONS}/{line.conversation.id}/transcript")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert "Joko: Hello" in answer.text
    assert "Ani: [document: list.pdf]\n    See" in answer.text
    assert "Psst" not in answer.text
    path = f"{CONVERSATIONS}/{line.conversation.id}/transcript?notes=true"
    assert "Ani (note): Psst" in (await ani.get(path)).text


async def test_an_agent_hands_over_his_own_and_no_one_elses(house: House) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    budi_id, budi = await colleague(house)
    path = f"/api/v1/agents/{house.agent.id}/hand-over"
    assert (await budi.post(path, json={"to": None})).status_code == 403
    answer = await ani.post(path, json={"to": {"agent_id": budi_id}})
    assert (answer.status_code, answer.json()) == (200, {"moved": 1, "left": 0})
    moved = (await budi.get(f"{CONVERSATIONS}/{conversation.id}")).json()
    assert moved["assignee_id"] == budi_id
    both = {"agent_id": budi_id, "division_id": str(house.division)}
    assert (await ani.post(path, json={"to": both})).status_code == 422


async def test_a_supervisor_signs_an_agent_out(house: House) -> None:
    ani, sari = await house.caller("agent"), await house.caller("supervisor")
    path = f"/api/v1/agents/{house.agent.id}/sign-out"
    assert (await sari.post(path)).status_code == 200
    assert (await ani.get("/api/v1/session")).status_code == 401
    assert (await (await house.caller("agent")).get("/api/v1/session")).status_code == 200


async def test_the_seat_of_a_supervisor_is_signed_out_by_nobody_else(house: House) -> None:
    conversation, boss = await waiting(house), await house.caller("owner")
    await do(boss, conversation.id, "take")
    me = (await boss.get("/api/v1/session")).json()
    sari = await house.caller("supervisor")
    answer = await sari.post(f"/api/v1/agents/{me['agent']['id']}/sign-out")
    assert (answer.status_code, answer.json()["reason"]) == (409, "own_seat")


async def test_presence_is_set_for_oneself_or_by_a_supervisor(house: House) -> None:
    ani, sari = await house.caller("agent"), await house.caller("supervisor")
    budi_id, _ = await colleague(house)
    own = f"/api/v1/agents/{house.agent.id}/presence"
    for caller in (ani, sari):
        answer = await caller.post(own, json={"away": True, "reason": "Lunch"})
        assert (answer.status_code, answer.json()["away_reason"]) == (200, "Lunch")
        back = await caller.post(own, json={"away": False, "reason": "x"})
        assert back.json()["away_reason"] == ""
    path = f"/api/v1/agents/{budi_id}/presence"
    assert (await ani.post(path, json={"away": True})).status_code == 403
    assert (await sari.post(path, json={"away": True})).status_code == 200
    assert (await ani.post(own, json={"away": True, "reason": "x" * 61})).status_code == 422


async def test_a_message_of_another_device_is_forwarded_by_who_sees_it(house: House) -> None:
    other = await make_device(house.account, number="628119999999")
    hidden: ConversationOut = await make_conversation(house.account, other, number="6286600001")
    line = await receive(house.account, other, number="6286600001")
    assert line.conversation.id == hidden.id
    ani, target = await house.caller("agent"), await owned(house)
    answer = await forward(ani, line.message.id, conversation_id=str(target.id))
    assert answer.status_code == 404
