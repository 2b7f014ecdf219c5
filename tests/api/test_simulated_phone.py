"""The simulated phone's routes: who may call them, for which devices, and what they tell."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from helpdesk.queries.accounts import get_account
from helpdesk.signing import phone_key
from tests.api.house import House
from tests.factories import make_device, receive
from tests.fake_fonnte import FakeFonnte
from tests.served import Caller
from tests.workers.sending import ask, make_fonnte, open_chat, until, until_status

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
DEVICES = "/api/v1/simulated/devices"


async def key_of(house: House) -> str:
    async with house.account.reading() as session:
        account = await get_account(session, house.account.id)
    return phone_key(house.account.vault, account.id, account.token_digest)


async def phone_of(house: House) -> Caller:
    """A client that has nothing but the key."""
    caller = house.served.caller()
    caller.headers["X-Phone-Key"] = await key_of(house)
    return caller


def place(house: House, rest: str = "") -> str:
    return f"{DEVICES}/{house.device.id}{rest}"


async def state(caller: Caller, house: House) -> dict[str, Any]:
    answer = await caller.get(place(house))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_key_opens_what_the_phone_needs(house: House) -> None:
    phone = await phone_of(house)
    [device] = (await phone.get(DEVICES)).json()["items"]
    assert device["id"] == str(house.device.id)
    assert device["hook_url"].endswith(f"/hooks/simulated/{house.device.hook_key}")
    calls = [
        phone.get(place(house)),
        phone.patch(place(house), json={"slow_seconds": 1}),
        phone.get(place(house, "/messages"), params={"number": "6285550001"}),
        phone.post(place(house, "/media"), files={"file": ("a.png", PNG)}),
    ]
    assert [(await call).status_code for call in calls] == [200, 200, 200, 201]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/devices",
        "/api/v1/session",
        "/api/v1/conversations",
        "/api/v1/account/token",
        "/api/v1/sync",
        "/api/v1/openapi.json",
    ],
)
async def test_key_opens_nothing_else(house: House, path: str) -> None:
    assert (await (await phone_of(house)).get(path)).status_code == 401


async def test_key_does_not_reach_the_devices_of_another_account(
    house: House, other_house: House
) -> None:
    phone = await phone_of(house)
    assert (await phone.get(place(other_house))).status_code == 404
    listed = (await phone.get(DEVICES)).json()["items"]
    assert [each["id"] for each in listed] == [str(house.device.id)]


async def test_key_ends_when_the_accounts_token_is_rotated(house: House) -> None:
    phone = await phone_of(house)
    assert (await phone.get(DEVICES)).status_code == 200
    owner = await house.caller("owner")
    assert (await owner.post("/api/v1/account/token")).status_code == 201
    refused = await phone.get(DEVICES)
    assert (refused.status_code, refused.json()["code"]) == (401, "signed_out")
    phone.headers["X-Phone-Key"] = await key_of(house)
    assert (await phone.get(DEVICES)).status_code == 200


async def test_made_up_keys_open_nothing(house: House, other_house: House) -> None:
    own, other = await key_of(house), await key_of(other_house)
    signature = own.rpartition("_")[2]
    made_up = [
        "x",
        own[:-1],
        own + "x",
        own.upper(),
        f"hd_phone_{uuid4().hex}_{signature}",
        f"{other.rpartition('_')[0]}_{signature}",
        f"hd_phone__{signature}",
    ]
    caller = house.served.caller()
    for key in made_up:
        caller.headers["X-Phone-Key"] = key
        assert (await caller.get(DEVICES)).status_code == 401, key


async def test_upload_by_key_may_be_repeated_under_one_key(house: House) -> None:
    phone = await phone_of(house)
    boundary = {"Content-Type": "multipart/form-data; boundary=x"}
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    body = part + PNG + b"\r\n--x--\r\n"
    headers = boundary | {"Idempotency-Key": "once"}
    twice = [
        await phone.post(place(house, "/media"), content=body, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in twice] == [201, 201]
    assert twice[0].json() == twice[1].json()


async def test_devices_on_other_gateways_are_not_there(house: House) -> None:
    async with FakeFonnte() as upstream:
        device = await make_fonnte(house.account, upstream)
    owner, path = await house.caller("owner"), f"{DEVICES}/{device.id}"
    calls = [
        owner.get(path),
        owner.patch(path, json={"slow_seconds": 1}),
        owner.get(f"{path}/messages", params={"number": "6285550001"}),
        owner.post(f"{path}/media", files={"file": ("a.png", PNG)}),
    ]
    assert [(await call).status_code for call in calls] == [404] * 4
    listed = (await owner.get(DEVICES)).json()["items"]
    assert [each["id"] for each in listed] == [str(house.device.id)]


@pytest.mark.parametrize("body", [{"slow_seconds": 11}, {"slow_seconds": -1}, {"wrong": True}])
async def test_switches_have_limits(house: House, body: dict[str, Any]) -> None:
    answer = await (await house.caller("supervisor")).patch(place(house), json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_switches_are_told(house: House) -> None:
    phone = await phone_of(house)
    switches = {"slow_seconds": 4, "lose_answer": True, "refuse_next": True}
    changed = (await phone.patch(place(house), json=switches)).json()
    assert {name: changed[name] for name in switches} == switches
    assert (await state(phone, house))["phone"]["device"] == changed
    back = (await phone.patch(place(house), json={"refuse_next": False})).json()
    assert back == changed | {"refuse_next": False}


async def test_nothing_is_told_twice(house: House) -> None:
    phone = await phone_of(house)
    await receive(house.account, house.device, name="Nadia", text="Hello")
    first = await state(phone, house)
    [chat] = first["phone"]["chats"]
    assert (chat["number"], chat["name"], chat["last"]["text"]) == ("6285550001", "Nadia", "Hello")
    again = (await phone.get(place(house), params={"after": first["cursor"]})).json()
    assert again == {"cursor": first["cursor"], "phone": None, "typing_to": None}
    await receive(house.account, house.device, text="Again")
    news = (await phone.get(place(house), params={"after": first["cursor"]})).json()
    assert news["phone"]["chats"][0]["last"]["text"] == "Again"


async def test_messages_come_in_pages(house: House) -> None:
    for number in range(5):
        await receive(house.account, house.device, text=str(number))
    phone, texts, after = await phone_of(house), list[str](), None
    for _ in range(3):
        params = {"number": "0855 50001", "limit": "2"} | ({"after": after} if after else {})
        body = (await phone.get(place(house, "/messages"), params=params)).json()
        texts += [line["text"] for line in body["items"]]
        after = body["next"]
    assert (texts, after) == (["4", "3", "2", "1", "0"], None)


async def test_what_is_no_number_is_told(house: House) -> None:
    answer = await (await phone_of(house)).get(place(house, "/messages"), params={"number": "x"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["number"])


async def test_file_of_a_line_opens_without_a_session(house: House) -> None:
    phone = await phone_of(house)
    added = (await phone.post(place(house, "/media"), files={"file": ("a.png", PNG)})).json()
    await receive(house.account, house.device, kind="image", media=added["id"])
    lines = (await phone.get(place(house, "/messages"), params={"number": "6285550001"})).json()
    [line] = lines["items"]
    assert line["file"]["url"].startswith(f"/media/{added['id']}?account=")
    nobody = house.served.caller()
    file = await nobody.get(line["file"]["url"])
    assert (file.status_code, file.content) == (200, PNG)
    assert (await nobody.get(f"/media/{added['id']}")).status_code == 401
    again = (await phone.get(place(house, "/messages"), params={"number": "6285550001"})).json()
    assert again == lines, "a page that asks again keeps its pictures"


async def test_what_arrived_waits_for_a_receipt(house: House) -> None:
    chat = await open_chat(house.account, house.device)
    message = await chat.say("Your order left")
    await until_status(house.account, message, status="sent")
    phone = await phone_of(house)
    assert (await state(phone, house))["phone"]["unconfirmed"] == [str(message.id)]
    for status, unread in (("delivered", 1), ("read", 0)):
        answer = await receipt(house, message.id, status)
        assert answer.status_code == 200
        told = (await state(phone, house))["phone"]
        assert (told["unconfirmed"], told["chats"][0]["unread"]) == ([], unread)


async def receipt(house: House, message_id: UUID, status: str) -> httpx.Response:
    body = {"type": "receipt", "id": str(message_id), "status": status}
    hook = f"/hooks/simulated/{house.device.hook_key}"
    return await house.served.caller().post(hook, json=body)


async def test_disconnected_device_keeps_its_answers(house: House) -> None:
    hook = f"/hooks/simulated/{house.device.hook_key}"
    nobody, phone = house.served.caller(), await phone_of(house)
    await nobody.post(hook, json={"type": "device", "connected": False})
    assert (await state(phone, house))["phone"]["device"]["status"] == "disconnect"
    chat = await open_chat(house.account, house.device)
    message = await chat.say("Later")
    tried = "select from outbox where attempt > 0 and state = 'queued'"

    async def is_tried() -> bool:
        return bool(await ask(house.account, tried))

    await until(is_tried)
    assert (await state(phone, house))["phone"]["unconfirmed"] == []
    await nobody.post(hook, json={"type": "device", "connected": True})
    await until_status(house.account, message, status="sent")
    assert (await state(phone, house))["phone"]["unconfirmed"] == [str(message.id)]


async def test_slow_device_holds_up_no_other(house: House) -> None:
    phone = await phone_of(house)
    await phone.patch(place(house), json={"slow_seconds": 10})
    slow = await (await open_chat(house.account, house.device)).say("slow")
    device = await make_device(house.account, number="6281100000077")
    fast = await (await open_chat(house.account, device)).say("fast")
    await until_status(house.account, fast, status="sent")
    [row] = await ask(house.account, "select status from message where id = $1", slow.id)
    assert row[0] == "queued"


async def test_a_device_that_reads_silently_shows_customers_no_reading(house: House) -> None:
    await receive(house.account, house.device, text="Halo")
    await ask(house.account, "update conversation set unread = 0 returning id")
    phone, seen = await phone_of(house), []
    for is_silent in ("false", "true"):
        await ask(house.account, f"update device set is_read_silent = {is_silent} returning id")  # noqa: S608 - ours
        [chat] = (await state(phone, house))["phone"]["chats"]
        seen.append(chat["last"]["is_read"])
    assert seen == [True, False]
