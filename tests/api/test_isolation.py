"""Two companies on one server: nothing of the one can be reached with the rights of the other."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.api.house import House, Role, make_house
from tests.api.objects import AUTOREPLY, Objects, broadcast, make_objects, valid_body
from tests.api.role_matrix import MATRIX
from tests.factories import make_account, make_conversation
from tests.served import Caller

CALLERS: tuple[Role, ...] = ("owner", "agent", "account", "device")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
WITH_IDS = [operation for operation in MATRIX if ":uuid}" in operation]
CELLS = [
    (operation, role) for operation in WITH_IDS for role in CALLERS if role in MATRIX[operation]
]


@pytest.fixture(scope="module")
async def ours(hall: House) -> Objects:
    """Account A, in whose name everything is tried."""
    return await make_objects(hall)


@pytest.fixture(scope="module")
async def theirs(hall: House) -> AsyncIterator[Objects]:
    """Account B, whose ids are used; afterwards it is as it was."""
    account = await make_account(hall.account.database, hall.account.vault)
    objects = await make_objects(await make_house(account, hall.served))
    before = await account.events()
    yield objects
    assert await account.events() == before


@pytest.fixture(scope="module")
async def callers(hall: House) -> dict[Role, Caller]:
    """A client of account A for each role."""
    return {role: await hall.caller(role) for role in CALLERS}


async def call(caller: Caller, operation: str, target: Objects, own: Objects) -> httpx.Response:
    """Call with the target's ids in the path, and with a body that would be taken."""
    method, path = operation.split(" ")
    params = {"number": "6285550001"} if "simulated" in path else {}
    files = {"file": ("a.png", PNG)} if path.endswith("/media") else None
    body = valid_body(operation, own)
    return await caller.request(method, target.path(path), json=body, params=params, files=files)


@pytest.mark.parametrize(("operation", "role"), CELLS, ids=str)
async def test_ids_of_another_account_lead_to_nothing(
    callers: dict[Role, Caller], ours: Objects, theirs: Objects, operation: str, role: Role
) -> None:
    answer = await call(callers[role], operation, theirs, ours)
    assert answer.status_code == 404
    if not operation.startswith("HEAD"):
        unknown = Objects(ours.house, {name: uuid4() for name in ours.ids})
        made_up = await call(callers[role], operation, unknown, ours)
        assert answer.json() == made_up.json()


SAFE = [
    operation
    for operation in WITH_IDS
    if not operation.startswith(("DELETE", "HEAD"))
    and not operation.endswith(("token", "turn"))
    # A file without content, an open conversation, a device that is connected already and a
    # broadcast that is under way are refused for reasons of their own.
    and not operation.endswith(("media_id:uuid}", "reopen", "pairing", "resume"))
    # What the contact wrote waits for no gateway.
    and not operation.endswith(("queued", "cancel", "reschedule", "resend"))
]


@pytest.mark.parametrize("operation", SAFE)
async def test_the_same_call_with_own_ids_is_taken(hall: House, operation: str) -> None:
    account = await make_account(hall.account.database, hall.account.vault)
    own = await make_objects(await make_house(account, hall.served))
    role: Role = "agent" if "agent" in MATRIX[operation] else "owner"
    answer = await call(await own.house.caller(role), operation, own, own)
    assert answer.status_code in {200, 201, 204}, answer.text


Asked = tuple[str, str, dict[str, Any]]


def foreign_bodies(own: Objects, their: dict[str, UUID]) -> list[Asked]:
    """Return requests whose bodies name one thing of another account."""
    ids = {name: str(id_) for name, id_ in own.ids.items()}
    foreign = {name: str(id_) for name, id_ in their.items()}
    return [*_setting_up(ids, foreign), *_talking(ids, foreign)]


