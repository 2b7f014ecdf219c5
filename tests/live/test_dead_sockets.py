"""Sockets of which the other side is gone without a word, and processes that are killed."""

import asyncio
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from helpdesk import serving
from helpdesk.database import Database
from helpdesk.queries.agents import LEASE_SECONDS, find_agent
from helpdesk.serving import PING_SECONDS, PONG_SECONDS
from helpdesk.settings import Settings
from helpdesk.workers.nodes import PULSE_SECONDS
from tests.live.desk import Desk, until
from tests.served import next_event, serve

DEAD_SOCKET_SECONDS, DEAD_PROCESS_SECONDS = 25, 30


def test_a_dead_socket_is_found_within_25_seconds() -> None:
    config = serving._config("helpdesk.app:app_from_environment", Settings(), "127.0.0.1", 0)
    assert (config.ws_ping_interval, config.ws_ping_timeout) == (PING_SECONDS, PONG_SECONDS)
    assert PING_SECONDS + PONG_SECONDS < DEAD_SOCKET_SECONDS


def test_agents_of_a_killed_process_are_offline_within_30_seconds() -> None:
    assert PULSE_SECONDS * 3 < LEASE_SECONDS, "one slow pulse is no death"
    assert LEASE_SECONDS + PULSE_SECONDS <= DEAD_PROCESS_SECONDS, "swept, and told to everybody"


def fall_silent(socket: ClientConnection) -> None:
    """Let the other side read nothing more, and so answer no ping."""
    socket.transport.pause_reading()


@pytest.mark.parametrize("is_dead", [True, False], ids=["dead", "living"])
async def test_whose_socket_is_dead_is_offline_and_whose_lives_is_not(
    desk: Desk, database: Database, tmp_path: Path, *, is_dead: bool
) -> None:
    agent = await desk.agent()

    async def is_offline() -> bool:
        async with desk.account.reading() as session:
            found = await find_agent(session, desk.account.id, agent.id)
        return found is not None and found.presence == "offline"

    async with (
        serve(database, tmp_path, pings=(0.2, 0.2)) as served,
        served.socket(await desk.sign_in(served)) as socket,
    ):
        await next_event(socket, "agent.present")
        if is_dead:
            fall_silent(socket)
            await until(is_offline)
            socket.transport.abort()
        else:
            await asyncio.sleep(1.5)
            assert not await is_offline()
