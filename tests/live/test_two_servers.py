"""Two servers on one database: events, presence and the loss of the bus between them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from helpdesk.bus import Wake
from helpdesk.database import Database, fetch
from helpdesk.queries.agents import find_agent
from tests.factories import open_console
from tests.flow.process import Process
from tests.live.desk import (
    Desk,
    bare_socket,
    close_code,
    cookie_of,
    frames_for,
    numbered,
    run_sql,
    tell,
    until,
)
from tests.served import SECRET_KEY, Caller, Served, next_event, serve


@pytest.fixture
async def second(database: Database, tmp_path: Path) -> AsyncIterator[Served]:
    """Another server on the same database."""
    async with serve(database, tmp_path / "second") as running:
        yield running


def socket_at(served: Served, caller: Caller) -> Any:
    """Open a socket at a server with a session from another one."""
    return bare_socket(served, cookie=cookie_of(caller), origin=served.url)


async def delay(socket: ClientConnection, desk: Desk, writer: Served) -> float:
    """Commit an event at a server, and return after how many seconds the socket has it."""
    await tell(desk.account, database=writer.app.state.parts.database)
    committed = monotonic()
    await numbered(socket, 1, within=5)
    return monotonic() - committed


async def test_events_of_one_server_reach_sockets_of_the_other_within_a_second(
    desk: Desk, served: Served, second: Served
) -> None:
    await desk.agent()
    async with socket_at(second, await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        delays = sorted([await delay(socket, desk, served) for _ in range(40)])
    assert delays[-1] < 1
    assert delays[20] < 0.3, delays


async def test_both_servers_sockets_see_one_order_once(
    desk: Desk, served: Served, second: Served
) -> None:
    await desk.agent()
    ani = await desk.sign_in(served)
    async with socket_at(served, ani) as one, socket_at(second, ani) as other:
        for socket in (one, other):
            await next_event(socket, "agent.present")

        async def write(server: Served) -> None:
            for _ in range(100):
                await tell(desk.account, 2, database=server.app.state.parts.database)

        await asyncio.gather(write(served), write(second), write(served))
        seen, seen_there = await asyncio.gather(numbered(one, 600), numbered(other, 600))
    assert [event["seq"] for event in seen] == list(range(1, 601))
    assert seen == seen_there


async def cut_the_bus(database: Database) -> int:
    """End the connections that listen, and return how many there were."""
    async with database.unit_of_work() as work:
        rows = await fetch(
            work.session,
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = ''
              and backend_type = 'client backend'
            """,
        )
    return len(rows)


