"""Answering in a conversation over HTTP, and reading what was said there."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from helpdesk import clock
from helpdesk.shapes.conversations import ConversationOut
from tests.api.house import House
from tests.factories import (
    CUSTOMER,
    make_conversation,
    make_device,
    make_division,
    make_file,
    receive,
)
from tests.served import Caller

LOCATION = {"latitude": -6.2, "longitude": 106.8, "name": "Office"}
POLL = {"name": "When?", "choices": ["Today", "Tomorrow"], "is_multiple": False}


@pytest.fixture
async def talk(house: House) -> ConversationOut:
    """A conversation of the house's agent."""
    return await make_conversation(
        house.account, house.device, division_id=house.division, assignee=house.agent
    )


@pytest.fixture
async def ani(house: House) -> Caller:
    """The house's agent, signed in."""
    return await house.caller("agent")


async def say(caller: Caller, id_: UUID, **body: Any) -> httpx.Response:
    """Answer in a conversation."""
    return await caller.post(
        f"/api/v1/conversations/{id_}/messages", json={"client_id": str(uuid4())} | body
    )


async def test_an_answer_is_queued_and_can_be_read(ani: Caller, talk: ConversationOut) -> None:
    answer = await say(ani, talk.id, text="Good morning")
    message = answer.json()
    assert (answer.status_code, message["status"], message["kind"]) == (201, "queued", "text")
    assert (message["direction"], message["sender"]["name"]) == ("out", "Ani")
    read = (await ani.get(f"/api/v1/messages/{message['id']}")).json()
    assert (read["id"], read["text"]) == (message["id"], "Good morning")
    thread = (await ani.get(f"/api/v1/conversations/{talk.id}/messages")).json()
    assert [each["id"] for each in thread["items"]] == [message["id"]]


async def test_the_same_client_id_again_is_the_same_message(
    house: House, ani: Caller, talk: ConversationOut
) -> None:
    body = {"client_id": str(uuid4()), "text": "Once"}
    first, second = await say(ani, talk.id, **body), await say(ani, talk.id, **body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert len(await house.account.events("message.queued")) == 1


async def test_twenty_at_once_with_one_client_id_are_one_message(
    house: House, ani: Caller, talk: ConversationOut
) -> None:
    body = {"client_id": str(uuid4()), "text": "Once"}
    answers = await asyncio.gather(*(say(ani, talk.id, **body) for _ in range(20)))
    taken = [answer for answer in answers if answer.status_code < 300]
    assert {answer.status_code for answer in answers} <= {200, 201, 503}
    assert [answer.status_code for answer in taken].count(201) == 1
    assert len({answer.json()["id"] for answer in taken}) == 1
    assert len(await house.account.events("message.queued")) == 1


async def test_the_same_client_id_with_another_body_is_refused(
    ani: Caller, talk: ConversationOut
) -> None:
    client_id = str(uuid4())
    await say(ani, talk.id, client_id=client_id, text="Once")
    answer = await say(ani, talk.id, client_id=client_id, text="Twice")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["client_id"])


async def test_a_refused_answer_leaves_its_client_id_free(
    ani: Caller, talk: ConversationOut
) -> None:
    client_id = str(uuid4())
    assert (await say(ani, talk.id, client_id=client_id, text=" ")).status_code == 422
    assert (await say(ani, talk.id, client_id=client_id, text="Hi")).status_code == 201


async def test_a_retry_after_a_handover_is_told_the_message_that_was_taken(
    house: House, ani: Caller, talk: ConversationOut
) -> None:
    body = {"client_id": str(uuid4()), "text": "Once"}
    first = await say(ani, talk.id, **body)
    released = await ani.post(f"/api/v1/conversations/{talk.id}/release")
    assert released.status_code == 200
    again = await say(ani, talk.id, **body)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])


