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
DISCONNECTED = {"reason": "request invalid on disconnected device", "status": False}
KINDS = ["form", "multipart", "json", "php"]
ENDPOINTS: dict[str, tuple[Body, Answer]] = {
    "/typing": ({"target": TARGET, "duration": "3"}, {"detail": "typing", "status": True}),
    "/validate": (
        {"target": f"{TARGET},081234567000", "countryCode": "62"},
        {"not_registered": ["6281234567000"], "registered": [SENT_TO], "status": True},
    ),
    "/fetch-group": ({}, {"detail": "update whatsapp group list finished", "status": True}),
    "/get-whatsapp-group": ({}, {"data": [], "status": True}),
}


async def post(
    door: Door, path: str, fields: Body, kind: str = "form", *, token: str | None = None
) -> Answer:
    """Post with a token, the device's unless another one is given."""
    ways: dict[str, Answer] = {
        "form": {"data": fields},
        "multipart": {"files": {name: (None, str(value)) for name, value in fields.items()}},
        "json": {"json": fields},
        "php": {"json": {"stop": "", "nothing": False} | fields},
    }
    headers = {"Authorization": token or door.house.device.token}
    return read(await door.caller.post(path, headers=headers, **ways[kind]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", ENDPOINTS)
async def test_every_endpoint_reads_every_kind_of_body(
    hall_door: Door, path: str, kind: str
) -> None:
    fields, answer = ENDPOINTS[path]
    assert await post(hall_door, path, fields, kind) == answer


async def test_an_empty_json_array_is_a_body_without_fields(hall_door: Door) -> None:
    headers = {"Authorization": hall_door.house.device.token, "Content-Type": "application/json"}
    for path in ("/fetch-group", "/get-whatsapp-group"):
        answer = read(await hall_door.caller.post(path, headers=headers, content=b"[]"))
        assert answer["status"] is True


@pytest.mark.parametrize(
    ("path", "fields", "reason"),
    [
        ("/typing", {}, "invalid/empty body value"),
        ("/typing", {"target": "12"}, "target input invalid"),
        ("/typing", {"target": TARGET, "duration": "x"}, "invalid/empty body value"),
        ("/typing", {"target": TARGET, "duration": "-1"}, "input invalid"),
        ("/typing", {"target": TARGET, "stop": "maybe"}, "invalid/empty body value"),
        ("/typing", {"target": f"{TARGET},08123456780"}, "input invalid"),
        ("/typing", {"target": "rotator#1"}, "target input invalid"),
        ("/validate", {}, "invalid/empty body value"),
        ("/validate", {"target": GROUP}, "target input invalid"),
        ("/validate", {"target": "rotator#1"}, "target input invalid"),
        (
            "/validate",
            {"target": ",".join(f"62812{n:08}" for n in range(501))},
            "input invalid",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_what_is_no_question_is_refused(
    hall_door: Door, path: str, fields: Body, reason: str
) -> None:
    assert await post(hall_door, path, fields) == {"reason": reason, "status": False}


@pytest.mark.parametrize("path", ENDPOINTS)
async def test_a_wrong_token_is_refused(hall_door: Door, path: str) -> None:
    for token in ("wrong", hall_door.house.account_token):
        answer = await post(hall_door, path, ENDPOINTS[path][0], token=token)
        assert answer == {"reason": "invalid token", "status": False}


@pytest.mark.parametrize("path", ENDPOINTS)
async def test_a_disconnected_device_is_asked_nothing(door: Door, path: str) -> None:
    async with door.account.work() as work:
        await execute(work.session, "update device set status = 'disconnect'")
    assert await post(door, path, ENDPOINTS[path][0]) == DISCONNECTED


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
    assert await post(door, path, ENDPOINTS[path][0]) == {"reason": reason, "status": False}


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


@pytest.mark.parametrize("kind", KINDS)
async def test_rotators_are_listed_for_either_token(door: Door, kind: str) -> None:
    house = door.house
    for token in (house.device.token, house.account_token):
        answer = await post(door, "/rotator", {}, kind, token=token)
        assert answer == {"detail": "no rotator yet", "status": False}
    owner = await house.caller("owner")
    numbers = [{"number": "6281200000001"}]
    await owner.post("/api/v1/rotators", json={"name": "Leads", "numbers": numbers})
    listed = {"data": [{"id": "rotator#1", "name": "Leads"}], "status": True}
    for token in (house.device.token, house.account_token):
        assert await post(door, "/rotator", {}, kind, token=token) == listed
    answer = await post(door, "/rotator", {}, kind, token="wrong")
    assert answer == {"detail": "unknown user", "status": False}


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
        ("request invalid on disconnected device", DISCONNECTED["reason"]),
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
