"""Presence by push: a browser that takes notifications counts as there after it was last open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from websockets.asyncio.client import ClientConnection

from helpdesk.bus import Wake
from helpdesk.database import fetch
from helpdesk.queries.agents import find_agent
from helpdesk.queries.rotas import read_rota
from tests.factories import make_conversation
from tests.fake_fonnte import FakeFonnte
from tests.live.desk import Desk, close_code, frames_for, run_sql, stands_at, until
from tests.push import FakeBrowser
from tests.served import Caller, Served, next_event

PATH = "/api/v1/push-subscriptions"


async def subscribe(caller: Caller, browser: FakeBrowser | None = None) -> None:
    """Let the caller's browser take pushes."""
    answer = await caller.post(PATH, json=(browser or FakeBrowser()).body)
    assert answer.status_code == 204, answer.text


async def presence(desk: Desk, agent_id: UUID) -> tuple[str, str | None]:
    """Return what is shown of the agent, which must be what the rotation sees."""
    async with desk.account.reading() as session:
        agent = await find_agent(session, desk.account.id, agent_id)
        rota = await read_rota(session, (desk.account.id, desk.division))
    assert agent
    assert rota
    assert {seat.agent_id: seat.presence for seat in rota.seats}[agent_id] == agent.presence
    return agent.presence, agent.presence_by


async def let_pass(desk: Desk, served: Served, hours: float) -> None:
    """Let time pass since the browsers were last open, and let the pulse look."""
    await run_sql(
        desk.account,
        "update push_subscription set last_open_at = last_open_at - make_interval(mins => $1)",
        round(hours * 60),
    )
    await run_sql(
        desk.account,
        "update agent set reachable_until = reachable_until - make_interval(mins => $1)",
        round(hours * 60),
    )
    served.app.state.parts.bus.announce(Wake(topics=frozenset(("pulse",))))


@asynccontextmanager
async def watching(desk: Desk, served: Served) -> AsyncIterator[ClientConnection]:
    """The socket of a supervisor, who has seen everything so far."""
    sari = await desk.supervisor(served)
    async with served.socket(sari, **await stands_at(sari)) as socket:
        yield socket


async def told(socket: ClientConnection, type_: str, within: float = 5) -> tuple[Any, Any]:
    frame = await next_event(socket, type_, within=within)
    return frame["presence"], frame["presence_by"]


async def test_agent_who_closes_the_app_stays_reachable_by_push(desk: Desk, served: Served) -> None:
    agent = await desk.agent("Ani")
    ani = await desk.sign_in(served)
    async with watching(desk, served) as sari:
        await subscribe(ani)
        assert await told(sari, "agent.present") == ("online", "push")
        async with served.socket(ani):
            assert await told(sari, "agent.present") == ("online", "console")
            assert await presence(desk, agent.id) == ("online", "console")
        assert await told(sari, "agent.present") == ("online", "push")
        assert await presence(desk, agent.id) == ("online", "push")
        assert (await ani.get(f"/api/v1/agents/{agent.id}")).json()["presence_by"] == "push"


async def test_without_a_browser_that_takes_pushes_closing_is_leaving(
    desk: Desk, served: Served
) -> None:
    agent = await desk.agent("Ani")
    ani = await desk.sign_in(served)
    async with watching(desk, served) as sari:
        async with served.socket(ani):
            assert await told(sari, "agent.present") == ("online", "console")
        assert await told(sari, "agent.absent") == ("offline", None)
    assert await presence(desk, agent.id) == ("offline", None)


async def test_when_the_time_runs_out_everybody_is_told_once(desk: Desk, served: Served) -> None:
    agent = await desk.agent("Ani")
    await subscribe(await desk.sign_in(served))
    async with watching(desk, served) as sari:
        await let_pass(desk, served, 7.9)
        assert await presence(desk, agent.id) == ("online", "push")
        await let_pass(desk, served, 0.2)
        assert await told(sari, "agent.absent") == ("offline", None)
        assert await presence(desk, agent.id) == ("offline", None)
        served.app.state.parts.bus.announce(Wake(topics=frozenset(("pulse",))))
        assert "agent.absent" not in [frame["type"] for frame in await frames_for(sari, 0.5)]


async def test_opening_and_closing_the_app_begins_the_time_anew(desk: Desk, served: Served) -> None:
    agent = await desk.agent("Ani")
    ani = await desk.sign_in(served)
    await subscribe(ani)
    await let_pass(desk, served, 7)
    async with served.socket(ani) as socket:
        await next_event(socket, "agent.present")
        await let_pass(desk, served, 20)
        assert await presence(desk, agent.id) == ("online", "console")
        async with watching(desk, served) as sari:
            await socket.close()
            assert await told(sari, "agent.present") == ("online", "push")
    await let_pass(desk, served, 7)
    assert await presence(desk, agent.id) == ("online", "push")