@pytest.mark.parametrize("role", ["supervisor", "agent"])
async def test_an_answer_to_somebody_elses_customer_names_the_owner(
    house: House, talk: ConversationOut, role: Any
) -> None:
    caller = await house.caller("supervisor")
    if role == "agent":
        body = {"name": "Budi", "device_id": str(house.device.id)}
        body |= {"division_id": str(house.division)}
        made = (await caller.post("/api/v1/agents", json=body)).json()
        caller = await house.served.agent(house.device, made["token"])
    answer = (await say(caller, talk.id, text="Hi")).json()
    assert (answer["status"], answer["reason"]) == (409, "not_owner")
    assert answer["owner"] == {"id": str(house.agent.id), "name": "Ani"}
    assert answer["conversation"]["id"] == str(talk.id)


async def test_where_answers_are_open_whoever_sees_it_may_answer(
    house: House, talk: ConversationOut
) -> None:
    owner = await house.caller("owner")
    await owner.patch("/api/v1/account", json={"reply_open": True})
    assert (await say(owner, talk.id, text="Hi")).status_code == 201
    read = (await owner.get(f"/api/v1/conversations/{talk.id}")).json()
    assert read["assignee_id"] == str(house.agent.id)


@pytest.mark.parametrize("role", ["account", "device"])
async def test_a_token_answers_without_owning(
    house: House, talk: ConversationOut, role: Any
) -> None:
    caller = await house.caller(role)
    assert (await say(caller, talk.id, text="Hi")).json()["sender"]["kind"] == "token"
    read = (await caller.get(f"/api/v1/conversations/{talk.id}")).json()
    assert read["assignee_id"] == str(house.agent.id)


async def test_what_an_agent_does_not_see_cannot_be_answered(house: House, ani: Caller) -> None:
    support = await make_division(house.account, name="Support")
    other = await make_device(house.account, number="6281100000002")
    hidden = await receive(house.account, other)
    elsewhere = await make_conversation(
        house.account, house.device, number="6285550002", division_id=support
    )
    for id_ in (hidden.conversation.id, elsewhere.id, uuid4()):
        answer = await say(ani, id_, text="Hi")
        assert answer.status_code == 404, answer.text
        assert (await ani.get(f"/api/v1/conversations/{id_}/messages")).status_code == 404
    assert (await ani.get(f"/api/v1/messages/{hidden.message.id}")).status_code == 404


async def test_what_is_resolved_is_not_answered(
    house: House, ani: Caller, talk: ConversationOut
) -> None:
    await ani.post(f"/api/v1/conversations/{talk.id}/resolve")
    for caller in (ani, await house.caller("account")):
        answer = await say(caller, talk.id, text="Hi")
        assert (answer.status_code, answer.json()["reason"]) == (409, "resolved")


async def make_template(house: House, **fields: Any) -> str:
    """Add a template and return its id."""
    body = {"name": "T", "shortcut": "t", "text": "Hello"} | fields
    answer = await (await house.caller("owner")).post("/api/v1/templates", json=body)
    return str(answer.json()["id"])


async def test_a_template_is_filled_in(house: House, ani: Caller, talk: ConversationOut) -> None:
    text = "{agent.name} of {division.name}: order {?order number} is {?state}, {unknown}"
    template = await make_template(house, text=text)
    blanks = {"order number": "17", "state": "{agent.name}"}
    answer = await say(ani, talk.id, template_id=template, blanks=blanks)
    assert answer.json()["text"] == "Ani of Sales: order 17 is {agent.name}, {unknown}"


async def test_blanks_that_are_missing_are_named(
    house: House, ani: Caller, talk: ConversationOut
) -> None:
    template = await make_template(house, text="Order {?order number} is {?state}")
    answer = await say(ani, talk.id, template_id=template, blanks={"state": "ready"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"blanks.order number": "Missing. Give a text."}


async def test_a_template_of_another_division_is_not_offered(
    house: House, ani: Caller, talk: ConversationOut
) -> None:
    support = await make_division(house.account, name="Support")
    template = await make_template(house, division_ids=[str(support)])
    assert (await say(ani, talk.id, template_id=template)).status_code == 404


async def test_a_file_goes_along(house: House, ani: Caller, talk: ConversationOut) -> None:
    file = await make_file(house.account)
    answer = (await say(ani, talk.id, media_id=str(file), text="See")).json()
    assert (answer["kind"], answer["media"]["id"], answer["text"]) == ("image", str(file), "See")


@pytest.mark.parametrize("state", ["due", "expired"])
async def test_a_file_that_is_not_here_does_not(
    house: House, ani: Caller, talk: ConversationOut, state: str
) -> None:
    file = await make_file(house.account, state=state, path=None)
    answer = await say(ani, talk.id, media_id=str(file))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["media_id"])


