"""A device's own webhooks: what they are told by which switch, and what they are told of files."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from helpdesk import clock
from helpdesk.actions.device_webhooks import drop_webhooks, set_webhooks
from helpdesk.actions.receipts import DeviceReceipt, record_receipts
from helpdesk.gateways import Receipt
from helpdesk.queries.devices import lock_device
from tests.factories import AccountUnderTest, deliver, make_device, receive
from tests.fake_fonnte import FakeFonnte
from tests.workers.sending import ask, open_chat
from tests.workers.test_webhooks import Post, bodies

GROUP = "120363012345678901@g.us"
OFF = {"autoread": False, "personal": False, "quick": False}


class Told(Post):
    """A device whose webhooks all lead to the receiver."""

    async def set(self, **settings: Any) -> None:
        async with self.account.work() as work:
            device = await lock_device(work.session, self.account.id, self.device.id)
            group = settings.pop("group", None)
            if group is not None:
                device.is_group_routed = group
            await set_webhooks(work, self.account.vault, device, settings, now=clock.now())

    async def set_addresses(self, *kinds: str) -> None:
        await self.set(**{kind: f"{self.receiver.base_url}/{kind}" for kind in kinds})

    async def write_all(self) -> None:
        """Somebody writes, and in a group, and then we on our own phone."""
        await self.write("person")
        await self.say(text="group", **{"from": GROUP, "member": "6285550003"})
        await self.say(text="own", own=True)

    async def say(self, **message: Any) -> None:
        body = {"type": "message", "from": "6285550001", "name": "Joko"} | message
        await deliver(self.account, self.device, json.dumps(body).encode())


@pytest.fixture
async def post(account: AccountUnderTest) -> AsyncIterator[Told]:
    device = await make_device(account, is_group_routed=True)
    async with FakeFonnte() as receiver:
        post = Told(account, device, receiver)
        yield post
        await post.worker.drain()
        await post.outbound.close()


@pytest.mark.parametrize(
    ("switches", "told"),
    [
        ({}, {"person", "group"}),
        ({"quick": True}, {"person", "group", "own"}),
        ({"personal": False}, {"group"}),
        ({"personal": False, "quick": True}, {"group"}),
        ({"group": False}, {"person"}),
        ({"autoread": False, "quick": True}, set()),
    ],
    ids=["as made", "own too", "no people", "own, no people", "no groups", "nothing"],
)
async def test_switches_decide_which_messages_are_told(
    post: Told, switches: dict[str, bool], told: set[str]
) -> None:
    await post.write_all()
    await post.set_addresses("webhook")
    await post.set(**switches)
    await post.write_all()
    await post.send()
    assert {body["message"] for body in bodies(post.receiver.received)} == told


async def test_a_group_is_told_with_who_wrote_and_an_inbox_with_its_number(post: Told) -> None:
    await post.set_addresses("webhook")
    await post.set(inbox=True, secret="s3")
    await post.say(text="Hi", **{"from": GROUP, "member": "6285550003"})
    await post.send()
    [body] = bodies(post.receiver.received)
    [row] = await ask(post.account, "select number from message where direction = 'in'")
    assert (body["sender"], body["member"], body["isgroup"]) == (GROUP, "6285550003", True)
    assert (body["device"], body["inboxid"]) == (post.device.number, row[0])
    assert (body["secret"], body["secret_key"]) == ("s3", "s3")
    assert "webhook-signature" not in post.receiver.received[0].headers


async def test_each_address_is_told_its_own(post: Told) -> None:
    await post.set_addresses("webhook", "webhookstatus", "webhookconnect", "webhookchaining")
    chat = await open_chat(post.account, post.device, "6285550001")
    sent = await chat.say("Yes")
    receipts = [
        DeviceReceipt(post.account.id, post.device.id, Receipt(status=status, provider_id="p1"))
        for status in ("sent", "delivered", "read")
    ]
    await ask(post.account, f"update message set provider_id = 'p1' where id = '{sent.id}'")  # noqa: S608 - ours
    for receipt in receipts:
        async with post.account.database.unit_of_work() as work:
            await record_receipts(work, [receipt], now=clock.now())
    await post.say(text="own", own=True)
    await post.say(type="device", connected=False, reason="logged out")
    await post.say(text="Hi")
    await post.send()
    told = [(each.path, json.loads(each.body)) for each in post.receiver.received]
    states = [body["state"] for path, body in told if path == "/webhookstatus"]
    assert states == ["sent", "delivered", "read"]
    assert {body["id"] for path, body in told if path == "/webhookstatus"} == {str(sent.number)}
    [lost] = [body for path, body in told if path == "/webhookconnect"]
    assert (lost["status"], lost["reason"]) == ("disconnect", "logged out")
    assert lost["token"] == post.device.token
    assert [body["message"] for path, body in told if path == "/webhook"] == ["Hi"]
    assert not [path for path, _ in told if path == "/webhookchaining"]


async def test_a_message_waits_for_its_file_and_is_told_where_it_is(post: Told) -> None:
    await post.set_addresses("webhook")
    await post.write("", kind="image", url="https://files.example/a.png")
    await post.send()
    assert post.receiver.received == []
    [row] = await ask(post.account, "select attempt, retries_left from webhook_delivery")
    assert tuple(row) == (0, 15)
    stored = "update media set state = 'stored', path = 'x', filename = 'a.png'"
    await ask(post.account, stored)
    await post.hurry()
    [body] = bodies(post.receiver.received)
    assert body["url"].startswith("https://desk.example/media/")
    assert (body["filename"], body["extension"], body["type"]) == ("a.png", "png", "image")


async def test_a_file_that_does_not_come_is_not_waited_for_longer_than_a_minute(
    post: Told,
) -> None:
    await post.set_addresses("webhook")
    await post.write("", kind="image", url="https://files.example/a.png")
    await ask(
        post.account, "update webhook_delivery set created_at = now() - interval '61 seconds'"
    )
    await post.send()
    [body] = bodies(post.receiver.received)
    assert (body["url"], body["filename"], body["message"]) == ("", "", "non-text message")


@pytest.mark.parametrize(
    ("package", "has_file"),
    [("regular", False), ("super", True), ("super', expires_at = '2026-01-01", False)],
    ids=["without files", "with files", "run out"],
)
async def test_a_file_is_told_only_where_the_package_has_files(
    post: Told, package: str, *, has_file: bool
) -> None:
    await post.set_addresses("webhook")
    await ask(post.account, f"update device set package = '{package}' returning id")  # noqa: S608 - ours
    await post.write("Look", kind="image", url="https://files.example/a.png")
    if has_file:
        await ask(post.account, "update media set state = 'stored', path = 'x', filename = 'a.png'")
    await post.send()
    [body] = bodies(post.receiver.received)
    assert bool(body["url"]) is has_file
    assert (body["filename"], body["extension"]) == (("a.png", "png") if has_file else ("", ""))
    assert (body["message"], body["type"]) == ("Look", "image")


async def test_an_address_that_was_taken_away_is_told_nothing_until_it_is_back(post: Told) -> None:
    await post.set_addresses("webhook")
    await post.write("due")
    await post.set(webhook="")
    await post.write("missed")
    await post.send()
    assert post.receiver.received == []
    await post.set_addresses("webhook")
    await post.write("told")
    await post.send()
    assert [body["message"] for body in bodies(post.receiver.received)] == ["told"]
    assert len(await ask(post.account, "select from webhook")) == 1


async def test_a_removed_device_tells_nobody(post: Told) -> None:
    await post.set_addresses("webhook", "webhookconnect")
    async with post.account.work() as work:
        await lock_device(work.session, post.account.id, post.device.id)
        await drop_webhooks(work, post.device.id, now=clock.now())
    await receive(post.account, post.device)
    assert await ask(post.account, "select from webhook_delivery") == []
