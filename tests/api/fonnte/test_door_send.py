"""`/send`: what is sent to whom, and how success is told (FONNTE.md 1.1, 1.2, 5)."""

import json
from typing import Any

import pytest

from tests.api.fonnte.door import SENT_TO, TARGET, Body, Door, read
from tests.factories import make_agent, make_conversation, receive

GROUP = "120363025246125486@g.us"


async def test_success_has_the_shape_that_clients_read(hall_door: Door) -> None:
    body = await hall_door.send({"target": TARGET, "message": "Halo"})
    number, request = body.pop("id")[0], body.pop("requestid")
    assert (type(number), type(request)) == (int, int)
    quotas = body.pop("quota")
    assert quotas.keys() == {hall_door.house.device.number}
    assert [*quotas[hall_door.house.device.number]] == ["details", "quota", "remaining", "used"]
    assert body == {
        "detail": "success! message in queue",
        "process": "pending",
        "status": True,
        "target": [SENT_TO],
    }


async def test_every_request_has_a_number_of_its_own(hall_door: Door) -> None:
    fields = {"target": TARGET, "message": "Halo"}
    first, second = [await hall_door.send(fields) for _ in range(2)]
    assert second["requestid"] > first["requestid"]


async def test_a_request_that_is_repeated_is_sent_again(hall_door: Door) -> None:
    fields = {"target": TARGET, "message": "Halo"}
    first, second = [await hall_door.send(fields) for _ in range(2)]
    assert first["id"] != second["id"]


@pytest.mark.parametrize("path", ["/send", "/send/"])
@pytest.mark.parametrize("kind", ["form", "multipart", "json", "json as a form", "query"])
async def test_every_way_to_write_a_request_is_read(hall_door: Door, path: str, kind: str) -> None:
    fields = {"target": TARGET, "message": "Selamat pagi & siang"}
    headers = {"Authorization": hall_door.house.device.token}
    ways: dict[str, dict[str, Any]] = {
        "form": {"data": fields},
        "multipart": {"files": {name: (None, value) for name, value in fields.items()}},
        "json": {"json": fields},
        "json as a form": {
            "content": json.dumps(fields),
            "headers": headers | {"Content-Type": "application/x-www-form-urlencoded"},
        },
    }
    if kind == "query":
        answer = await hall_door.caller.get(path, headers=headers, params=fields)
    else:
        answer = await hall_door.caller.post(path, **{"headers": headers} | ways[kind])
    [stored] = await hall_door.messages(read(answer))
    assert (stored["text"], stored["address"]) == (fields["message"], SENT_TO)


@pytest.mark.parametrize(
    "fields",
    [
        {"schedule": 0, "typing": False, "followup": 0, "delay": 2},
        {"schedule": "0", "typing": "", "followup": "", "delay": "2", "inboxid": ""},
        {"typing": "false", "preview": "1", "connectOnly": "TRUE", "sequence": "f"},
        {"typing": "on", "duration": "3", "inboxid": "12345", "inboxid2": [1]},
        {"typing": None, "duration": 3.0, "inboxid": 12345, "delay": "", "countryCode": 62},
        {"device": "1", "type": ["x"], "nostyle": {}, "footer": 1, "buttonJSON": "{", "list": None},
    ],
    ids=str,
)
async def test_loose_types_and_unknown_fields_are_let_pass(hall_door: Door, fields: Body) -> None:
    body = await hall_door.send(json={"target": TARGET, "message": "Halo"} | fields)
    assert body["status"] is True, body


async def test_a_number_is_a_text_where_a_text_is_wanted(hall_door: Door) -> None:
    body = await hall_door.send(json={"target": 6281234567890, "message": 4711})
    [stored] = await hall_door.messages(body)
    assert (stored["text"], stored["address"]) == ("4711", SENT_TO)


async def test_targets_keep_their_order_and_may_be_repeated(hall_door: Door) -> None:
    listed = f"0812000000001, +62 812-0000-0002 ,0812000000001,{GROUP},"
    body = await hall_door.send({"target": listed, "message": "Halo"})
    addresses = ["62812000000001", "6281200000002", "62812000000001", GROUP]
    assert body["target"] == addresses
    assert body["id"] == sorted(set(body["id"]))
    stored = await hall_door.messages(body)
    assert [each["address"] for each in stored] == addresses
    assert [each["contact_kind"] for each in stored] == ["person"] * 3 + ["group"]


async def test_each_target_has_its_own_variables(hall_door: Door) -> None:
    listed = "08123456781|Ani|Admin,08123456782|Budi,08123456783"
    text = "Halo {name}, {var1}! {var2} {name.x} {?order}"
    stored = await hall_door.messages(await hall_door.send({"target": listed, "message": text}))
    assert [each["text"] for each in stored] == [
        "Halo Ani, Admin! {var2} {name.x} {?order}",
        "Halo Budi, {var1}! {var2} {name.x} {?order}",
        text,
    ]
    assert [each["contact_name"] for each in stored] == ["Ani", "Budi", ""]


