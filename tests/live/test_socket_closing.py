"""How a server closes sockets: restart, sign-out, rights, too chatty, too slow."""

import asyncio
import json
import logging
import socket as sockets
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from helpdesk import clock
from helpdesk.actions.agents import change_agent, remove_agent, rotate_agent_token
from helpdesk.bus import Wake
from helpdesk.database import Database
from helpdesk.live import socket as live_socket
from tests.factories import make_division
from tests.live.desk import (
    Desk,
    bare_socket,
    close_code,
    cookie_of,
    locked,
    numbered,
    run_sql,
    stands_at,
    tell,
    until,
)
from tests.served import Caller, Served, next_event, serve


async def timed_code(socket: ClientConnection) -> tuple[int, float]:
    start = monotonic()
    return await close_code(socket), monotonic() - start


async def test_server_that_stops_says_restart(
    desk: Desk, database: Database, tmp_path: Path
) -> None:
    await desk.agent()
    serving = serve(database, tmp_path)
    served = await serving.__aenter__()
    socket = await served.socket(await desk.sign_in(served))
    await next_event(socket, "agent.present")
    code, stopping = asyncio.create_task(close_code(socket)), serving.__aexit__(None, None, None)
    await stopping
    assert await code == 1012


async def test_sign_out_closes_sockets_on_every_server_within_a_second(
    desk: Desk, served: Served, database: Database, tmp_path: Path
) -> None:
    await desk.agent()
    ani = await desk.sign_in(served)
    other = await desk.sign_in(served)
    async with (
        serve(database, tmp_path / "b") as second,
        served.socket(ani) as here,
        bare_socket(second, cookie=cookie_of(ani), origin=second.url) as there,
        served.socket(other) as stays,
    ):
        for socket in (here, there, stays):
            await next_event(socket, "agent.present")
        assert (await ani.delete("/api/v1/session")).status_code == 204
        codes = await asyncio.gather(timed_code(here), timed_code(there))
        await tell(desk.account)
        assert len(await numbered(stays, 1)) == 1
    assert [code for code, _ in codes] == [4001, 4001]
    assert max(seconds for _, seconds in codes) < 1


