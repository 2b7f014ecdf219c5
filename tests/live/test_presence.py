"""What is said and not kept: who types, who looks, who is there."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from websockets.asyncio.client import ClientConnection

from helpdesk import clock
from helpdesk.actions.agents import change_agent
from helpdesk.actions.conversations import transfer_to_division
from helpdesk.database import fetch
from helpdesk.live import door
from helpdesk.queries.agents import find_agent
from helpdesk.shapes.conversations import ConversationOut
from tests.factories import make_conversation, make_division
from tests.live.desk import Desk, frames_for, numbered, stands_at, tell
from tests.served import Served, next_event


async def say(
    socket: ClientConnection, type_: str, talk: ConversationOut | None = None, **more: object
) -> None:
    about = {"conversation_id": str(talk.id)} if talk else {}
    await socket.send(json.dumps({"type": type_} | about | more))


async def whispers(socket: ClientConnection, seconds: float = 0.5) -> list[dict[str, Any]]:
    return [f for f in await frames_for(socket, seconds) if f["type"].split(".")[0] in WHISPERS]


WHISPERS = {"typing", "viewing"}


async def test_typing_reaches_who_sees_the_conversation_and_not_the_typist(
    desk: Desk, served: Served
) -> None:
    ani = await desk.agent("Ani")
    await desk.agent("Budi")
    await desk.agent("Cici", division_id=await make_division(desk.account, name="Other"))
    await desk.agent("Dedi", sees="own")
    talk = await make_conversation(
        desk.account, desk.device, division_id=desk.division, assignee=ani
    )
    names = ("Ani", "Ani", "Budi", "Cici", "Dedi")
    callers = [await desk.sign_in(served, name) for name in names]
    callers.append(await desk.supervisor(served))
    opened = [await served.socket(caller) for caller in callers]
    await next_event(opened[0], "agent.present")
    await say(opened[0], "typing", talk)
    told = await asyncio.gather(*map(whispers, opened))
    frame = {
        "type": "typing.started",
        "agent_id": str(ani.id),
        "name": "Ani",
        "conversation_id": str(talk.id),
    }
    assert told == [[], [], [frame], [], [], [frame]]
    for socket in opened:
        await socket.close()


async def test_nobody_types_in_what_he_does_not_see(desk: Desk, served: Served) -> None:
    await desk.agent("Ani", sees="own")
    budi = await desk.agent("Budi")
    talk = await make_conversation(
        desk.account, desk.device, division_id=desk.division, assignee=budi
    )
    async with (
        served.socket(await desk.sign_in(served)) as ani,
        served.socket(await desk.supervisor(served)) as sari,
    ):
        await say(ani, "typing", talk)
        assert await whispers(sari) == []


async def test_the_same_is_told_once_in_three_seconds(
    desk: Desk, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "TELL_SECONDS", 0.6)
    ani = await desk.agent("Ani")
    talk = await make_conversation(desk.account, desk.device, assignee=ani)
    async with (
        served.socket(await desk.sign_in(served)) as socket,
        served.socket(await desk.supervisor(served)) as sari,
    ):
        for _ in range(10):
            for type_ in ("typing", "viewing"):
                await say(socket, type_, talk)
        await say(socket, "typing", talk, active=False)
        told = [frame["type"] for frame in await whispers(sari)]
        await asyncio.sleep(0.2)
        await say(socket, "typing", talk)
        again = [frame["type"] for frame in await whispers(sari)]
    assert told == ["typing.started", "viewing.started", "typing.stopped"]
    assert again == ["typing.started"]


async def test_ephemeral_frames_have_no_number_and_break_no_chain(
    desk: Desk, served: Served
) -> None:
    ani = await desk.agent("Ani")
    talk = await make_conversation(desk.account, desk.device, assignee=ani)
    async with (
        served.socket(await desk.sign_in(served)) as socket,
        served.socket(await desk.supervisor(served)) as sari,
    ):
        await tell(desk.account)
        await numbered(sari, 1)
        await say(socket, "viewing", talk)
        assert "seq" not in await next_event(sari, "viewing.started")
        await tell(desk.account)
        assert [(e["seq"], e["prev"]) for e in await numbered(sari, 1)] == [(2, 1)]


async def presence(desk: Desk, agent_id: UUID) -> str | None:
    """Return what is shown of the agent."""
    async with desk.account.reading() as session:
        agent = await find_agent(session, desk.account.id, agent_id)
    return agent and agent.presence


async def test_of_two_consoles_one_keeps_the_agent_online(desk: Desk, served: Served) -> None:
    agent = await desk.agent("Ani")
    caller = await desk.sign_in(served)
    async with served.socket(await desk.supervisor(served)) as sari:
        first, second = await served.socket(caller), await served.socket(caller)
        for _ in range(2):
            assert (await next_event(sari, "agent.present"))["agent_id"] == str(agent.id)
        await first.close()
        assert "agent.absent" not in [frame["type"] for frame in await frames_for(sari, 0.5)]
        assert await presence(desk, agent.id) == "online"
        await second.close()
        assert (await next_event(sari, "agent.absent"))["agent_id"] == str(agent.id)
    assert await presence(desk, agent.id) == "offline"


async def test_agent_who_is_away_gets_no_turn_until_he_is_back(desk: Desk, served: Served) -> None:
    agent = await desk.agent("Ani")
    sari = await desk.supervisor(served)
    caller = await desk.sign_in(served)
    async with (
        served.socket(caller) as socket,
        served.socket(caller),
        served.socket(sari, **await stands_at(sari)) as watching,
    ):
        await next_event(socket, "agent.present")
        await say(socket, "presence", away=True)
        assert (await next_event(watching, "agent.absent"))["presence"] == "away"
        assert await presence(desk, agent.id) == "away"
        await served.hook(desk.device)
        waiting = await next_event(watching, "conversation.routed")
        assert waiting["conversation"]["status"] == "waiting"
        await say(socket, "presence", away=False)
        given = await next_event(watching, "conversation.assigned", within=2)
    assert given["conversation"]["assignee_id"] == str(agent.id)


async def test_agent_who_is_away_stays_away_in_a_new_window(desk: Desk, served: Served) -> None:
    agent = await desk.agent("Ani")
    caller = await desk.sign_in(served)
    async with served.socket(caller) as first:
        await next_event(first, "agent.present")
        await say(first, "presence", away=True)
        await next_event(first, "agent.absent")
        async with served.socket(caller) as second:
            assert (await next_event(second, "agent.absent"))["presence"] == "away"
            assert await presence(desk, agent.id) == "away"


async def test_agent_who_is_away_is_away_after_a_reload_and_there_after_signing_in(
    desk: Desk, served: Served
) -> None:
    agent = await desk.agent("Ani")
    caller = await desk.sign_in(served)
    async with served.socket(caller) as socket:
        await next_event(socket, "agent.present")
        await say(socket, "presence", away=True, reason=" Lun\0ch\n ")
        assert (await next_event(socket, "agent.absent"))["reason"] == "Lunch"
    async with served.socket(caller) as reloaded:
        told = await next_event(reloaded, "agent.absent")
        if told["presence"] == "offline":  # the socket of before the reload closed
            told = await next_event(reloaded, "agent.absent")
        assert (told["presence"], told["reason"]) == ("away", "Lunch")
    async with served.socket(await desk.sign_in(served)) as anew:
        assert (await next_event(anew, "agent.present"))["reason"] == ""
        assert await presence(desk, agent.id) == "online"


async def test_supervisor_has_no_console_and_no_presence(desk: Desk, served: Served) -> None:
    async with served.socket(await desk.supervisor(served)) as sari:
        await say(sari, "presence", away=True)
        await tell(desk.account)
        await numbered(sari, 1)
        async with desk.account.reading() as session:
            assert await fetch(session, "select from console") == []


async def test_transfer_takes_the_conversation_off_one_screen_and_onto_the_other(
    desk: Desk, served: Served
) -> None:
    care = await make_division(desk.account, name="Care")
    ani = await desk.agent("Ani")
    await desk.agent("Budi", division_id=care)
    talk = await make_conversation(
        desk.account, desk.device, division_id=desk.division, assignee=ani
    )
    async with (
        served.socket(await desk.sign_in(served, "Ani")) as old,
        served.socket(await desk.sign_in(served, "Budi")) as new,
    ):
        for socket in (old, new):
            await next_event(socket, "agent.present")
        async with desk.account.work() as work:
            await transfer_to_division(work, ani, talk.id, care, now=clock.now())
        gone = await next_event(old, "conversation.transferred")
        came = await next_event(new, "conversation.transferred")
    assert gone["is_removed"]
    assert "conversation" not in gone
    assert came["conversation"]["contact"]["number"] == talk.contact.number


async def test_new_name_of_a_contact_is_for_those_who_see_the_contact(
    desk: Desk, served: Served
) -> None:
    care = await make_division(desk.account, name="Care")
    await desk.agent("Ani")
    await desk.agent("Budi", division_id=care)
    await make_conversation(
        desk.account, desk.device, number="6285550001", division_id=desk.division
    )
    async with (
        served.socket(await desk.sign_in(served, "Ani")) as sees,
        served.socket(await desk.sign_in(served, "Budi")) as does_not,
    ):
        for socket in (sees, does_not):
            await next_event(socket, "agent.present")
        await served.hook(desk.device, name="Pak Joko")
        event = await next_event(sees, "contact.updated")
        seen = await frames_for(does_not, 0.5)
    assert event["contact"]["name"] == "Pak Joko"
    assert not [frame for frame in seen if "prev" in frame]


async def test_disabled_agent_leaves_no_console_behind(desk: Desk, served: Served) -> None:
    agent = await desk.agent("Ani")
    async with served.socket(await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        async with desk.account.work() as work:
            await change_agent(work, agent.id, {"is_enabled": False}, now=clock.now())
        await socket.wait_closed()
    await asyncio.sleep(0.1)
    async with desk.account.reading() as session:
        assert await fetch(session, "select from console") == []
