"""What people do with conversations, over HTTP; and how conversations are listed."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from helpdesk import clock
from helpdesk.queries.presence import remove_console
from helpdesk.shapes.conversations import ConversationOut
from tests.api.house import House
from tests.factories import make_agent, make_conversation, make_division, open_console, receive
from tests.served import Caller

CONVERSATIONS = "/api/v1/conversations"
RACES = 100


async def do(caller: Caller, id_: UUID | str, verb: str, **body: Any) -> httpx.Response:
    """Do something with a conversation."""
    return await caller.post(f"{CONVERSATIONS}/{id_}/{verb}", json=body or None)


async def waiting(house: House, **columns: Any) -> ConversationOut:
    """Return a new conversation that waits in the house's division."""
    return await make_conversation(
        house.account, house.device, division_id=house.division, **columns
    )


async def owned(house: House, **columns: Any) -> ConversationOut:
    """Return a new conversation of the house's agent."""
    return await waiting(house, assignee=house.agent, **columns)


async def colleague(house: House, **columns: Any) -> tuple[str, Caller]:
    """Return another agent of the division: the id, and a client signed in."""
    token = uuid4().hex
    columns = {"name": "Budi", "division_id": house.division} | columns
    actor = await make_agent(house.account, house.device, token=token, **columns)
    return str(actor.id), await house.served.agent(house.device, token)


async def test_taking_makes_the_taker_the_owner(house: House) -> None:
    conversation, ani = await waiting(house), await house.caller("agent")
    answer = await do(ani, conversation.id, "take")
    assert answer.status_code == 200
    assert answer.json()["assignee_id"] == str(house.agent.id)
    assert answer.json()["status"] == "assigned"
    assert (await ani.get(f"{CONVERSATIONS}/{conversation.id}")).json() == answer.json()


async def test_taking_what_a_colleague_owns_names_the_owner(house: House) -> None:
    conversation = await owned(house)
    _, budi = await colleague(house)
    answer = (await do(budi, conversation.id, "take")).json()
    assert (answer["status"], answer["reason"]) == (409, "not_owner")
    assert answer["owner"] == {"id": str(house.agent.id), "name": "Ani"}
    assert answer["conversation"]["assignee_id"] == str(house.agent.id)


async def test_who_names_the_present_owner_takes_over(house: House) -> None:
    conversation = await owned(house)
    budi_id, budi = await colleague(house)
    expected = {"expected_assignee_id": str(house.agent.id)}
    answer = await do(budi, conversation.id, "take", **expected)
    assert answer.json()["assignee_id"] == budi_id


async def test_a_supervisor_who_takes_gets_a_seat(house: House) -> None:
    conversation, sari = await waiting(house), await house.caller("supervisor")
    taken = (await do(sari, conversation.id, "take")).json()
    me = (await sari.get("/api/v1/session")).json()
    assert (taken["status"], taken["assignee_id"]) == ("assigned", me["agent"]["id"])
    assert (me["agent"]["user_id"], me["agent"]["division_id"]) == (me["user"]["id"], None)


async def test_of_two_agents_who_take_at_once_one_wins_and_the_other_is_told(house: House) -> None:
    ani, (_, budi) = await house.caller("agent"), await colleague(house)
    for number in range(RACES):
        conversation = await waiting(house, number=f"62855500{number:04}")
        answers = await asyncio.gather(*(do(who, conversation.id, "take") for who in (ani, budi)))
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
        assert (won.status_code, lost.status_code) == (200, 409)
        assert lost.json()["owner"]["id"] == won.json()["assignee_id"]
        events = await house.account.events("conversation.assigned")
        assert len([each for each in events if each.conversation_id == conversation.id]) == 1


async def test_a_transfer_to_an_agent_hands_over(house: House) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    budi_id, budi = await colleague(house)
    answer = await do(ani, conversation.id, "transfer", agent_id=budi_id)
    assert (answer.status_code, answer.json()["assignee_id"]) == (200, budi_id)
    assert (await do(ani, conversation.id, "release")).status_code == 409
    assert (await do(budi, conversation.id, "release")).status_code == 200


async def test_a_transfer_to_a_division_takes_a_turn(house: House) -> None:
    support = await make_division(house.account, name="Support")
    cici = await make_agent(house.account, house.device, name="Cici", division_id=support)
    await open_console(house.account, cici)
    conversation, ani = await owned(house), await house.caller("agent")
    answer = (await do(ani, conversation.id, "transfer", division_id=str(support))).json()
    assert (answer["division_id"], answer["assignee_id"]) == (str(support), str(cici.id))
    supervisor = await house.caller("supervisor")
    turn = (await supervisor.get(f"{CONVERSATIONS}/{conversation.id}/turn")).json()
    assert (turn["agent_id"], turn["division_id"]) == (str(cici.id), str(support))