async def test_while_the_app_is_open_nothing_is_written_for_it(desk: Desk, served: Served) -> None:
    await desk.agent("Ani")
    ani = await desk.sign_in(served)
    await subscribe(ani)
    async with served.socket(ani) as socket:
        await next_event(socket, "agent.present")
        sql = "select xmin, last_open_at from push_subscription"
        async with desk.account.reading() as session:
            before = await fetch(session, sql)
        await frames_for(socket, 1.5)
        async with desk.account.reading() as session:
            assert await fetch(session, sql) == before


async def test_another_device_of_the_agent_does_not_keep_the_phone_open(
    desk: Desk, served: Served
) -> None:
    agent = await desk.agent("Ani")
    await subscribe(await desk.sign_in(served))
    await let_pass(desk, served, 7)
    async with served.socket(await desk.sign_in(served)) as computer:
        await next_event(computer, "agent.present")
    await let_pass(desk, served, 1.1)
    await until(lambda: is_offline(desk, agent.id))


async def is_offline(desk: Desk, agent_id: UUID) -> bool:
    return (await presence(desk, agent_id))[0] == "offline"


async def test_who_waits_is_assigned_as_soon_as_a_browser_takes_pushes(
    desk: Desk, served: Served
) -> None:
    agent = await desk.agent("Ani")
    ani = await desk.sign_in(served)
    await make_conversation(desk.account, desk.device, division_id=desk.division)
    async with watching(desk, served) as sari:
        await subscribe(ani)
        given = await next_event(sari, "conversation.assigned", within=2)
    assert given["conversation"]["assignee_id"] == str(agent.id)


async def test_away_wins(desk: Desk, served: Served) -> None:
    agent = await desk.agent("Ani")
    ani = await desk.sign_in(served)
    await subscribe(ani)
    path = f"/api/v1/agents/{agent.id}/presence"
    async with watching(desk, served) as sari:
        answer = await ani.post(path, json={"away": True, "reason": "Lunch"})
        assert (answer.json()["presence"], answer.json()["presence_by"]) == ("away", "push")
        assert await told(sari, "agent.absent") == ("away", "push")
        await served.hook(desk.device)
        waiting = await next_event(sari, "conversation.routed")
        assert waiting["conversation"]["status"] == "waiting"
        await subscribe(ani)
        assert "conversation.assigned" not in [f["type"] for f in await frames_for(sari, 1.5)]
        await ani.post(path, json={"away": False})
        await next_event(sari, "conversation.assigned", within=2)


@pytest.mark.parametrize("way", ["himself", "sign-out", "token", "disabled", "deleted"])
async def test_who_is_signed_out_is_not_reachable_any_more(
    desk: Desk, served: Served, way: str
) -> None:
    agent = await desk.agent("Ani")
    ani = await desk.sign_in(served)
    sari = await desk.supervisor(served)
    await subscribe(ani)
    path = f"/api/v1/agents/{agent.id}"
    async with served.socket(sari, **await stands_at(sari)) as socket:
        match way:
            case "himself":
                answer = await ani.delete("/api/v1/session")
            case "disabled":
                answer = await sari.patch(path, json={"enabled": False})
            case "deleted":
                answer = await sari.delete(path)
            case _:
                answer = await sari.post(f"{path}/{way}", json={} if way == "token" else None)
        assert answer.status_code in {200, 201, 204}, answer.text
        assert await told(socket, "agent.absent", within=1) == ("offline", None)
    async with desk.account.reading() as session:
        assert await fetch(session, "select from push_subscription") == []
        gone = await find_agent(session, desk.account.id, agent.id)
    assert gone
    assert gone.presence == "offline"


async def test_signing_out_of_one_browser_leaves_the_other_one(desk: Desk, served: Served) -> None:
    agent = await desk.agent("Ani")
    phone, tablet = await desk.sign_in(served), await desk.sign_in(served)
    await subscribe(phone)
    await subscribe(tablet)
    await phone.delete("/api/v1/session")
    assert await presence(desk, agent.id) == ("online", "push")
    await tablet.delete(PATH)
    assert await presence(desk, agent.id) == ("offline", None)
    assert (await tablet.get("/api/v1/session")).status_code == 200


