"""`/send`: what is sent to whom, and how success is told (FONNTE.md 1.1, 1.2, 5)."""

import pytest

from tests.api.fonnte.door import SENT_TO, TARGET, Body, Door
from tests.factories import make_agent, make_conversation, receive

GROUP = "120363025246125486@g.us"


async def test_every_request_has_a_number_of_its_own(hall_door: Door) -> None:
    fields = {"target": TARGET, "message": "Halo"}
    first, second = [await hall_door.send(fields) for _ in range(2)]
    assert second["requestid"] > first["requestid"]


async def test_a_request_that_is_repeated_is_sent_again(hall_door: Door) -> None:
    fields = {"target": TARGET, "message": "Halo"}
    first, second = [await hall_door.send(fields) for _ in range(2)]
    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    "fields",
    [
        {"typing": None, "duration": 3.0, "inboxid": 12345, "countryCode": 62, "delay": 2},
        {"type": ["x"], "nostyle": {}, "footer": 1, "list": None, "inboxid2": [1]},
    ],
    ids=str,
)
async def test_types_that_only_json_has_are_let_pass(hall_door: Door, fields: Body) -> None:
    body = await hall_door.send(json={"target": TARGET, "message": "Halo"} | fields)
    assert body["status"] is True, body


async def test_a_number_is_a_text_where_a_text_is_wanted(hall_door: Door) -> None:
    body = await hall_door.send(json={"target": 6281234567890, "message": 4711})
    [stored] = await hall_door.messages(body)
    assert (stored["text"], stored["address"]) == ("4711", SENT_TO)


async def test_targets_keep_their_order_and_may_be_repeated(hall_door: Door) -> None:
    listed = f"0812000000001|Ani, +62 812-0000-0002 ,0812000000001|Budi,{GROUP},"
    body = await hall_door.send({"target": listed, "message": "Halo"})
    addresses = ["62812000000001", "6281200000002", "62812000000001", GROUP]
    assert body["target"] == addresses
    assert body["id"] == sorted(set(body["id"]))
    stored = await hall_door.messages(body)
    assert [each["address"] for each in stored] == addresses
    assert [each["contact_kind"] for each in stored] == ["person"] * 3 + ["group"]
    assert [each["contact_name"] for each in stored] == ["Ani", "", "Ani", ""]


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