@pytest.mark.parametrize(("kind", "value"), [("location", LOCATION), ("poll", POLL)])
async def test_a_location_and_a_poll_go_as_they_are(
    ani: Caller, talk: ConversationOut, kind: str, value: Any
) -> None:
    answer = (await say(ani, talk.id, **{kind: value})).json()
    assert (answer["kind"], answer[kind]) == (kind, value)
    read = (await ani.get(f"/api/v1/messages/{answer['id']}")).json()
    assert read[kind] == value


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": " \n"},
        {"text": "x" * 60_001},
        {"poll": {**POLL, "choices": ["One"]}},
        {"poll": {**POLL, "choices": ["One"] * 13}},
        {"poll": {**POLL, "choices": ["One", " "]}},
        {"poll": {**POLL, "name": " "}},
        {"poll": POLL, "location": LOCATION},
        {"location": {**LOCATION, "latitude": 90.1}},
        {"location": {**LOCATION, "longitude": -180.1}},
        {"location": {"latitude": 1}},
        {"text": "Hi", "assignee_id": "018f0000-0000-7000-8000-000000000001"},
        {"text": "Hi", "client_id": "1"},
        {"text": "a\0b"},
    ],
    ids=str,
)
async def test_what_makes_no_message_is_refused(
    house: House, ani: Caller, talk: ConversationOut, body: dict[str, Any]
) -> None:
    assert (await say(ani, talk.id, **body)).status_code == 422
    assert await house.account.events() == []


async def test_an_answer_quotes_a_message_of_the_conversation(
    house: House, talk: ConversationOut, ani: Caller
) -> None:
    line = await receive(house.account, house.device, number=CUSTOMER)
    assert line.conversation.id == talk.id
    answer = await say(ani, talk.id, text="Yes", reply_to=str(line.message.id))
    assert (answer.status_code, answer.json()["reply_to"]) == (201, str(line.message.id))


async def test_a_message_of_another_conversation_cannot_be_quoted(
    house: House, talk: ConversationOut, ani: Caller
) -> None:
    other = await receive(house.account, house.device, number="6285550002")
    for id_ in (other.message.id, uuid4()):
        answer = await say(ani, talk.id, text="Yes", reply_to=str(id_))
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["reply_to"])


async def thread(caller: Caller, id_: UUID, between: Any = None) -> list[str]:
    """Return the texts of all pages of a conversation; `between` is done after each."""
    texts: list[str] = []
    params: dict[str, Any] = {"limit": 3}
    while True:
        page = (await caller.get(f"/api/v1/conversations/{id_}/messages", params=params)).json()
        texts += [each["text"] for each in page["items"]]
        if page["next"] is None:
            return texts
        params["after"] = page["next"]
        if between:
            await between()


async def test_pages_of_a_conversation_leave_nothing_out_and_repeat_nothing(
    house: House, talk: ConversationOut, ani: Caller
) -> None:
    sent = clock.now() - timedelta(hours=1)
    for number in range(10):  # three of each second
        at = int((sent + timedelta(seconds=number // 3)).timestamp())
        await receive(house.account, house.device, text=f"{number}", at=at)
    numbers = iter(range(100))

    async def somebody_writes() -> None:
        await receive(house.account, house.device, text=f"new {next(numbers)}")

    expected = [str(number) for number in reversed(range(10))]
    assert await thread(ani, talk.id) == expected
    assert await thread(ani, talk.id, somebody_writes) == expected
