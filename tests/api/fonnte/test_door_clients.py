"""The calls that published clients of Fonnte make, with nothing changed but their base URL.

No client library for Python is in the package index, so the calls are written here exactly as
public ones make them: headers, body type, field types, and what they read of the answer. Seen in
November 2026 in these repositories on GitHub:

- tamp4n/fonnte-python-client (`requests`): a form, the bare token;
- tianrosandhy/laravel-fonnte (PHP): a form, numbers joined with commas, `json_decode`;
- madebyaris/fonnte-wa (TypeScript, axios): JSON with fields of its own, GET `/device?device=…`;
- ozonerik/laravel-fonnte (PHP): JSON, `[]` for no fields, booleans both as text and as such.
"""

from typing import Any

import pytest

from tests.api.fonnte.door import SENT_TO, TARGET, Door

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def bare(door: Door) -> dict[str, str]:
    """The header as all of them write it."""
    return {"Authorization": door.house.device.token}


async def test_the_python_client_sends_a_message(door: Door, bare: dict[str, str]) -> None:
    payload = {"target": "6281234567890", "message": "Hello selamat siang!"}
    answer = await door.caller.post("/send", headers=bare, data=payload)
    assert answer.json()["status"] is True
    [stored] = await door.messages(answer.json())
    assert (stored["address"], stored["text"]) == (SENT_TO, payload["message"])


async def test_the_form_of_the_laravel_client_reaches_every_number(
    door: Door, bare: dict[str, str]
) -> None:
    param = {"delay": "2-5", "target": ",".join([TARGET, "08987654321"]), "message": "PING"}
    answer = await door.caller.post(
        "/send", headers=bare | {"Accept": "application/json"}, data=param
    )
    assert answer.status_code == 200
    body = answer.json()
    assert body["target"] == [SENT_TO, "628987654321"]
    assert (body["process"], len(body["id"])) == ("pending", 2)


async def test_the_typescript_client_sends_json_with_fields_of_its_own(
    door: Door, bare: dict[str, str]
) -> None:
    sent: dict[str, Any] = {
        "target": "6281234567890", "message": "Hi", "device": "my-device", "schedule": 1700000000,
        "delay": 2, "typing": True, "read": True, "online": True, "filename": "a.pdf",
        "footer": "f", "header": "h", "button": '[{"display":"Yes","id":"y"}]',
        "list": '{"title":"t","sections":[]}',
    }  # fmt: skip
    answer = await door.caller.post("/send", headers=bare | JSON, json=sent)
    assert answer.json()["status"] is True


async def test_the_typescript_client_asks_for_a_device_with_get(
    door: Door, bare: dict[str, str]
) -> None:
    query = {"device": "my-device"}
    answer = await door.caller.get("/device", headers=bare | JSON, params=query)
    assert answer.json()["status"] is True
    assert answer.json()["device_status"] == "connect"


async def test_the_laravel_service_lists_adds_and_reads_devices(door: Door) -> None:
    async def make_request(endpoint: str, params: Any, token: str) -> Any:
        answer = await door.caller.post(
            endpoint, headers={"Authorization": token} | JSON, json=params
        )
        assert answer.status_code == 200
        assert answer.json()["status"] is True, answer.json().get("reason", "Unknown error")
        return answer.json()

    account = door.house.account_token
    assert (await make_request("/get-devices", [], account))["data"][0]["token"]
    switches = {"autoread": "false", "personal": "true", "group": "false"}
    added = await make_request(
        "/add-device", {"name": "Toko", "device": "081999999991"} | switches, account
    )
    profile = await make_request("/device", [], added["token"])
    assert (profile["device"], profile["name"]) == ("081999999991", "Toko")
    sent = await make_request("/send", {"target": TARGET, "message": "Halo"}, added["token"])
    assert sent["id"]


async def test_the_laravel_controller_adds_a_device_with_true_booleans(door: Door) -> None:
    fields = {
        "name": "Toko", "device": "081999999992", "autoread": False, "personal": True,
        "group": False,
    }  # fmt: skip
    headers = {"Authorization": door.house.account_token}
    answer = await door.caller.post("/add-device", headers=headers, json=fields)
    assert answer.json()["status"] is True
    assert answer.json()["personal"] == "on"


async def test_a_refusal_is_where_every_client_looks_for_it(
    door: Door, bare: dict[str, str]
) -> None:
    answer = await door.caller.post("/send", headers=bare | JSON, json={"target": TARGET})
    assert answer.status_code == 200
    assert answer.json()["status"] is False
    assert answer.json()["reason"] == "invalid/empty body value"