async def test_a_transfer_to_a_division_where_nobody_is_waits_there(house: House) -> None:
    support = await make_division(house.account, name="Support")
    conversation, ani = await owned(house), await house.caller("agent")
    answer = (await do(ani, conversation.id, "transfer", division_id=str(support))).json()
    assert (answer["status"], answer["assignee_id"]) == ("waiting", None)
    assert (await ani.get(f"{CONVERSATIONS}/{conversation.id}")).status_code == 404


@pytest.mark.parametrize("body", [{}, {"agent_id": None}, {"agent_id": 1, "division_id": 1}])
async def test_a_transfer_names_exactly_one_target(house: House, body: dict[str, Any]) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    body = {name: value and str(uuid4()) for name, value in body.items()}
    answer = await ani.post(f"{CONVERSATIONS}/{conversation.id}/transfer", json=body)
    assert answer.status_code == 422


async def test_a_transfer_to_a_disabled_agent_is_refused(house: House) -> None:
    budi = await make_agent(house.account, house.device, name="Budi", is_enabled=False)
    conversation, ani = await owned(house), await house.caller("agent")
    answer = await do(ani, conversation.id, "transfer", agent_id=str(budi.id))
    assert (answer.status_code, answer.json()["reason"]) == (409, "agent_disabled")


async def test_releasing_lets_it_wait_in_its_division(house: House) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    answer = (await do(ani, conversation.id, "release")).json()
    assert (answer["status"], answer["assignee_id"]) == ("waiting", None)
    assert answer["division_id"] == str(house.division)
    again = await do(await house.caller("supervisor"), conversation.id, "release")
    assert (again.status_code, again.json()["reason"]) == (409, "not_assigned")


async def test_resolving_ends_and_reopening_gives_it_back(house: House) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    resolved = (await do(ani, conversation.id, "resolve")).json()
    assert (resolved["status"], resolved["resolved_at"] is None) == ("resolved", False)
    reopened = (await do(ani, conversation.id, "reopen")).json()
    assert (reopened["status"], reopened["resolved_at"]) == ("assigned", None)
    assert reopened["assignee_id"] == str(house.agent.id)


@pytest.mark.parametrize("verb", ["take", "transfer", "release", "resolve"])
async def test_what_is_resolved_must_be_reopened_first(house: House, verb: str) -> None:
    conversation = await owned(house, status="resolved", resolved_at=clock.now())
    ani = await house.caller("agent")
    body = {"agent_id": str(house.agent.id)} if verb == "transfer" else {}
    answer = (await do(ani, conversation.id, verb, **body)).json()
    assert (answer["status"], answer["reason"]) == (409, "resolved")
    assert answer["conversation"]["status"] == "resolved"


async def test_what_is_open_cannot_be_reopened(house: House) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    answer = await do(ani, conversation.id, "reopen")
    assert (answer.status_code, answer.json()["reason"]) == (409, "open")


@pytest.mark.parametrize("verb", ["release", "resolve", "transfer"])
async def test_what_a_colleague_owns_is_his_to_dispose_of(house: House, verb: str) -> None:
    conversation = await owned(house)
    budi_id, budi = await colleague(house)
    body = {"agent_id": budi_id} if verb == "transfer" else {}
    answer = await do(budi, conversation.id, verb, **body)
    assert (answer.status_code, answer.json()["owner"]["name"]) == (409, "Ani")


@pytest.mark.parametrize("verb", ["take", "transfer", "release", "resolve", "reopen", "read"])
async def test_what_an_agent_does_not_see_is_not_there(house: House, verb: str) -> None:
    support = await make_division(house.account, name="Support")
    hidden = await make_conversation(house.account, house.device, division_id=support)
    ani = await house.caller("agent")
    body = {"agent_id": str(house.agent.id)} if verb == "transfer" else {}
    answer, made_up = [await do(ani, id_, verb, **body) for id_ in (hidden.id, uuid4())]
    assert (answer.status_code, answer.json()) == (404, made_up.json())


async def test_an_agent_who_sees_the_own_alone_sees_no_colleagues(house: House) -> None:
    budi_id, budi = await colleague(house, sees="own")
    theirs = [await owned(house), await waiting(house, number="6285550002")]
    mine = await waiting(house, number="6285550003")
    await do(await house.caller("supervisor"), mine.id, "transfer", agent_id=budi_id)
    listed = (await budi.get(CONVERSATIONS, params={"view": "all"})).json()["items"]
    assert [each["id"] for each in listed] == [str(mine.id)]
    for each in theirs:
        assert (await budi.get(f"{CONVERSATIONS}/{each.id}")).status_code == 404
        assert (await do(budi, each.id, "take")).status_code == 404


async def test_the_owner_reads_and_a_colleague_leaves_it_unread(house: House) -> None:
    conversation = await owned(house, unread=3)
    _, budi = await colleague(house)
    ani = await house.caller("agent")
    assert (await do(budi, conversation.id, "read")).json()["unread"] == 3
    assert (await do(ani, conversation.id, "read")).json()["unread"] == 0
    assert (await do(ani, conversation.id, "read")).status_code == 200
    assert len(await house.account.events("conversation.updated")) == 1