async def test_nobody_counts_past_the_end_of_the_session(desk: Desk, served: Served) -> None:
    agent = await desk.agent("Ani")
    await run_sql(desk.account, "update account set push_presence_hours = 72")
    ani = await desk.sign_in(served)
    await run_sql(desk.account, "update session set expires_at = now() + interval '1 hour'")
    await subscribe(ani)
    assert await presence(desk, agent.id) == ("online", "push")
    await let_pass(desk, served, 1.1)
    assert await presence(desk, agent.id) == ("offline", None)


async def test_what_is_no_subscription_is_refused_by_field(desk: Desk, served: Served) -> None:
    await desk.agent("Ani")
    ani = await desk.sign_in(served)
    good = FakeBrowser().body
    for wrong, field in (
        (good | {"endpoint": "nowhere"}, "endpoint"),
        (good | {"keys": good["keys"] | {"auth": "short"}}, "keys.auth"),
        (good | {"keys": good["keys"] | {"p256dh": "A" * 87}}, "keys.p256dh"),
        (good | {"expirationTime": None}, "expirationTime"),
    ):
        answer = await ani.post(PATH, json=wrong)
        assert answer.status_code == 422
        assert list(answer.json()["errors"]) == [field], answer.text


async def test_the_hours_are_the_accounts_and_hold_at_once(desk: Desk, served: Served) -> None:
    agent = await desk.agent("Ani")
    await subscribe(await desk.sign_in(served))
    await let_pass(desk, served, 3)
    sari = await desk.supervisor(served)
    account = (await sari.get("/api/v1/account")).json()
    assert account["push_presence_hours"] == 8
    async with served.socket(sari, **await stands_at(sari)) as socket:
        await sari.patch("/api/v1/account", json={"push_presence_hours": 2})
        assert await told(socket, "agent.absent") == ("offline", None)
        assert await presence(desk, agent.id) == ("offline", None)
        await sari.patch("/api/v1/account", json={"push_presence_hours": 4})
        assert await told(socket, "agent.present") == ("online", "push")
        await sari.patch("/api/v1/account", json={"push_presence_hours": 0})
        assert await told(socket, "agent.absent") == ("offline", None)
    for wrong in (-1, 73, 1.5):
        answer = await sari.patch("/api/v1/account", json={"push_presence_hours": wrong})
        assert list(answer.json()["errors"]) == ["push_presence_hours"]


async def test_the_session_of_a_phone_lives_as_long_as_the_phone_counts(
    desk: Desk, served: Served
) -> None:
    await desk.agent("Ani")
    phone, computer = await desk.sign_in(served), await desk.sign_in(served)
    await subscribe(phone)
    await (await desk.supervisor(served)).patch("/api/v1/account", json={"push_presence_hours": 24})
    await run_sql(desk.account, "update session set seen_at = seen_at - interval '13 hours'")
    assert (await computer.get("/api/v1/session")).status_code == 401
    assert (await phone.get("/api/v1/session")).status_code == 200
    await run_sql(desk.account, "update session set seen_at = seen_at - interval '13 hours'")
    await let_pass(desk, served, 24.1)
    assert (await phone.get("/api/v1/session")).status_code == 401


async def test_a_server_pushes_what_comes_while_the_app_is_closed(
    desk: Desk, served: Served
) -> None:
    agent = await desk.agent("Ani")
    ani = await desk.sign_in(served)
    async with FakeFonnte() as service:
        phone = FakeBrowser(service)
        key = (await ani.get(f"{PATH}/key")).json()
        await subscribe(ani, phone)
        async with served.socket(ani) as socket:
            await next_event(socket, "agent.present")
            await served.hook(desk.device, text="You are here")
            await next_event(socket, "message.received")
            await asyncio.sleep(1.5)
        await served.hook(desk.device, text="You are not")
        async with asyncio.timeout(5):
            await service.wait_for(1)
        [pushed] = phone.told
    assert pushed["text"] == "You are not"
    assert phone.requests[0].headers["authorization"].endswith(f"k={key['public_key']}")
    assert key["presence_hours"] == 8
    assert await presence(desk, agent.id) == ("online", "push")


async def test_a_supervisors_own_browser_takes_pushes_without_a_seat(
    desk: Desk, served: Served
) -> None:
    sari = await desk.supervisor(served)
    await subscribe(sari)
    async with served.socket(sari) as socket:
        await next_event(socket, "hello")
        await sari.delete("/api/v1/session")
        assert await close_code(socket) == 4001


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1:22", "[::1]"])
async def test_who_names_an_address_that_no_push_goes_to_is_not_there_by_it(
    desk: Desk, served: Served, host: str
) -> None:
    agent = await desk.agent()
    ani = await desk.sign_in(served)
    answer = await ani.post(PATH, json=FakeBrowser().body | {"endpoint": f"https://{host}/p"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["endpoint"])
    assert await presence(desk, agent.id) == ("offline", None)