@pytest.mark.parametrize(
    "change", [{"sees": "own"}, {"division_id": None}, {"division_id": "another"}]
)
async def test_change_of_rights_closes_with_4003(
    desk: Desk, served: Served, change: dict[str, Any]
) -> None:
    agent = await desk.agent()
    if change.get("division_id"):
        change = {"division_id": await make_division(desk.account, name="Another")}
    async with served.socket(await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        async with desk.account.work() as work:
            await change_agent(work, agent.id, change, now=clock.now())
        code, seconds = await timed_code(socket)
    assert code == 4003
    assert seconds < 1


@pytest.mark.parametrize("how", ["disabled", "removed", "new token"])
async def test_agent_who_may_no_longer_sign_in_gets_4001(
    desk: Desk, served: Served, how: str
) -> None:
    agent = await desk.agent()
    async with served.socket(await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        async with desk.account.work() as work:
            if how == "disabled":
                await change_agent(work, agent.id, {"is_enabled": False}, now=clock.now())
            elif how == "removed":
                await remove_agent(work, agent.id, now=clock.now())
            else:
                await rotate_agent_token(work, desk.account.vault, agent.id, token=None)
        code, seconds = await timed_code(socket)
    assert code == 4001
    assert seconds < 1


async def test_session_that_ran_out_is_noticed_although_the_server_is_busy(
    desk: Desk, served: Served
) -> None:
    await desk.agent()
    async with served.socket(await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        code = asyncio.create_task(close_code(socket, within=3))
        await run_sql(desk.account, "update session set expires_at = now() - interval '1 s'")
        while not code.done():
            served.app.state.live.listener.on_wake(Wake(accounts=frozenset((desk.account.id,))))
            await asyncio.sleep(0.05)
        assert await code == 4001


async def test_121_frames_a_minute_are_too_chatty(desk: Desk, served: Served) -> None:
    await desk.agent()
    async with served.socket(await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        for _ in range(120):
            await socket.send("{}")
        await tell(desk.account)
        assert len(await numbered(socket, 1)) == 1
        await socket.send("{}")
        assert await close_code(socket) == 4029


async def slow_socket(served: Served, caller: Caller, **query: object) -> Any:
    """Open a socket that takes little before it is read from."""
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.settimeout(0)
    address = ("127.0.0.1", int(served.url.rsplit(":", 1)[1]))
    await asyncio.get_running_loop().sock_connect(raw, address)
    connecting = served.socket(caller, **query)
    connecting.create_connection_kwargs["sock"] = raw
    return await connecting


async def read_to_the_end(socket: ClientConnection) -> tuple[int, int]:
    """Return the last event's number and the close code."""
    last = 0
    try:
        while True:
            frame = json.loads(await socket.recv())
            last = frame["seq"] if "prev" in frame else last
    except ConnectionClosed as closed:
        return last, closed.rcvd.code if closed.rcvd else 1006


async def flow(desk: Desk, count: int) -> None:
    """Commit events of 50 kB, ten at a time."""
    for _ in range(count // 10):
        await tell(desk.account, 10, text="x" * 50_000)


async def test_slow_socket_is_closed_and_resumes_whole(
    desk: Desk, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "SLOW_SECONDS", 0.3)
    monkeypatch.setattr(live_socket, "MOST_BEHIND", 20)
    await desk.agent()
    ani = await desk.sign_in(served)
    start = await stands_at(ani)
    slow = await slow_socket(served, ani, **start)
    await flow(desk, 500)
    await until(lambda: not served.app.state.live.hub.sockets)
    got, code = await read_to_the_end(slow)
    assert code == 4008
    assert 0 < got < 500
    async with served.socket(ani, epoch=start["epoch"], after=got) as again:
        events = await numbered(again, 500 - got)
    assert [event["seq"] for event in events] == list(range(got + 1, 501))


async def test_slow_socket_delays_nobody(
    desk: Desk, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "SLOW_SECONDS", 0.3)
    monkeypatch.setattr(live_socket, "MOST_BEHIND", 20)
    await desk.agent()
    ani = await desk.sign_in(served)
    slow = [await slow_socket(served, ani) for _ in range(3)]
    async with served.socket(ani) as quick:
        await next_event(quick, "agent.present")
        delays = []
        for _ in range(40):
            await tell(desk.account, 10, text="x" * 50_000)
            start = monotonic()
            await numbered(quick, 10)
            delays.append(monotonic() - start)
    for socket in slow:
        socket.transport.abort()
    assert sorted(delays)[len(delays) // 2] < 0.2
    assert max(delays) < 1


async def test_consoles_that_break_off_leave_no_error_behind(
    desk: Desk, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    agent = await desk.agent()
    ani = await desk.sign_in(served)
    for _ in range(5):
        socket = await served.socket(ani)
        await next_event(socket, "agent.present")
        socket.transport.abort()
        await tell(desk.account, 5)
    await until(lambda: not served.app.state.live.hub.sockets)

    async def is_offline() -> bool:
        seen = await ani.get(f"/api/v1/agents/{agent.id}")
        return bool(seen.json()["presence"] == "offline")

    await until(is_offline)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_console_whose_end_was_not_stored_is_taken_away_by_the_pulse(
    desk: Desk, served: Served
) -> None:
    agent = await desk.agent()
    ani = await desk.sign_in(served)
    socket = await served.socket(ani)
    await next_event(socket, "agent.present")
    async with locked(desk.account.database, "console"):
        await socket.close()
        await asyncio.sleep(2.3)
    assert (await ani.get(f"/api/v1/agents/{agent.id}")).json()["presence"] == "online"
    await run_sql(desk.account, "update console set opened_at = opened_at - interval '21 s'")
    served.app.state.parts.bus.announce(Wake(topics=frozenset(("pulse",))))

    async def is_offline() -> bool:
        answer = await ani.get(f"/api/v1/agents/{agent.id}")
        return bool(answer.json()["presence"] == "offline")

    await until(is_offline)


async def test_server_that_was_taken_for_dead_closes_its_sockets(
    desk: Desk, served: Served
) -> None:
    await desk.agent()
    ani = await desk.sign_in(served)
    async with served.socket(ani) as socket:
        await next_event(socket, "agent.present")
        await run_sql(desk.account, "delete from console")
        await run_sql(desk.account, "delete from node")
        served.app.state.parts.bus.announce(Wake(topics=frozenset(("pulse",))))
        assert await close_code(socket) == 1012
    async with served.socket(ani) as socket:
        assert await next_event(socket, "agent.present")
