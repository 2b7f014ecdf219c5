"""Who gets a socket: by cookie and Origin, or by a ticket; how many, and how large the frames."""

import asyncio
import json
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from tests.factories import AccountUnderTest
from tests.live.desk import (
    Desk,
    bare_socket,
    close_code,
    cookie_of,
    locked,
    numbered,
    run_sql,
    tell,
    until,
)
from tests.served import Caller, Served, next_event


async def status(connecting: Any) -> int:
    """Return 101 where the socket opened, else the answer's status."""
    try:
        async with connecting:
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


async def ticket_of(caller: Caller) -> str:
    answer = await caller.post("/api/v1/session/ws-ticket")
    ticket: str = answer.raise_for_status().json()["ticket"]
    return ticket


async def test_ticket_opens_one_socket(desk: Desk, served: Served) -> None:
    await desk.agent()
    query = f"ticket={await ticket_of(await desk.sign_in(served))}"
    async with bare_socket(served, query=query) as socket:
        assert (await next_event(socket))["type"] == "hello"
    assert await status(bare_socket(served, query=query)) == 403


async def test_of_two_who_use_a_ticket_at_once_one_gets_in(desk: Desk, served: Served) -> None:
    await desk.agent()
    query = f"ticket={await ticket_of(await desk.sign_in(served))}"
    statuses = await asyncio.gather(*(status(bare_socket(served, query=query)) for _ in range(5)))
    assert sorted(statuses) == [101, 403, 403, 403, 403]


async def test_ticket_of_30_seconds_ago_is_refused(desk: Desk, served: Served) -> None:
    await desk.agent()
    query = f"ticket={await ticket_of(await desk.sign_in(served))}"
    await run_sql(desk.account, "update ticket set expires_at = expires_at - interval '30 s'")
    assert await status(bare_socket(served, query=query)) == 403


async def test_ticket_is_good_for_almost_30_seconds(desk: Desk, served: Served) -> None:
    await desk.agent()
    query = f"ticket={await ticket_of(await desk.sign_in(served))}"
    await run_sql(desk.account, "update ticket set expires_at = expires_at - interval '20 s'")
    assert await status(bare_socket(served, query=query)) == 101


async def test_ticket_is_no_good_in_another_account(
    desk: Desk, served: Served, other_account: AccountUnderTest
) -> None:
    await desk.agent()
    secret = (await ticket_of(await desk.sign_in(served))).partition(".")[2]
    query = f"ticket={other_account.id.hex}.{secret}"
    assert await status(bare_socket(served, query=query)) == 403


async def test_ticket_of_somebody_signed_out_is_refused(desk: Desk, served: Served) -> None:
    await desk.agent()
    ani = await desk.sign_in(served)
    query = f"ticket={await ticket_of(ani)}"
    assert (await ani.delete("/api/v1/session")).status_code == 204
    assert await status(bare_socket(served, query=query)) == 403


async def test_what_is_no_ticket_is_refused(served: Served) -> None:
    for ticket in ("x", "x.y", f"{'0' * 32}.", f"{'0' * 32}.hd_tic_x", "%00.%00"):
        assert await status(bare_socket(served, query=f"ticket={ticket}")) == 403, ticket


async def test_cookie_with_another_origin_or_none_is_refused(desk: Desk, served: Served) -> None:
    await desk.agent()
    cookie = cookie_of(await desk.sign_in(served))
    secure = served.url.replace("http://", "https://")
    evil = ("http://evil.example", "null", "http://127.0.0.1:1", "http://[", "https://", "", secure)
    for origin in (None, *evil):
        assert await status(bare_socket(served, cookie=cookie, origin=origin)) == 403, origin
    assert await status(bare_socket(served, cookie=cookie, origin=served.url)) == 101


async def test_origin_that_is_no_address_is_refused_without_a_fault(served: Served) -> None:
    for origin in ("http://[", "null", "https://"):
        answer = await served.caller().post(
            "/api/v1/session", json={"email": "a@b.c", "password": "x"}, headers={"Origin": origin}
        )
        assert answer.status_code == 403, origin