def _setting_up(ids: dict[str, str], foreign: dict[str, str]) -> list[Asked]:
    agent, device = f"/api/v1/agents/{ids['agent_id']}", f"/api/v1/devices/{ids['device_id']}"
    division, rule = f"/api/v1/divisions/{ids['division_id']}", f"/api/v1/rules/{ids['rule_id']}"
    autoreply = f"/api/v1/autoreplies/{ids['autoreply_id']}"
    new_rule = {"name": "R", "condition": {"type": "always"}}
    new_device = {"name": "D", "number": "6281234567", "gateway": {"kind": "simulated"}}
    in_ours, in_theirs = ({"division_id": each["division_id"]} for each in (ids, foreign))
    on_ours, on_theirs = ({"device_id": each["device_id"]} for each in (ids, foreign))
    by_default = {"default_division_id": foreign["division_id"]}
    to_theirs = {"text": "Hi", "label_ids": [foreign["label_id"]]}
    with_theirs = {**broadcast(), "media_id": foreign["media_id"]}
    return [
        ("POST", "/api/v1/agents", {"name": "E", **on_theirs}),
        ("POST", "/api/v1/agents", {"name": "E", **on_ours, **in_theirs}),
        ("PATCH", agent, on_theirs),
        ("PATCH", agent, in_theirs),
        ("POST", "/api/v1/devices", {**new_device, **by_default}),
        ("PATCH", device, by_default),
        ("POST", "/api/v1/rules", {**new_rule, **on_theirs, **in_ours}),
        ("POST", "/api/v1/rules", {**new_rule, **on_ours, **in_theirs}),
        ("PATCH", rule, on_theirs),
        ("PATCH", rule, in_theirs),
        ("POST", "/api/v1/rules/try", {"text": "Hi", **on_theirs}),
        ("POST", "/api/v1/autoreplies", {**AUTOREPLY, **on_theirs}),
        ("PATCH", autoreply, {"text": "", "template_id": foreign["template_id"]}),
        ("PATCH", autoreply, {"media_id": foreign["media_id"]}),
        ("PATCH", autoreply, {"kind": "default", "words": [], "rotator_id": foreign["rotator_id"]}),
        ("POST", "/api/v1/autoreplies/try", {"text": "Hi", **on_theirs}),
        ("PATCH", f"/api/v1/webhooks/{ids['webhook_id']}", {"device_ids": [foreign["device_id"]]}),
        ("POST", "/api/v1/broadcasts", {**broadcast(), **on_theirs}),
        ("POST", "/api/v1/broadcasts/check", {**broadcast(), **on_theirs}),
        ("POST", "/api/v1/broadcasts", {**to_theirs, **on_ours}),
        ("POST", "/api/v1/broadcasts", {**with_theirs, **on_ours}),
        ("DELETE", f"{division}?reassign_to={foreign['division_id']}", {}),
    ]


def _talking(ids: dict[str, str], foreign: dict[str, str]) -> list[Asked]:
    talk = f"/api/v1/conversations/{ids['conversation_id']}"
    template = f"/api/v1/templates/{ids['template_id']}"
    new = {"name": "T", "shortcut": "theirs", "text": "Hello"}
    message = {"client_id": str(uuid4()), "text": "Hi"}
    media = {"media_id": foreign["media_id"]}
    hand_over = f"/api/v1/agents/{ids['agent_id']}/hand-over"
    forward = f"/api/v1/messages/{ids['message_id']}/forward"
    copy = {"client_id": str(uuid4())}
    theirs = foreign["message_id"]
    contact = f"/api/v1/contacts/{ids['contact_id']}"
    return [
        ("POST", f"{contact}/merges", {"contact_id": foreign["stray_id"]}),
        ("POST", f"{contact}/merges/{foreign['merge_id']}/undo", {}),
        ("DELETE", f"{contact}/notes/{foreign['note_id']}", {}),
        ("POST", "/api/v1/templates", {**new, **media}),
        ("POST", "/api/v1/templates", {**new, "division_ids": [foreign["division_id"]]}),
        ("PATCH", template, media),
        ("PATCH", template, {"division_ids": [ids["division_id"], foreign["division_id"]]}),
        ("POST", f"{template}/render", {"conversation_id": foreign["conversation_id"]}),
        ("POST", f"{talk}/transfer", {"agent_id": foreign["agent_id"]}),
        ("POST", f"{talk}/transfer", {"division_id": foreign["division_id"]}),
        ("POST", f"{talk}/assign", {"agent_id": foreign["agent_id"]}),
        ("POST", hand_over, {"to": {"agent_id": foreign["agent_id"]}}),
        ("POST", hand_over, {"to": {"division_id": foreign["division_id"]}}),
        ("POST", forward, {**copy, "conversation_id": foreign["conversation_id"]}),
        ("POST", forward, {**copy, "device_id": foreign["device_id"], "number": "62811999"}),
        ("POST", f"{talk}/messages", {**message, "expected_last_message_id": theirs}),
        ("POST", f"{talk}/messages", {**message, "template_id": foreign["template_id"]}),
        ("POST", f"{talk}/messages", {**message, **media}),
        ("POST", f"{talk}/messages", {**message, "reply_to": foreign["message_id"]}),
    ]


