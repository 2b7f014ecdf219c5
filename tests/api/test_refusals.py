"""What the declared types refuse is told by field, in words, with what to give instead."""

from typing import Any

import pytest

from helpdesk.errors import InputError
from helpdesk.vault import hash_password
from tests.api.house import House

Json = dict[str, Any]
ID = "018f0000-0000-7000-8000-000000000001"
NAME = "Give a text of 1 to 100 characters."
RULE = {"device_id": ID, "name": "R", "division_id": ID}

BODIES: list[tuple[str, Json, dict[str, str]]] = [
    ("divisions", {}, {"name": f"Missing. {NAME}"}),
    ("divisions", {"name": ""}, {"name": NAME}),
    ("divisions", {"name": None}, {"name": NAME}),
    ("divisions", {"name": "x" * 101}, {"name": NAME}),
    ("divisions", {"name": "x", "rotation": "z"}, {"rotation": "Give one of full, partial."}),
    (
        "divisions",
        {"name": "x", "limit": -1},
        {"limit": "Give a whole number from 0 to 10,000 or null."},
    ),
    (
        "divisions",
        {"name": "x", "own_device_only": 7},
        {"own_device_only": "Give true or false."},
    ),
    ("rules", {"device_id": "z"}, {"device_id": "Give an id (UUID)."}),
    (
        "rules",
        RULE | {"condition": {"type": "z"}},
        {
            "condition.type": "Give one of text_contains, text_matches, contact_label, hours,"
            " always, all_of, menu."
        },
    ),
    (
        "rules",
        RULE | {"condition": {"type": "text_contains"}},
        {"condition.words": "Missing. Give a list, each a text."},
    ),
    (
        "rules",
        RULE | {"condition": {"type": "text_contains", "words": [5]}},
        {"condition.words[0]": "Give a text."},
    ),
    (
        "templates",
        {"name": "x", "shortcut": "a b"},
        {"shortcut": "Give a text of at most 32 characters (letters, digits, - and _)."},
    ),
    (
        "templates",
        {"name": "x", "shortcut": "a", "location": {"latitude": 1}},
        {"location.longitude": "Missing. Give a number."},
    ),
    (
        "templates",
        {"name": "x", "shortcut": "a", "division_ids": ["z"]},
        {"division_ids[0]": "Give an id (UUID)."},
    ),
    (f"conversations/{ID}/messages", {"client_id": ID, "blanks": {"a": 5}}, {
        "blanks": "Give a text of at most 2,000 characters.",
    }),
    (f"conversations/{ID}/messages", {"client_id": ID, "blanks": {"a" * 101: "b"}}, {
        "blanks": "Give an object with, by a name of at most 100 characters, a text of at most "
        "2,000 characters.",
    }),
    (
        "devices",
        {"name": "x", "number": "0811222333", "gateway": {"kind": "z"}},
        {"gateway.kind": "Give one of fonnte, simulated."},
    ),
    (
        "devices",
        {"name": "x", "number": "0811222333", "gateway": {"kind": "fonnte", "z": "1"}},
        {
            "gateway.z": "There is no such field. Known: kind, base_url, token.",
            "gateway.base_url": "Missing. Give a text.",
            "gateway.token": "Missing. Give a text.",
        },
    ),
    (
        "devices",
        {"name": "x", "number": "0811222333", "gateway": {"kind": "simulated"}, "source": "z"},
        {"source": "Give one of autoreply, flow, spreadsheet."},
    ),
    (
        "devices",
        {"name": "x", "number": "0811222333", "gateway": {"kind": "simulated"},
         "resend_target": "0811222333"},
        {"resend_target": "Give another number than the device's own, 8 to 15 digits."},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "sent", "errors"), BODIES)
async def test_a_field_of_a_body_is_told_what_to_give(
    hall: House, path: str, sent: Json, errors: dict[str, str]
) -> None:
    answer = await (await hall.caller("account")).post(f"/api/v1/{path}", json=sent)
    assert (answer.status_code, answer.json()["errors"]) == (422, errors)
    assert not {"^", "`", "regex"} & set(answer.text.split())


@pytest.mark.parametrize(
    ("path", "query", "errors"),
    [
        ("inbound", "state=z", {"state": "Give one of failed, ignored, parked, unparsed."}),
        ("inbound", "limit=0", {"limit": "Give a whole number from 1 to 200."}),
        ("inbound", "after=x", {"after": "Give the `next` of the page before."}),
        ("contacts", f"query={'x' * 101}", {"query": "Give a text of at most 100 characters."}),
        (
            "agents",
            "limit=x&division_id=z",
            {"limit": "Give a whole number from 1 to 200.", "division_id": "Give an id (UUID)."},
        ),
        (f"devices/{ID}/simulated-messages", "", {"number": "Missing. Give a text."}),
    ],
)
async def test_a_parameter_is_told_what_to_give_under_its_public_name(
    hall: House, path: str, query: str, errors: dict[str, str]
) -> None:
    answer = await (await hall.caller("account")).get(f"/api/v1/{path}?{query}")
    assert (answer.status_code, answer.json()["errors"]) == (422, errors)


