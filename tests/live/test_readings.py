"""What is new to each reader: counted for everybody alone, told to one's own windows alone."""

import asyncio
from typing import Any

from websockets.asyncio.client import ClientConnection

from tests.factories import receive
from tests.live.desk import Desk, frames_for
from tests.served import Caller, Served


async def told(socket: ClientConnection) -> list[dict[str, Any]]:
    """What a window hears of its person's reading."""
    return [f for f in await frames_for(socket, 0.5) if f["type"] == "conversation.read"]


async def new_to(caller: Caller, id_: object) -> tuple[int, int]:
    """What is unread of a conversation: for its owner, and for the caller."""
    picture = (await caller.get("/api/v1/sync")).json()
    [talk] = [each for each in picture["conversations"] if each["id"] == str(id_)]
    return talk["unread"], talk["received"] - picture["readings"].get(str(id_), 0)


async def test_a_look_is_ones_own_and_only_the_owners_clears_the_count(
    desk: Desk, served: Served
) -> None:
    owner = await desk.agent("Ani")
    await desk.agent("Budi")
    first = await receive(desk.account, desk.device, text="One")
    id_ = first.conversation.id
    await receive(desk.account, desk.device, text="Two")
    boss = await desk.supervisor(served)
    callers = [await desk.sign_in(served, name) for name in ("Ani", "Budi")]
    given = {"agent_id": str(owner.id)}
    path = f"/api/v1/conversations/{id_}"
    (await boss.post(f"{path}/assign", json=given)).raise_for_status()
    everybody = [*callers, boss]
    assert [await new_to(each, id_) for each in everybody] == [(2, 2)] * 3
    (await callers[1].post(f"{path}/read")).raise_for_status()
    assert [await new_to(each, id_) for each in everybody] == [(2, 2), (2, 0), (2, 2)]
    await receive(desk.account, desk.device, text="Three")
    (await callers[0].post(f"{path}/read")).raise_for_status()
    (await boss.post(f"{path}/read")).raise_for_status()
    assert [await new_to(each, id_) for each in everybody] == [(0, 0), (0, 1), (0, 0)]


async def test_a_look_is_told_to_the_other_windows_of_the_reader_and_to_nobody_else(
    desk: Desk, served: Served
) -> None:
    await desk.agent("Ani")
    await desk.agent("Budi")
    line = await receive(desk.account, desk.device)
    id_ = str(line.conversation.id)
    ani, budi = await desk.sign_in(served, "Ani"), await desk.sign_in(served, "Budi")
    boss = await desk.supervisor(served)
    opened = [await served.socket(each) for each in (ani, ani, budi, boss)]
    (await ani.post(f"/api/v1/conversations/{id_}/read")).raise_for_status()
    frame = {"type": "conversation.read", "conversation_id": id_, "read_number": 1}
    assert await asyncio.gather(*map(told, opened)) == [[frame], [frame], [], []]
    assert (await ani.get("/api/v1/readings")).json() == {id_: 1}
    assert (await budi.get("/api/v1/readings")).json() == {}
    for socket in opened:
        await socket.close()


async def test_what_is_resolved_is_not_among_the_readings_until_it_is_open_again(
    desk: Desk, served: Served
) -> None:
    await desk.agent("Ani")
    line = await receive(desk.account, desk.device)
    boss, path = await desk.supervisor(served), f"/api/v1/conversations/{line.conversation.id}"
    for deed in ("read", "resolve"):
        (await boss.post(f"{path}/{deed}")).raise_for_status()
    assert (await boss.get("/api/v1/readings")).json() == {}
    (await boss.post(f"{path}/reopen")).raise_for_status()
    assert await new_to(boss, line.conversation.id) == (0, 0)