async def test_without_the_bus_events_come_by_the_poll_and_the_listener_reopens(
    desk: Desk, served: Served, second: Served, database: Database
) -> None:
    await desk.agent()

    async def keep_cutting() -> None:
        while True:
            await cut_the_bus(database)
            await asyncio.sleep(0.05)

    async with socket_at(second, await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        cutting = asyncio.create_task(keep_cutting())
        delays = [await delay(socket, desk, served) for _ in range(4)]
        cutting.cancel()
        await asyncio.sleep(2.5)
        again = sorted([await delay(socket, desk, served) for _ in range(9)])
    assert max(delays) < 2
    assert max(delays) > 0.3, "the bus was there"
    assert again[4] < 0.3, again
    assert await cut_the_bus(database) == 2


async def presence(desk: Desk, agent_id: Any) -> str | None:
    async with desk.account.reading() as session:
        agent = await find_agent(session, desk.account.id, agent_id)
    return agent and agent.presence


async def test_agent_at_one_server_gets_what_comes_in_at_the_other(
    desk: Desk, served: Served, second: Served
) -> None:
    agent = await desk.agent()
    async with (
        served.socket(await desk.supervisor(served)) as sari,
        socket_at(second, await desk.sign_in(served)) as socket,
    ):
        assert (await next_event(sari, "agent.present"))["agent_id"] == str(agent.id)
        assert (await served.hook(desk.device)).status_code == 200
        given = await next_event(socket, "conversation.assigned", within=1)
        assert given["conversation"]["assignee_id"] == str(agent.id)
        await socket.close()
        assert (await next_event(sari, "agent.absent"))["agent_id"] == str(agent.id)
    assert await presence(desk, agent.id) == "offline"


AGED = "update node set seen_at = seen_at - interval '21 s' where name = 'test'"
PULSE = Wake(topics=frozenset(("pulse",)))


async def test_consoles_of_a_dead_node_do_not_count_and_are_swept(
    desk: Desk, served: Served
) -> None:
    agent = await desk.agent()
    async with served.socket(await desk.supervisor(served)) as sari:
        await next_event(sari, "hello")
        await open_console(desk.account, agent)
        assert await presence(desk, agent.id) == "online"
        await run_sql(desk.account, AGED)
        assert await presence(desk, agent.id) == "offline"
        await served.hook(desk.device)
        served.app.state.parts.bus.announce(PULSE)
        told = await frames_for(sari, 0.7)
    by_type = {frame["type"]: frame for frame in told}
    assert by_type["conversation.routed"]["conversation"]["status"] == "waiting"
    assert by_type["agent.absent"]["agent_id"] == str(agent.id)
    async with desk.account.reading() as session:
        assert await fetch(session, "select from console") == []
        assert len(await fetch(session, "select from node")) == 1


async def test_agent_who_is_at_a_living_node_too_is_not_said_to_be_absent(
    desk: Desk, served: Served
) -> None:
    agent = await desk.agent()
    await open_console(desk.account, agent)
    await run_sql(desk.account, AGED)
    async with served.socket(await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        served.app.state.parts.bus.announce(PULSE)
        told = [frame["type"] for frame in await frames_for(socket, 0.5)]
        assert "agent.absent" not in told
        async with desk.account.reading() as session:
            assert len(await fetch(session, "select from console")) == 1
        assert await presence(desk, agent.id) == "online"


async def test_events_reach_a_process_of_its_own_and_back(
    desk: Desk, served: Served, database: Database, tmp_path: Path
) -> None:
    agent = await desk.agent()
    ani = await desk.sign_in(served)
    settings = {"HELPDESK_DATABASE_URL": database.url, "HELPDESK_SECRET_KEY": SECRET_KEY}
    with Process("serve", tmp_path, **settings) as process:
        await asyncio.to_thread(process.start_ready)
        there = Served(process.url, served.settings, served.app)
        async with served.socket(ani) as here, socket_at(there, ani) as socket:
            await next_event(socket, "agent.present")
            delays = [await delay(socket, desk, served) for _ in range(20)]
            await numbered(here, 20)
            assert (await there.hook(desk.device)).status_code == 200
            given = await next_event(here, "conversation.assigned", within=1)
            assert given["conversation"]["assignee_id"] == str(agent.id)
            os.kill(process.pid, signal.SIGTERM)
            assert await close_code(socket) == 1012
    assert sorted(delays)[10] < 0.3
    assert max(delays) < 1


async def test_agent_of_a_killed_process_is_offline_when_its_lease_runs_out(
    desk: Desk, served: Served, database: Database, tmp_path: Path
) -> None:
    agent = await desk.agent()
    ani = await desk.sign_in(served)
    settings = {"HELPDESK_DATABASE_URL": database.url, "HELPDESK_SECRET_KEY": SECRET_KEY}
    with Process("serve", tmp_path, **settings) as process:
        await asyncio.to_thread(process.start_ready)
        there = Served(process.url, served.settings, served.app)
        async with socket_at(there, ani) as socket:
            await next_event(socket, "agent.present")
            process.kill()
            assert await close_code(socket) == 1006
    assert await presence(desk, agent.id) == "online"
    mine = served.app.state.parts.bus.node_id
    older = "update node set seen_at = seen_at - interval '20 s' where id <> $1"
    await run_sql(desk.account, older, mine)
    assert await presence(desk, agent.id) == "offline"
    served.app.state.parts.bus.announce(PULSE)

    async def is_swept() -> bool:
        async with desk.account.reading() as session:
            return not await fetch(session, "select from console")

    await until(is_swept)
