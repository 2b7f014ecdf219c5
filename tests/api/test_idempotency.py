"""`Idempotency-Key`: once per caller, route and key, whatever happens in between."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from helpdesk import clock
from helpdesk.api.idempotency import API
from helpdesk.database import execute, fetch
from helpdesk.queries.idempotency import RequestKey, try_lock_key
from tests.api.house import House
from tests.factories import make_agent, make_conversation
from tests.served import Caller

CONTACTS = "/api/v1/contacts"
KEY = {"Idempotency-Key": "order-17"}
DIVISIONS = "/api/v1/divisions"


async def post(caller: Caller, name: str = "Care", **headers: str) -> httpx.Response:
    """Add a division: two calls without a key would make two."""
    return await caller.post(DIVISIONS, json={"name": name}, headers=KEY | headers)


async def count(house: House, name: str = "Care") -> int:
    """Return how many divisions of the name were added, besides the house's own."""
    async with house.account.work() as work:
        rows = await fetch(
            work.session,
            "select count(*) from division where account_id = $1 and name = $2 and id <> $3",
            house.account.id,
            name,
            house.division,
        )
    return int(rows[0][0])


async def test_without_a_key_the_second_call_is_one_of_its_own(house: House) -> None:
    caller = await house.caller("account")
    answers = [await caller.post(DIVISIONS, json={"name": "Care"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]


async def test_the_same_call_again_has_no_effect_and_the_same_answer(house: House) -> None:
    caller = await house.caller("account")
    first, second = await post(caller), await post(caller)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["content-type"] == first.headers["content-type"]
    assert second.headers["idempotent-replayed"] == "true"
    assert await count(house) == 1
    assert len(await house.account.events("division.changed")) == 1


async def test_the_same_key_with_another_body_is_refused(house: House) -> None:
    caller = await house.caller("account")
    await post(caller)
    answer = await post(caller, "Support")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert await count(house, "Support") == 0


async def test_the_key_of_another_caller_is_another_key(house: House) -> None:
    await post(await house.caller("owner"))
    answer = await post(await house.caller("account"), "Support")
    assert answer.status_code == 201
    assert (await count(house), await count(house, "Support")) == (1, 1)


async def test_two_agents_keys_are_two_keys(house: House) -> None:
    await make_agent(house.account, house.device, token="t" * 20)
    body = {"number": "6285550001"}
    for caller in (await house.caller("agent"), await house.served.agent(house.device, "t" * 20)):
        answer = await caller.post(CONTACTS, json=body, headers=KEY)
        assert "idempotent-replayed" not in answer.headers


async def test_the_key_on_another_route_is_another_key(house: House) -> None:
    caller = await house.caller("account")
    await post(caller)
    answer = await caller.post(CONTACTS, json={"number": "6285550001"}, headers=KEY)
    assert answer.status_code == 201


async def test_the_key_on_another_conversation_is_another_key(house: House) -> None:
    caller = await house.caller("account")
    for number in ("6285550001", "6285550002"):
        conversation = await make_conversation(house.account, house.device, number=number)
        path = f"/api/v1/conversations/{conversation.id}/resolve"
        assert (await caller.post(path, headers=KEY)).json()["id"] == str(conversation.id)


async def test_while_the_first_is_at_work_the_second_is_told_so(house: House) -> None:
    account, caller = house.account, await house.caller("account")
    key = RequestKey(account.id, f"account {account.id} ", DIVISIONS, KEY["Idempotency-Key"])
    async with account.work() as work:
        assert await try_lock_key(work.session, key)
        answer = await post(caller)
    assert (answer.status_code, answer.json()["reason"]) == (409, "in_progress")
    assert (await post(caller)).status_code == 201


async def test_a_refused_call_leaves_no_trace_and_may_be_tried_again(house: House) -> None:
    caller, path = await house.caller("account"), "/api/v1/devices"
    body = {"name": "D", "number": house.device.number, "gateway": {"kind": "simulated"}}
    refused = await caller.post(path, json=body, headers=KEY)
    assert (refused.status_code, await stored(house)) == (409, [])
    taken = await caller.post(path, json=body | {"number": "628112223334"}, headers=KEY)
    assert taken.status_code == 201


@pytest.mark.parametrize("body", [b"{", b'{"nmae": "x"}', b"[]"])
async def test_a_body_that_cannot_be_read_is_refused_as_without_a_key(
    house: House, body: bytes
) -> None:
    caller, headers = await house.caller("account"), {"Content-Type": "application/json"}
    plain = await caller.post(DIVISIONS, content=body, headers=headers)
    keyed = await caller.post(DIVISIONS, content=body, headers=headers | KEY)
    assert (keyed.status_code, keyed.json()) == (plain.status_code, plain.json())
    assert await stored(house) == []


async def stored(house: House) -> list[Any]:
    """Return the answers that are kept."""
    async with house.account.work() as work:
        return await fetch(work.session, "select * from idempotency")


async def test_of_twenty_at_once_one_has_its_effect(house: House) -> None:
    caller = await house.caller("account")
    answers = await asyncio.gather(*(post(caller) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert await count(house) == 1
    assert (await post(caller)).headers["idempotent-replayed"] == "true"


async def test_the_kept_answer_cannot_be_read_in_the_table(house: House) -> None:
    caller = await house.caller("owner")
    body = {"name": "Budi", "device_id": str(house.device.id)}
    first = await caller.post("/api/v1/agents", json=body, headers=KEY)
    again = await caller.post("/api/v1/agents", json=body, headers=KEY)
    token = first.json()["token"]
    assert again.json()["token"] == token
    (row,) = await stored(house)
    assert token.encode() not in row["answer_sealed"]
    assert token not in repr(dict(row))


async def test_a_crash_before_the_commit_leaves_neither_effect_nor_answer(house: House) -> None:
    """The connection dies under the commit's last statement, as it does when a server is killed."""
    caller = await house.caller("account")
    async with house.account.database.engine.connect() as outside:
        await outside.exec_driver_sql("lock table idempotency in access exclusive mode")
        crashed = asyncio.create_task(post(caller))
        await until_somebody_waits(house)
        await outside.exec_driver_sql(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
        answer = await crashed
    assert (answer.status_code, await count(house), await stored(house)) == (503, 0, [])
    assert (await post(caller)).status_code == 201
    assert (await count(house), len(await stored(house))) == (1, 1)


async def until_somebody_waits(house: House) -> None:
    """Return when a transaction waits for a lock."""
    waiting = "datname = current_database() and wait_event_type = 'Lock'"
    for _ in range(75):
        async with house.account.work() as work:
            if await fetch(work.session, f"select from pg_stat_activity where {waiting}"):
                return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


async def test_an_answer_is_kept_for_three_days(house: House) -> None:
    caller = await house.caller("account")
    await post(caller)
    for age, replayed in (("71 hours 59 minutes", True), ("2 minutes", False)):
        async with house.account.work() as work:
            moved = f"created_at = created_at - interval '{age}'"
            await execute(work.session, f"update idempotency set {moved}")  # noqa: S608 - ours
        assert ("idempotent-replayed" in (await post(caller)).headers) is replayed


async def test_a_kept_answer_needs_the_same_rights_as_the_call(house: House) -> None:
    caller = await house.caller("owner")
    await post(caller)
    token = caller.headers.pop("X-CSRF-Token")
    assert (await post(caller)).status_code == 403
    assert (await post(caller, **{"X-CSRF-Token": token})).status_code == 201
    assert (await post(house.served.caller())).status_code == 401


async def test_a_key_that_is_too_long_is_refused(house: House) -> None:
    caller = await house.caller("account")
    answer = await post(caller, **{"Idempotency-Key": "x" * 256})
    assert answer.status_code == 422
    assert (await post(caller, **{"Idempotency-Key": "x" * 255})).status_code == 201


async def test_signing_in_is_never_answered_from_memory(house: House) -> None:
    body = {"device": house.device.number, "token": house.agent_token}
    cookies = [
        (await house.served.caller().post(f"{API}session", json=body, headers=KEY)).cookies
        for _ in range(2)
    ]
    assert len({cookie["helpdesk_session"] for cookie in cookies}) == 2
    assert await stored(house) == []


async def test_an_upload_is_taken_once(house: House) -> None:
    caller = await house.caller("account")
    boundary = {"Content-Type": "multipart/form-data; boundary=b"}
    form = b'Content-Disposition: form-data; name="file"; filename="a.txt"'
    part = b"--b\r\n" + form + b"\r\n\r\nHi\r\n--b--\r\n"
    answers = [
        await caller.post("/api/v1/media", content=part, headers=boundary | KEY) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


async def test_an_upload_repeated_with_another_boundary_is_the_same(house: House) -> None:
    """Clients draw a boundary for every request: httpx, browsers and curl."""
    caller = await house.caller("account")

    async def upload(content: bytes, name: str = "a.txt") -> httpx.Response:
        return await caller.post("/api/v1/media", files={"file": (name, content)}, headers=KEY)

    first, again = await upload(b"Halo"), await upload(b"Halo")
    assert [first.status_code, again.status_code] == [201, 201]
    assert again.json() == first.json()
    for other in (await upload(b"Hola"), await upload(b"Halo", "b.txt")):
        assert (other.status_code, other.json()["code"]) == (422, "invalid_input")


async def test_a_crash_before_the_commit_leaves_no_file(house: House) -> None:
    caller, media = await house.caller("account"), house.served.settings.data_dir / "media"
    async with house.account.database.engine.connect() as outside:
        await outside.exec_driver_sql("lock table idempotency in exclusive mode")
        upload = caller.post("/api/v1/media", files={"file": ("a.txt", b"Halo")}, headers=KEY)
        assert (await upload).status_code == 503
    assert not list(media.glob(f"{house.account.id.hex}/*"))


async def test_an_upload_with_a_key_is_cut_off_where_it_gets_too_large(house: House) -> None:
    caller, chunk = await house.caller("account"), b"x" * 1024 * 1024

    async def upload() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield chunk

    headers = {"Content-Type": "multipart/form-data; boundary=b"} | KEY
    tracemalloc.start()
    try:
        answer = await caller.post("/api/v1/media", content=upload(), headers=headers)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status_code == 413
    assert most < 50 * 1024 * 1024


async def test_a_reply_with_a_key_and_a_client_id_is_one_message(house: House) -> None:
    conversation = await make_conversation(house.account, house.device)
    caller, now = await house.caller("account"), clock.now()
    path = f"/api/v1/conversations/{conversation.id}/messages"
    body = {"client_id": str(uuid4()), "text": f"It is {now}"}
    keyed = [await caller.post(path, json=body, headers=KEY) for _ in range(2)]
    bare = await caller.post(path, json=body)
    assert [answer.status_code for answer in (*keyed, bare)] == [201, 201, 200]
    assert len({answer.json()["id"] for answer in (*keyed, bare)}) == 1