@pytest.mark.parametrize("number", range(41))
async def test_an_id_of_another_account_in_a_body_is_as_unknown_as_a_made_up_one(
    callers: dict[Role, Caller], ours: Objects, theirs: Objects, number: int
) -> None:
    made_up = {name: uuid4() for name in theirs.ids}
    answers = []
    for ids in (theirs.ids, made_up):
        method, path, body = foreign_bodies(ours, ids)[number]
        answers.append(await callers["account"].request(method, path, json=body or None))
    assert answers[0].status_code in {404, 422}
    assert answers[0].json() == answers[1].json()


def test_every_body_with_a_foreign_id_is_tried(ours: Objects) -> None:
    assert len(foreign_bodies(ours, ours.ids)) == 41


FILTERS = [
    ("/api/v1/conversations", "device_id"),
    ("/api/v1/conversations", "division_id"),
    ("/api/v1/conversations", "contact_id"),
    ("/api/v1/contacts", "label_id"),
    ("/api/v1/agents", "division_id"),
    ("/api/v1/rules", "device_id"),
    ("/api/v1/autoreplies", "device_id"),
    ("/api/v1/polls", "device_id"),
    ("/api/v1/messages", "device_id"),
    ("/api/v1/messages", "broadcast_id"),
    ("/api/v1/search", "device_id"),
    ("/api/v1/search", "division_id"),
    ("/api/v1/search", "agent_id"),
    ("/api/v1/search", "label_id"),
]
SOUGHT = {"q": "Hello"}
"""What every house was written."""


@pytest.mark.parametrize(
    ("path", "name", "role"),
    [(*each, role) for each in FILTERS for role in CALLERS if role in MATRIX[f"GET {each[0]}"]],
)
async def test_a_filter_by_an_id_of_another_account_finds_nothing(
    callers: dict[Role, Caller], theirs: Objects, path: str, name: str, role: Role
) -> None:
    params = {name: str(theirs.ids[name]), "limit": 200} | _sought(path)
    answer = await callers[role].get(path, params=params)
    assert answer.status_code == 200
    assert answer.json() == {key: [] for key in answer.json()} | {"next": None}


def _sought(path: str) -> dict[str, str]:
    """What must be given to find anything at all."""
    return SOUGHT if path.endswith("/search") else {}


LISTS = [
    operation.removeprefix("GET ")
    for operation in MATRIX
    if operation.startswith("GET /api/v1/") and "{" not in operation and "openapi" not in operation
]


@pytest.mark.parametrize("path", LISTS)
async def test_no_list_names_anything_of_another_account(
    callers: dict[Role, Caller], ours: Objects, theirs: Objects, path: str
) -> None:
    for role in CALLERS:
        if role in MATRIX[f"GET {path}"]:
            params = {"view": "all", "state": "unparsed"} | _sought(path)
            answer = await callers[role].get(path, params=params)
            assert answer.status_code == 200
            assert not [id_ for id_ in theirs.ids.values() if str(id_) in answer.text]


async def test_a_page_after_an_id_of_another_account_starts_among_ones_own(
    callers: dict[Role, Caller], ours: Objects, theirs: Objects
) -> None:
    caller = await theirs.house.caller("owner")
    after = (await caller.get("/api/v1/agents", params={"limit": 1})).json()["next"]
    answer = await callers["owner"].get("/api/v1/agents", params={"after": after})
    assert str(theirs.ids["agent_id"]) not in answer.text


async def test_a_client_id_of_another_account_is_free(house: House, other_house: House) -> None:
    body = {"client_id": str(uuid4()), "text": "Hi"}
    answers = []
    for each in (other_house, house):
        conversation = await make_conversation(each.account, each.device)
        path = f"/api/v1/conversations/{conversation.id}/messages"
        answers.append(await (await each.caller("account")).post(path, json=body))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]


async def test_an_idempotency_key_of_another_account_is_free(
    house: House, other_house: House
) -> None:
    headers, body = {"Idempotency-Key": "1"}, {"number": "6285550001", "name": "Rina"}
    answers = [
        await (await each.caller("account")).post("/api/v1/contacts", json=body, headers=headers)
        for each in (other_house, house)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]