async def test_a_key_with_another_body_is_told_by_its_header(hall: House) -> None:
    caller, headers = await hall.caller("account"), {"Idempotency-Key": ID}
    for name in ("One", "Two"):
        answer = await caller.post("/api/v1/divisions", json={"name": name}, headers=headers)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["Idempotency-Key"])


def test_a_password_that_is_too_short_is_told_how_long_it_has_to_be() -> None:
    with pytest.raises(InputError, match="at least 10 characters") as refused:
        hash_password("x" * 9)
    assert refused.value.facts["errors"] == {"password": "Give at least 10 characters."}
    assert hash_password("x" * 10)


FONNTE = {"kind": "fonnte", "base_url": "http://10.0.0.1", "token": "t"}


@pytest.mark.parametrize(
    ("base_url", "advice"),
    [
        ("http://10.0.0.1", "HELPDESK_OUTBOUND_ALLOW"),
        ("https://192.168.0.9/", "HELPDESK_OUTBOUND_ALLOW"),
        ("http://8.8.8.8:22", "HELPDESK_OUTBOUND_ALLOW"),
        ("ftp://x", "not a plain http or https address"),
        ("x", "not a plain http or https address"),
    ],
)
async def test_a_gateway_that_may_not_be_asked_is_refused_when_the_device_is_made(
    hall: House, base_url: str, advice: str
) -> None:
    body = {"name": "D", "number": "081122233344", "gateway": FONNTE | {"base_url": base_url}}
    answer = await (await hall.caller("account")).post("/api/v1/devices", json=body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["gateway.base_url"])
    assert advice in answer.json()["detail"]


async def test_a_gateway_inside_is_refused_when_the_device_is_changed(house: House) -> None:
    caller = await house.caller("account")
    outside = FONNTE | {"base_url": "http://8.8.8.8"}
    body = {"name": "D", "number": "081122233344", "gateway": outside}
    made = await caller.post("/api/v1/devices", json=body)
    path = f"/api/v1/devices/{made.json()['id']}"
    answer = await caller.patch(path, json={"gateway": {"base_url": "http://10.0.0.1"}})
    assert (made.status_code, answer.status_code) == (201, 422)
    assert list(answer.json()["errors"]) == ["gateway.base_url"]
    kept = (await caller.get(path)).json()["gateway"]
    assert kept == {"kind": "fonnte", "base_url": "http://8.8.8.8"}


async def test_a_gateway_whose_host_is_not_known_yet_is_taken(house: House) -> None:
    gateway = FONNTE | {"base_url": "http://nowhere.invalid"}
    body = {"name": "D", "number": "081122233344", "gateway": gateway}
    answer = await (await house.caller("account")).post("/api/v1/devices", json=body)
    assert answer.status_code == 201


@pytest.mark.parametrize("name", ["sales", " SALES ", "Sales\n"])
async def test_a_division_has_a_name_of_its_own(house: House, name: str) -> None:
    caller, divisions = await house.caller("account"), "/api/v1/divisions"
    made = await caller.post(divisions, json={"name": " Care "})
    again = await caller.post(divisions, json={"name": name})
    renamed = await caller.patch(f"{divisions}/{made.json()['id']}", json={"name": name})
    same = await caller.patch(f"{divisions}/{made.json()['id']}", json={"name": "CARE"})
    assert (made.json()["name"], same.json()["name"]) == ("Care", "CARE")
    for answer in (again, renamed):
        assert (answer.status_code, answer.json()["reason"]) == (409, "name_in_use")
        assert answer.json()["detail"] == f"Another division has the name {name.strip()}."
        assert list(answer.json()["errors"]) == ["name"]


async def test_the_name_of_a_removed_division_and_of_another_account_is_free(
    house: House, other_house: House
) -> None:
    owner, path = await house.caller("owner"), "/api/v1/divisions"
    gone = await owner.post(path, json={"name": "Care"})
    await owner.delete(f"{path}/{gone.json()['id']}")
    for caller in (owner, await other_house.caller("owner")):
        assert (await caller.post(path, json={"name": "Care"})).status_code == 201


async def test_a_division_without_a_name_is_refused(hall: House) -> None:
    answer = await (await hall.caller("account")).post("/api/v1/divisions", json={"name": "  "})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["name"])


async def test_the_page_of_the_documents_shows_limits_and_who_may_call(hall: House) -> None:
    page = (await (await hall.caller("agent")).get("/docs")).text
    for shown in (
        "a text of 1 to 100 characters",
        "a whole number from 0 to 43,200, else <code>1440</code>",
        "one of full, partial",
        "<code>Idempotency-Key</code><td>header<td>optional",
        "Body (optional): <a href='#TakeIn'>",
        "<a href='#session'>session</a> and <a href='#csrf'>csrf</a>, or ",
        "<tr><td>409<td><a href='#Problem'>Problem</a>, The present state forbids it.",
    ):
        assert shown in page, shown
    assert "^[A-Z" not in page