@pytest.mark.parametrize(
    ("target", "country", "address"),
    [
        ("081234567890", None, "6281234567890"),
        ("081234567890", "60", "6081234567890"),
        ("081234567890", "+65", "6581234567890"),
        ("081234567890", "0", "081234567890"),
        ("6281234567890", "62", "6281234567890"),
        ("+62 812-3456-7890", None, "6281234567890"),
        ("81234567890", None, "81234567890"),
        ("628123456789-1500000000@g.us", None, "628123456789-1500000000@g.us"),
        (GROUP, "60", GROUP),
        ("98765432109876@lid", None, "98765432109876@lid"),
    ],
)
async def test_the_country_takes_the_place_of_one_leading_zero(
    hall_door: Door, target: str, country: str | None, address: str
) -> None:
    fields = {"target": target, "message": "Halo"} | ({"countryCode": country} if country else {})
    assert (await hall_door.send(fields))["target"] == [address]


async def test_a_location_is_sent_with_its_text(hall_door: Door) -> None:
    fields = {"target": TARGET, "message": "Kantor", "location": "-7.983908, 112.621391"}
    [stored] = await hall_door.messages(await hall_door.send(fields))
    place = {"latitude": -7.983908, "longitude": 112.621391, "name": ""}
    assert (stored["kind"], stored["text"], stored["location"]) == ("location", "Kantor", place)


@pytest.mark.parametrize(
    ("fields", "name", "is_multiple"),
    [
        ({"message": "Mau?", "pollname": "makan", "select": "multiple"}, "makan", True),
        ({"message": "Mau?"}, "Mau?", False),
        ({"pollname": "makan", "select": "single"}, "makan", False),
    ],
)
async def test_a_poll_is_sent(
    hall_door: Door, fields: Body, name: str, *, is_multiple: bool
) -> None:
    body = await hall_door.send({"target": TARGET, "choices": "nasi, mie,roti"} | fields)
    [stored] = await hall_door.messages(body)
    poll = {"name": name, "choices": ["nasi", "mie", "roti"], "is_multiple": is_multiple}
    assert (stored["kind"], stored["poll"]) == ("poll", poll)


async def test_a_batch_is_sent_in_its_order_with_what_stands_beside_it(hall_door: Door) -> None:
    batch = '[{"target":"0812345678|Ani","message":"1 {name}"},{"target":"0812345678","message":2}]'
    body = await hall_door.send({"data": batch, "countryCode": "60"})
    stored = await hall_door.messages(body)
    assert [(each["address"], each["text"]) for each in stored] == [
        ("60812345678", "1 Ani"),
        ("60812345678", "2"),
    ]


async def test_a_message_goes_into_the_open_conversation_and_changes_nobodys_place(
    door: Door,
) -> None:
    house = door.house
    agent = await make_agent(door.account, house.device, name="Budi", division_id=house.division)
    open_ = await make_conversation(
        door.account, house.device, number=SENT_TO, assignee=agent, unread=2
    )
    [stored] = await door.messages(await door.send({"target": TARGET, "message": "Halo"}))
    assert stored["conversation_id"] == open_.id
    [after] = await door.ask("select * from conversation where account_id = $1")
    assert (after["assignee_id"], after["status"], after["unread"]) == (agent.id, "assigned", 2)
    assert after["waiting_since"] == open_.waiting_since
    assert after["last_message_id"] == stored["id"]
    [event] = await door.account.events("message.queued")
    assert event.conversation_id == open_.id


@pytest.mark.parametrize("is_resolved_one_there", [True, False])
async def test_a_message_to_somebody_without_open_conversation_opens_none(
    door: Door, *, is_resolved_one_there: bool
) -> None:
    if is_resolved_one_there:
        await make_conversation(door.account, door.house.device, number=SENT_TO, status="resolved")
    [stored] = await door.messages(await door.send({"target": TARGET, "message": "Halo"}))
    assert stored["conversation_id"] is None
    rows = await door.ask("select status from conversation where account_id = $1")
    assert {row["status"] for row in rows} <= {"resolved"}
    assert len(await door.account.events("message.queued")) == 1


async def test_what_a_contact_wrote_is_quoted_by_its_number(door: Door) -> None:
    line = await receive(door.account, door.house.device, number=SENT_TO)
    fields = {"target": TARGET, "message": "Ya", "inboxid": line.message.number}
    [stored] = await door.messages(await door.send(json=fields))
    assert stored["reply_to"] == line.message.id


async def test_what_somebody_else_wrote_is_not_quoted(door: Door) -> None:
    line = await receive(door.account, door.house.device, number="628999999999")
    fields = {"target": TARGET, "message": "Ya", "inboxid": line.message.number}
    [stored] = await door.messages(await door.send(fields))
    assert stored["reply_to"] is None


async def test_the_sender_is_the_device_whose_token_was_shown(hall_door: Door) -> None:
    [stored] = await hall_door.messages(await hall_door.send({"target": TARGET, "message": "Hi"}))
    assert (stored["sender_kind"], stored["sender_id"]) == ("token", hall_door.house.device.id)
    assert stored["device_id"] == hall_door.house.device.id