async def test_without_a_session_it_is_refused(served: Served) -> None:
    for cookie in ("", "helpdesk_session=x", f"helpdesk_session={'0' * 32}.hd_ses_x"):
        assert await status(bare_socket(served, cookie=cookie, origin=served.url)) == 403, cookie


async def test_token_of_the_api_opens_no_socket(desk: Desk, served: Served) -> None:
    connecting = bare_socket(served, origin=served.url)
    connecting.additional_headers = {"Authorization": f"Bearer {desk.device.token}"}
    assert await status(connecting) == 403


async def test_nonsense_in_the_query_is_refused(desk: Desk, served: Served) -> None:
    await desk.agent()
    cookie = cookie_of(await desk.sign_in(served))
    for query in ("after=x", "after=1.5"):
        assert (
            await status(bare_socket(served, cookie=cookie, origin=served.url, query=query)) == 403
        ), query


async def sockets(served: Served, caller: Caller, count: int) -> list[ClientConnection]:
    opened = [await served.socket(caller) for _ in range(count)]
    for socket in opened:
        assert (await next_event(socket))["type"] == "hello"
    return opened


async def test_sixth_socket_of_a_session_is_refused(desk: Desk, served: Served) -> None:
    sari = await desk.supervisor(served)
    opened = await sockets(served, sari, 5)
    async with served.socket(sari) as sixth:
        assert await close_code(sixth) == 1013
    await opened[0].close()
    await until(lambda: len(served.app.state.live.hub.sockets) == 4)
    opened += await sockets(served, sari, 1)
    await tell(desk.account)
    for socket in opened[1:]:
        assert (await numbered(socket, 1))[0]["seq"] == 1
        await socket.close()


async def test_sixth_socket_of_an_agent_is_refused_whatever_the_session(
    desk: Desk, served: Served
) -> None:
    await desk.agent()
    opened = [await served.socket(await desk.sign_in(served)) for _ in range(5)]
    for socket in opened:
        await next_event(socket, "agent.present")
    async with served.socket(await desk.sign_in(served)) as sixth:
        assert await close_code(sixth) == 1013
    for socket in opened:
        await socket.close()


async def test_sockets_that_met_a_busy_database_are_not_counted(desk: Desk, served: Served) -> None:
    await desk.agent()
    ani = await desk.sign_in(served)
    async with locked(desk.account.database, "console"):
        refused = [await served.socket(ani) for _ in range(5)]
        codes = await asyncio.gather(*(close_code(socket) for socket in refused))
    assert codes == [1013] * 5
    for socket in await sockets(served, ani, 5):
        await socket.close()


async def test_frame_over_16_kib_ends_the_socket(desk: Desk, served: Served) -> None:
    await desk.agent()
    async with served.socket(await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        await socket.send("x" * 16 * 1024)
        await tell(desk.account)
        assert (await numbered(socket, 1))[0]["seq"] == 1
        await socket.send("x" * (16 * 1024 + 1))
        assert await close_code(socket) == 1009


MALFORMED = (
    "",
    "x",
    "[]",
    "null",
    "{}",
    b"\x00\xff",
    '{"type":"dance"}',
    '{"type":"typing","conversation_id":"x"}',
    '{"type":"typing"}',
    '{"type":"presence","away":"yes"}',
    "[" * 10_000,
    json.dumps({"type": "viewing", "conversation_id": "0" * 32}),
)


async def test_malformed_frames_are_ignored(desk: Desk, served: Served) -> None:
    await desk.agent()
    async with served.socket(await desk.sign_in(served)) as socket:
        await next_event(socket, "agent.present")
        for number, frame in enumerate(MALFORMED, start=1):
            await socket.send(frame)
            await asyncio.sleep(0.02)
            await tell(desk.account)
            assert (await numbered(socket, 1))[0]["seq"] == number
