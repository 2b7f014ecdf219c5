"""Signing in, what the cookie is like, who counts as the same page, and how sessions end."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from helpdesk import clock
from helpdesk.actions.accounts import reset_password
from helpdesk.database import execute
from tests.api.house import PASSWORD, House, Role
from tests.factories import CUSTOMER, make_conversation, make_device, receive
from tests.served import Caller, serve

SESSION = "/api/v1/session"
NUMBER = "628112223334"


@pytest.mark.parametrize(
    "spelling",
    [
        "628112223334",
        "08112223334",
        "+628112223334",
        "+62 811 222 3334",
        "0811-222-3334",
        " 62 811-2223334 ",
        "00628112223334",
        "(0811) 222.3334",
    ],
)
async def test_an_agent_signs_in_by_every_spelling_of_the_number(
    house: House, spelling: str
) -> None:
    device = await house.served.caller(house.account_token).post(
        "/api/v1/devices",
        json={"name": "Shop", "number": NUMBER, "gateway": {"kind": "simulated"}},
    )
    body = {"name": "Budi", "device_id": device.json()["id"]}
    added = await house.served.caller(house.account_token).post("/api/v1/agents", json=body)
    signed_in = await house.served.caller().post(
        SESSION, json={"device": spelling, "token": added.json()["token"]}
    )
    assert signed_in.status_code == 201
    assert signed_in.json()["agent"]["name"] == "Budi"


async def test_the_answer_to_an_agent_tells_role_agent_and_csrf(house: House) -> None:
    body = {"device": house.device.number, "token": house.agent_token}
    answer = (await house.served.caller().post(SESSION, json=body)).json()
    assert (answer["role"], answer["agent"]["id"]) == ("agent", str(house.agent.id))
    assert (answer["user"], answer["account_id"]) == (None, str(house.account.id))
    assert len(answer["csrf"]) > 20


@pytest.mark.parametrize("role", ["owner", "supervisor"])
async def test_a_person_signs_in_by_e_mail_in_any_case(house: House, role: str) -> None:
    body = {"email": f" {house.emails[role].upper()} ", "password": PASSWORD}
    answer = (await house.served.caller().post(SESSION, json=body)).json()
    assert (answer["role"], answer["user"]["role"], answer["agent"]) == (role, role, None)


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(house: House) -> None:
    body = {"device": house.device.number, "token": house.agent_token}
    answer = await house.served.caller().post(SESSION, json=body)
    name, *attributes = cookie_of(answer)
    assert name == "helpdesk_session"
    assert {"httponly", "samesite=strict", "path=/", "max-age=604800"} <= set(attributes)
    assert not {"secure"} & set(attributes)
    assert not [each for each in attributes if each.startswith("domain")]


async def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(
    house: House, tmp_path: Any
) -> None:
    database = house.account.database
    async with serve(database, tmp_path, public_url="https://desk.example.com") as served:
        body = {"device": house.device.number, "token": house.agent_token}
        answer = await served.caller().post(SESSION, json=body)
        name, *attributes = cookie_of(answer)
        assert name == "__Host-helpdesk_session"
        assert {"httponly", "samesite=strict", "path=/", "secure"} <= set(attributes)
        assert not [each for each in attributes if each.startswith("domain")]
        value = answer.headers["set-cookie"].partition(";")[0]
        plain = value.replace("__Host-", "")
        assert (await served.caller().get(SESSION, headers={"Cookie": value})).status_code == 200
        assert (await served.caller().get(SESSION, headers={"Cookie": plain})).status_code == 401


def cookie_of(answer: httpx.Response) -> list[str]:
    """Return the name and the attributes, in small letters, of the cookie that was set."""
    first, *attributes = answer.headers["set-cookie"].split("; ")
    return [first.partition("=")[0], *(each.lower() for each in attributes)]


@pytest.mark.parametrize("role", ["agent", "supervisor", "owner"])
async def test_the_session_tells_who_i_am_until_i_sign_out(house: House, role: Role) -> None:
    caller = await house.caller(role)
    cookie = {"Cookie": f"helpdesk_session={caller.cookies['helpdesk_session']}"}
    assert (await caller.get(SESSION)).json()["role"] == role
    signed_out = await caller.delete(SESSION)
    assert (signed_out.status_code, cookie_of(signed_out)[0]) == (204, "helpdesk_session")
    assert "max-age=0" in cookie_of(signed_out)
    assert (await house.served.caller().get(SESSION, headers=cookie)).status_code == 401


@pytest.mark.parametrize("role", ["account", "device"])
async def test_a_token_knows_what_it_is_and_has_no_csrf(house: House, role: Role) -> None:
    caller = await house.caller(role)
    answer = (await caller.get(SESSION)).json()
    assert (answer["role"], answer["csrf"], answer["agent"]) == (role, None, None)


async def test_a_token_is_taken_without_the_word_bearer(house: House) -> None:
    bare = {"Authorization": house.account_token}
    answer = await house.served.caller().get(SESSION, headers=bare)
    assert answer.json()["role"] == "account"


async def test_an_agents_token_is_no_bearer_token(house: House) -> None:
    answer = await house.served.caller(house.agent_token).get(SESSION)
    assert answer.status_code == 401


async def test_a_token_changes_things_without_csrf_and_from_any_origin(house: House) -> None:
    caller = await house.caller("account")
    elsewhere = {"Origin": "https://shop.example.com"}
    answer = await caller.patch("/api/v1/account", json={"name": "Toko"}, headers=elsewhere)
    assert answer.status_code == 200


@pytest.mark.parametrize("token", [None, "", "wrong", "other session's"])
async def test_a_change_by_cookie_needs_the_sessions_own_csrf_token(
    house: House, token: str | None
) -> None:
    caller = await house.caller("owner")
    del caller.headers["X-CSRF-Token"]
    if token == "other session's":
        token = (await house.caller("owner")).headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token}
    answer = await caller.patch("/api/v1/account", json={"name": "Evil"}, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (403, "csrf")
    assert (await caller.get("/api/v1/account")).json()["name"] == "Toko"


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", "http://127.0.0.1:1"])
async def test_a_page_of_another_origin_may_not_use_the_cookie(house: House, origin: str) -> None:
    caller = await house.caller("owner")
    foreign = {"Origin": origin}
    changed = await caller.patch("/api/v1/account", json={"name": "Evil"}, headers=foreign)
    read = await caller.get(SESSION, headers=foreign)
    assert (changed.status_code, changed.json()["reason"]) == (403, "origin")
    assert read.status_code == 403
    own = {"Origin": house.served.url}
    assert (await caller.get(SESSION, headers=own)).status_code == 200


async def test_a_page_of_another_origin_may_not_sign_a_browser_in(house: House) -> None:
    body = {"device": house.device.number, "token": house.agent_token}
    foreign = {"Origin": "https://evil.example.com"}
    answer = await house.served.caller().post(SESSION, json=body, headers=foreign)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


async def test_a_device_token_acts_on_its_device_alone(house: House) -> None:
    other = await make_device(house.account, number="6281100000002")
    theirs = await receive(house.account, other)
    own = await make_conversation(house.account, house.device, number="6285550002")
    caller = await house.caller("device")
    path = f"/api/v1/conversations/{theirs.conversation.id}"
    body = {"client_id": str(own.id), "text": "Hi"}
    assert (await caller.get(f"/api/v1/conversations/{own.id}")).status_code == 200
    assert (await caller.get(path)).status_code == 404
    assert (await caller.get(f"{path}/messages")).status_code == 404
    assert (await caller.post(f"{path}/messages", json=body)).status_code == 404
    assert (await caller.post(f"{path}/read")).status_code == 404
    assert (await caller.get(f"/api/v1/messages/{theirs.message.id}")).status_code == 404
    contact = f"/api/v1/contacts/{theirs.conversation.contact.id}"
    assert (await caller.get(contact)).status_code == 404
    listed = (await caller.get("/api/v1/conversations?view=all")).json()["items"]
    assert [each["id"] for each in listed] == [str(own.id)]
    assert (await caller.get("/api/v1/contacts", params={"number": CUSTOMER})).json()["items"] == []


async def end_by_sign_out(house: House, caller: Caller) -> None:
    assert (await caller.delete(SESSION)).status_code == 204


async def end_by_disabling(house: House, caller: Caller) -> None:
    owner, path = await house.caller("owner"), f"/api/v1/agents/{house.agent.id}"
    assert (await owner.patch(path, json={"enabled": False})).status_code == 200


async def end_by_removal(house: House, caller: Caller) -> None:
    owner, path = await house.caller("owner"), f"/api/v1/agents/{house.agent.id}"
    assert (await owner.delete(path)).status_code == 204


async def end_by_new_token(house: House, caller: Caller) -> None:
    owner, path = await house.caller("owner"), f"/api/v1/agents/{house.agent.id}/token"
    assert (await owner.post(path)).status_code == 201


async def end_by_idleness(house: House, caller: Caller) -> None:
    await age(house, "seen_at = seen_at - interval '12 hours 1 second'")


async def end_by_age(house: House, caller: Caller) -> None:
    seven_days = "created_at = created_at - interval '7 days 1 second'"
    await age(house, f"{seven_days}, expires_at = expires_at - interval '7 days 1 second'")


async def age(house: House, changes: str) -> None:
    async with house.account.work() as work:
        await execute(work.session, f"update session set {changes}")  # noqa: S608 - ours


@pytest.mark.parametrize(
    "end",
    [
        end_by_sign_out,
        end_by_disabling,
        end_by_removal,
        end_by_new_token,
        end_by_idleness,
        end_by_age,
    ],
)
async def test_a_session_of_an_agent_ends(house: House, end: Any) -> None:
    caller = await house.caller("agent")
    cookie = {"Cookie": f"helpdesk_session={caller.cookies['helpdesk_session']}"}
    assert (await caller.get(SESSION)).status_code == 200
    await end(house, caller)
    answer = await house.served.caller().get(SESSION, headers=cookie)
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ("seen_at = seen_at - interval '11 hours 59 minutes'", 200),
        ("expires_at = expires_at - interval '6 days 23 hours'", 200),
    ],
)
async def test_a_session_lives_until_then(house: House, changes: str, status: int) -> None:
    caller = await house.caller("agent")
    await age(house, changes)
    assert (await caller.get(SESSION)).status_code == status


async def test_using_a_session_keeps_it_from_getting_idle(house: House) -> None:
    caller = await house.caller("agent")
    for _ in range(2):
        await age(house, "seen_at = seen_at - interval '11 hours'")
        assert (await caller.get(SESSION)).status_code == 200


async def test_a_new_password_ends_the_persons_sessions_and_no_others(house: House) -> None:
    owner, supervisor = await asyncio.gather(house.caller("owner"), house.caller("supervisor"))
    async with house.account.database.unit_of_work() as work:
        await reset_password(work, email=house.emails["supervisor"], password="another one 123")
    assert (await supervisor.get(SESSION)).status_code == 401
    assert (await owner.get(SESSION)).status_code == 200


async def test_a_new_account_token_ends_the_old_one(house: House) -> None:
    old, owner = await house.caller("account"), await house.caller("owner")
    fresh = (await owner.post("/api/v1/account/token")).json()["token"]
    assert (await old.get(SESSION)).status_code == 401
    assert (await house.served.caller(fresh).get(SESSION)).json()["role"] == "account"


async def test_a_new_device_token_ends_the_old_one(house: House) -> None:
    old, owner = await house.caller("device"), await house.caller("owner")
    answer = await owner.post(f"/api/v1/devices/{house.device.id}/token")
    assert (await old.get(SESSION)).status_code == 401
    fresh = house.served.caller(answer.json()["token"])
    assert (await fresh.get(SESSION)).json()["role"] == "device"


async def test_a_session_lasts_seven_days_by_its_row(house: House) -> None:
    await house.caller("agent")
    async with house.account.database.engine.connect() as connection:
        rows = await connection.exec_driver_sql("select expires_at from session")
        left = rows.scalar_one() - clock.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)