async def test_without_a_turn_there_is_no_reason_to_tell(house: House) -> None:
    conversation, ani = await owned(house), await house.caller("agent")
    assert (await ani.get(f"{CONVERSATIONS}/{conversation.id}/turn")).status_code == 404


async def why(caller: Caller, id_: UUID | str) -> dict[str, Any]:
    """Return whom the last turn chose, who owns it, and how and by whom that came."""
    told = (await caller.get(f"{CONVERSATIONS}/{id_}/turn")).raise_for_status().json()
    now = told["assigned"] or {"how": None, "by": {"name": None}}
    return {
        "turn": told["agent_id"],
        "owner": told["assignee_id"],
        "how": now["how"],
        "by": now["by"]["name"],
    }


async def test_the_reason_says_when_the_owner_did_not_come_by_the_turn(house: House) -> None:
    console = await open_console(house.account, house.agent)
    id_ = (await receive(house.account, house.device)).conversation.id
    chosen = str(house.agent.id)
    sari, ani = await house.caller("supervisor"), await house.caller("agent")
    budi_id, budi = await colleague(house)
    assert await why(ani, id_) == {"turn": chosen, "owner": chosen, "how": "turn", "by": ""}
    await do(budi, id_, "take", expected_assignee_id=chosen)
    assert await why(ani, id_) == {"turn": chosen, "owner": budi_id, "how": "taken", "by": "Budi"}
    await do(sari, id_, "transfer", agent_id=chosen)
    handed = {"turn": chosen, "owner": chosen, "how": "transferred", "by": "Supervisor"}
    assert await why(ani, id_) == handed
    await do(ani, id_, "resolve")
    await do(ani, id_, "reopen")
    assert await why(ani, id_) == {"turn": chosen, "owner": chosen, "how": "reopened", "by": "Ani"}
    await do(ani, id_, "resolve")
    await receive(house.account, house.device)
    assert await why(ani, id_) == {"turn": chosen, "owner": chosen, "how": "returned", "by": ""}
    async with house.account.work() as work:
        await remove_console(work.session, house.account.id, console)
    await do(ani, id_, "release")
    assert await why(ani, id_) == {"turn": chosen, "owner": None, "how": None, "by": None}


async def test_each_view_lists_what_it_says(house: House) -> None:
    made = {
        "mine": await owned(house, number="6285550001"),
        "waiting": await waiting(house, number="6285550002"),
        "unrouted": await make_conversation(house.account, house.device, number="6285550003"),
        "resolved": await owned(house, number="6285550004", status="resolved"),
    }
    ids = {name: str(each.id) for name, each in made.items()}
    seen = {"mine", "waiting", "resolved"}
    expected = {name: {ids[name]} if name in seen else set() for name in made}
    expected |= {"open": {ids["mine"], ids["waiting"]}, "all": {ids[name] for name in seen}}
    ani = await house.caller("agent")
    for view, wanted in expected.items():
        listed = (await ani.get(CONVERSATIONS, params={"view": view})).json()["items"]
        assert {each["id"] for each in listed} == wanted, view
    owner = await house.caller("owner")
    unrouted = (await owner.get(CONVERSATIONS, params={"view": "unrouted"})).json()["items"]
    assert [each["id"] for each in unrouted] == [ids["unrouted"]]


async def pages(caller: Caller, path: str, between: Any = None, **params: Any) -> list[Any]:
    """Return the items of all pages; `between` is done after each."""
    items: list[Any] = []
    after: dict[str, str] = {}
    while True:
        page = (await caller.get(path, params={"limit": 3, **params, **after})).json()
        items += page["items"]
        if page["next"] is None:
            return items
        after = {"after": page["next"]}
        if between:
            await between()


async def many(house: House, count: int) -> list[str]:
    """Make conversations, some of one moment and none opened when last written in."""
    now = clock.now()
    return [
        str(
            (
                await make_conversation(
                    house.account,
                    house.device,
                    number=f"62855500{number:04}",
                    opened_at=now - timedelta(days=1, minutes=number),
                    last_message_at=now - timedelta(minutes=number // 2),
                )
            ).id
        )
        for number in range(count)
    ]


async def test_pages_leave_nothing_out_and_repeat_nothing(house: House) -> None:
    ids = await many(house, 10)
    listed = await pages(await house.caller("owner"), CONVERSATIONS)
    assert sorted(each["id"] for each in listed) == sorted(ids)


async def test_what_comes_in_between_two_pages_moves_no_other(house: House) -> None:
    ids = await many(house, 10)
    numbers = iter(range(100))

    async def somebody_writes() -> None:
        await receive(house.account, house.device, number=f"62877700{next(numbers):04}")

    listed = await pages(await house.caller("owner"), CONVERSATIONS, somebody_writes)
    assert sorted(each["id"] for each in listed) == sorted(ids)
