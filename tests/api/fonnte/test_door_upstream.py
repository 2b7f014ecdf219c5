"""`/typing`, `/validate`, the groups and `/rotator` (FONNTE.md 1.6 to 1.10)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from helpdesk.database import execute
from tests.api.fonnte.door import SENT_TO, TARGET, Body, Door, read
from tests.factories import receive
from tests.fake_fonnte import FakeFonnte, refused, says
from tests.workers.sending import make_fonnte

Answer = dict[str, Any]
GROUP = "120363025246125486@g.us"


async def post(door: Door, path: str, fields: Body, *, token: str | None = None) -> Answer:
    """Post with a token, the device's unless another one is given."""
    headers = {"Authorization": token or door.house.device.token}
    return read(await door.caller.post(path, headers=headers, data=fields))


@pytest.mark.parametrize(
    ("path", "deed"),
    [
        ("/typing", "show typing"),
        ("/validate", "tell which numbers are on WhatsApp"),
        ("/fetch-group", "list groups"),
        ("/get-whatsapp-group", "list groups"),
    ],
)
async def test_a_gateway_that_cannot_says_so(door: Door, path: str, deed: str) -> None:
    async with door.account.work() as work:
        await execute(work.session, "update device set gateway_kind = 'pigeon'")
    reason = f"the gateway pigeon cannot {deed}"
    assert await post(door, path, {"target": TARGET}) == {"reason": reason, "status": False}


async def test_typing_is_seen_on_the_phone_until_it_stops(door: Door) -> None:
    house = door.house
    owner = await house.caller("owner")
    path = f"/api/v1/simulated/devices/{house.device.id}"
    seen = []
    for fields in ({"duration": 60}, {"duration": 0, "stop": "true"}):
        await post(door, "/typing", {"target": TARGET} | fields)
        seen.append((await owner.get(path)).json()["typing_to"])
    assert seen == [SENT_TO, None]


async def test_groups_are_told_with_those_who_wrote_in_them(door: Door) -> None:
    await execute_all(door, "update device set is_group_routed = true")
    await receive(door.account, door.house.device, number=GROUP, member="6285550007")
    await door.send({"target": "120363025246125487@g.us", "message": "Halo"})
    answer = await post(door, "/get-whatsapp-group", {})
    assert [(each["id"], each["member"]) for each in answer["data"]] == [
        (GROUP, ["6285550007"]),
        ("120363025246125487@g.us", []),
    ]


async def execute_all(door: Door, sql: str) -> None:
    async with door.account.work() as work:
        await execute(work.session, sql)


@pytest.fixture
async def upstream() -> AsyncIterator[FakeFonnte]:
    async with FakeFonnte() as upstream:
        yield upstream


@pytest.mark.parametrize(
    ("path", "fields", "form", "said", "answer"),
    [
        (
            "/typing",
            {"target": TARGET, "duration": "3"},
            {"target": SENT_TO, "countryCode": "0", "duration": "3", "stop": "false"},
            {"status": True},
            {"detail": "typing", "status": True},
        ),
        (
            "/typing",
            {"target": TARGET, "stop": "true"},
            {"target": SENT_TO, "countryCode": "0", "duration": "0", "stop": "true"},
            {"status": True},
            {"detail": "typing stopped", "status": True},
        ),
        (
            "/validate",
            {"target": f"{TARGET},081234567891"},
            {"target": f"{SENT_TO},6281234567891", "countryCode": "0"},
            {"status": True, "registered": [SENT_TO], "not_registered": ["6281234567891"]},
            {"not_registered": ["6281234567891"], "registered": [SENT_TO], "status": True},
        ),
        (
            "/fetch-group",
            {},
            {},
            {"status": True, "detail": "update whatsapp group list finished"},
            {"detail": "update whatsapp group list finished", "status": True},
        ),
        (
            "/get-whatsapp-group",
            {},
            {},
            {"status": True, "data": [{"id": GROUP, "name": "Toko"}, {"id": 1}, "x"]},
            {"data": [{"id": GROUP, "member": [], "name": "Toko"}], "status": True},
        ),
    ],
    ids=["typing", "stop", "validate", "fetch-group", "get-whatsapp-group"],
)
async def test_a_question_goes_on_to_the_upstream_and_its_answer_comes_back(
    door: Door, upstream: FakeFonnte, path: str, fields: Body, form: Body, said: Body, answer: Body
) -> None:
    device = await make_fonnte(door.account, upstream)
    upstream.then(says(200, said))
    assert await post(door, path, fields, token=device.token) == answer
    [request] = upstream.received
    assert (request.path, request.form) == (path, form)
    assert request.headers["authorization"] == "upstream-token"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("request invalid on disconnected device", "request invalid on disconnected device"),
        ("input invalid", "input invalid"),
        ("invalid token", "the token is refused: invalid token"),
    ],
)
async def test_what_the_upstream_refuses_is_told_with_its_reason(
    door: Door, upstream: FakeFonnte, said: str, reason: str
) -> None:
    device = await make_fonnte(door.account, upstream)
    upstream.then(refused(said))
    answer = await post(door, "/validate", {"target": TARGET}, token=device.token)
    assert answer == {"reason": reason, "status": False}
