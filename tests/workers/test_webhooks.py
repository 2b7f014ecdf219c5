"""Webhooks: who is told what, in which order, how often, and what becomes of failures."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.webhook_deliveries import claim_due, settle_missed, settle_taken
from helpdesk.actions.webhooks import change_webhook, ping_webhook, remove_webhook, replay
from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.errors import Conflict
from helpdesk.gateways.outbound import Outbound
from helpdesk.gateways.webhooks import sign
from helpdesk.queries.retention import remove_old
from helpdesk.queries.webhook_deliveries import DueDelivery, list_deliveries
from helpdesk.queries.webhooks import get_webhook
from helpdesk.shapes.webhooks import RETRIES, DeliveryOut
from helpdesk.signing import MediaLinks
from helpdesk.workers.webhooks import WebhookWorker
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    make_delivery,
    make_device,
    make_webhook,
    receive,
)
from tests.fake_fonnte import CUTS, HANGS, FakeFonnte, Received, Reply
from tests.workers.sending import ask, until

SOON = timedelta(milliseconds=10)
OK = Reply(status=200)
BROKEN = Reply(status=500, body=b"secret of the inside")


class Post:
    """An account with a device, a receiver outside, and workers that tell it what happens."""

    def __init__(
        self, account: AccountUnderTest, device: DeviceUnderTest, receiver: FakeFonnte
    ) -> None:
        self.account, self.device, self.receiver = account, device, receiver
        self.outbound = Outbound({receiver.place})
        self.databases: list[Database] = []
        self.worker = self.make_worker(account.database, self.outbound)

    def make_worker(self, database: Database, outbound: Outbound) -> WebhookWorker:
        links = MediaLinks(self.account.vault, "https://desk.example")
        return WebhookWorker(
            database, outbound, self.account.vault, links, retry_wait=timedelta(seconds=60)
        )

    async def webhook(self, *types: str, **columns: Any) -> UUID:
        columns = {"url": f"{self.receiver.base_url}/hook", "event_types": list(types)} | columns
        return await make_webhook(self.account, **columns)

    async def write(self, text: str = "Hello", **fields: Any) -> UUID:
        """Let a customer write, and return the conversation."""
        line = await receive(self.account, self.device, text=text, **fields)
        return line.conversation.id

    async def send(self) -> None:
        """Claim and send what is due until nothing is."""
        while await self.worker():
            await until(self._is_idle)

    async def hurry(self) -> None:
        """Let the time pass until the next try."""
        await ask(self.account, "update webhook_delivery set due_at = now() where state = 'due'")
        await self.send()

    async def log(self, webhook: UUID) -> list[DeliveryOut]:
        """The webhook's deliveries, the oldest first."""
        async with self.account.reading() as session:
            newest = await list_deliveries(session, self.account.id, webhook, limit=200)
        return newest[::-1]

    async def claim(self) -> DueDelivery:
        async with self.account.database.unit_of_work() as work:
            [due] = await claim_due(work, busy=[], per_webhook=1, most=1)
        return due

    async def _is_idle(self) -> bool:
        return not self.worker._slots._tasks


@pytest.fixture
async def post(account: AccountUnderTest) -> AsyncIterator[Post]:
    device = await make_device(account)
    async with FakeFonnte() as receiver:
        post = Post(account, device, receiver)
        yield post
        await post.worker.drain()
        await post.outbound.close()


def bodies(received: list[Received]) -> list[dict[str, Any]]:
    return [json.loads(request.body) for request in received]


def texts(received: list[Received]) -> list[str]:
    return [body["message"]["text"] for body in bodies(received)]


async def test_a_webhook_is_told_the_live_event_with_its_number_and_signed(post: Post) -> None:
    webhook = await post.webhook("message.received")
    await post.write("Is it there? €")
    await post.send()
    [request] = post.receiver.received
    [event] = await post.account.events("message.received")
    assert request.body.decode() == f'{{"seq":{event.seq},{event.body[1:]}'
    assert (request.method, request.path) == ("POST", "/hook")
    assert request.headers["content-type"] == "application/json"
    [row] = await ask(post.account, "select secret_sealed from webhook")
    id_, timestamp = request.headers["webhook-id"], int(request.headers["webhook-timestamp"])
    secret = post.account.vault.open(row[0])
    assert request.headers["webhook-signature"] == sign(secret, id_, timestamp, request.body)
    assert abs(timestamp - clock.now().timestamp()) < 60
    [delivery] = await post.log(webhook)
    assert (delivery.state, delivery.attempts, delivery.status) == ("delivered", 1, 200)
    assert (delivery.type, delivery.seq, delivery.next_at) == ("message.received", event.seq, None)


async def test_without_a_webhook_nothing_is_noted(post: Post) -> None:
    await post.webhook(is_enabled=False)
    await post.webhook(deleted_at=clock.now())
    await post.write()
    assert await ask(post.account, "select from webhook_delivery") == []


async def test_only_the_events_and_devices_that_were_chosen_are_told(post: Post) -> None:
    other = await make_device(post.account, number="6281100000002")
    await post.webhook("message.received", "conversation.opened", device_ids=[post.device.id])
    await post.webhook("message.received", device_ids=[other.id])
    await post.write()
    rows = await ask(post.account, "select type from webhook_delivery order by seq")
    assert [row[0] for row in rows] == ["conversation.opened", "message.received"]


async def test_a_receiver_that_fails_five_times_gets_each_once_in_order(
    post: Post, database: Database
) -> None:
    await post.webhook("message.received")
    workers = [post.worker] + [
        post.make_worker(Database(database.url, Bus()), post.outbound) for _ in range(2)
    ]
    for worker in workers:
        worker._retry_wait = SOON
    post.receiver.then(*[BROKEN, CUTS, BROKEN, Reply(status=302), BROKEN])
    for number in range(8):
        for customer in ("6285550001", "6285550002"):
            await post.write(f"{customer} {number}", number=customer)

    async def is_done() -> bool:
        await asyncio.gather(*(worker() for worker in workers))
        return not await ask(post.account, "select from webhook_delivery where state = 'due'")

    await until(is_done)
    taken = post.receiver.received[5:]
    ids = [request.headers["webhook-id"] for request in taken]
    assert len(ids) == len(set(ids)) == 16
    assert {request.headers["webhook-id"] for request in post.receiver.received} == set(ids)
    orders = defaultdict(list)
    for text in texts(taken):
        customer, number = text.split()
        orders[customer].append(int(number))
    assert list(orders.values()) == [list(range(8))] * 2
    for worker in workers[1:]:
        await worker.drain()
        await worker._database.close()


async def test_a_failure_holds_back_its_own_conversation_only(post: Post) -> None:
    await post.webhook("message.received")
    await post.write("one")
    post.receiver.then(BROKEN)
    await post.send()
    await post.write("two")
    await post.write("else", number="6285550002")
    await post.send()
    assert texts(post.receiver.received) == ["one", "else"]
    await post.hurry()
    assert texts(post.receiver.received) == ["one", "else", "one", "two"]


async def test_after_fifteen_retries_it_is_dead_and_can_be_sent_again_by_hand(post: Post) -> None:
    webhook = await post.webhook("message.received")
    await post.write("first")
    await post.write("second")
    post.receiver.then(*[BROKEN] * (RETRIES + 1))
    for _ in range(RETRIES + 2):
        await post.hurry()
    first, second = await post.log(webhook)
    assert (first.state, first.attempts, first.status) == ("dead", RETRIES + 1, 500)
    assert first.error == "The address answered 500."
    assert second.state == "delivered"
    async with post.account.work() as work:
        await replay(work, webhook, first.id)
    await post.send()
    again = post.receiver.received[-1]
    assert again.headers["webhook-id"] == post.receiver.received[0].headers["webhook-id"]
    [first, _] = await post.log(webhook)
    assert (first.state, first.attempts, first.error) == ("delivered", RETRIES + 2, "")


async def test_a_delivery_that_is_due_cannot_be_replayed(post: Post) -> None:
    webhook = await post.webhook()
    delivery = await make_delivery(post.account, webhook)
    with pytest.raises(Conflict):
        async with post.account.work() as work:
            await replay(work, webhook, delivery)


async def test_retries_are_a_minute_apart(post: Post) -> None:
    webhook = await post.webhook("message.received")
    post.receiver.then(BROKEN)
    await post.write()
    await post.send()
    [delivery] = await post.log(webhook)
    assert delivery.tried_at
    assert delivery.next_at
    wait = delivery.next_at - delivery.tried_at
    assert abs(wait - timedelta(minutes=1)) < timedelta(seconds=1)


async def test_redirects_are_not_followed(post: Post) -> None:
    webhook = await post.webhook("message.received")
    location = ("Location", f"{post.receiver.base_url}/inside")
    post.receiver.then(*(Reply(status=status, headers=(location,)) for status in (302, 307)))
    await post.write()
    await post.send()
    await post.hurry()
    assert [request.path for request in post.receiver.received] == ["/hook"] * 2
    [delivery] = await post.log(webhook)
    assert (delivery.state, delivery.status) == ("due", 307)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}/hook", "http://localhost:{port}/", "http://169.254.169.254/"],
)
async def test_a_private_address_is_refused_at_delivery_too(post: Post, url: str) -> None:
    webhook = await post.webhook("message.received", url=url.format(port=post.receiver.port))
    guarded = Outbound()
    post.worker = post.make_worker(post.account.database, guarded)
    await post.write()
    await post.send()
    await guarded.close()
    assert post.receiver.connections == 0
    [delivery] = await post.log(webhook)
    assert (delivery.state, delivery.status) == ("due", None)
    assert delivery.error.startswith("url invalid")


async def test_nothing_of_an_answer_is_kept_but_its_status(post: Post) -> None:
    webhook = await post.webhook("message.received")
    post.receiver.then(BROKEN, Reply(raw=b"220 secret of the inside\r\n"))
    await post.write()
    await post.send()
    await post.hurry()
    rows = await ask(post.account, "select webhook_delivery::text from webhook_delivery")
    assert "secret" not in rows[0][0]
    [delivery] = await post.log(webhook)
    assert delivery.error == "No answer came within 10 s, or none that could be read."


async def test_an_answer_without_end_is_not_read(post: Post) -> None:
    webhook = await post.webhook("message.received")
    post.receiver.then(Reply(body=b"x", is_endless=True))
    await post.write()
    await post.send()
    [delivery] = await post.log(webhook)
    assert delivery.state == "delivered"


async def test_one_that_hangs_leaves_the_others_their_slots(post: Post) -> None:
    await post.webhook("message.received")
    post.receiver.then(*[HANGS] * 8)
    for number in range(20):
        await post.write(number=f"62855500{number:02}")
    for _ in range(5):
        await post.worker()
        await asyncio.sleep(0.05)
    assert len(post.worker._slots._tasks) <= 8
    await post.webhook("message.received", url=f"{post.receiver.base_url}/other")
    await post.write("Me too", number="6285550099")
    await post.worker()
    await post.receiver.wait_for(9)
    assert post.receiver.received[-1].path == "/other"


@pytest.mark.parametrize(
    ("kind", "status", "state"),
    [("events", 204, "delivered"), ("webhook", 200, "delivered"), ("webhook", 204, "due")],
)
async def test_a_devices_webhook_is_taken_by_200_alone(
    post: Post, kind: str, status: int, state: str
) -> None:
    device = {"device_id": post.device.id} if kind == "webhook" else {}
    webhook = await post.webhook("message.received", kind=kind, **device)
    post.receiver.then(Reply(status=status))
    await post.write()
    await post.send()
    [delivery] = await post.log(webhook)
    assert (delivery.state, delivery.status) == (state, status)


async def test_what_is_due_is_given_up_when_the_webhook_is_switched_off(post: Post) -> None:
    webhook = await post.webhook("message.received")
    await post.write()
    async with post.account.work() as work:
        await change_webhook(work, webhook, {"is_enabled": False}, now=clock.now())
    await post.send()
    [delivery] = await post.log(webhook)
    assert (delivery.state, delivery.error) == ("dead", "The webhook was switched off.")
    for act in (replay, None):
        with pytest.raises(Conflict):
            async with post.account.work() as work:
                await (act(work, webhook, delivery.id) if act else ping_webhook(work, webhook))
    assert post.receiver.received == []


async def test_a_removed_webhook_is_told_nothing_more(post: Post) -> None:
    webhook = await post.webhook("message.received")
    await post.write()
    async with post.account.work() as work:
        await remove_webhook(work, webhook, now=clock.now())
    await post.write()
    await post.send()
    assert post.receiver.received == []


async def test_a_ping_is_sent_once(post: Post) -> None:
    webhook = await post.webhook("message.received")
    async with post.account.work() as work:
        await ping_webhook(work, webhook)
    post.receiver.then(BROKEN)
    await post.send()
    [delivery] = await post.log(webhook)
    assert (delivery.type, delivery.state, delivery.status) == ("ping", "dead", 500)
    [body] = bodies(post.receiver.received)
    assert body["type"] == "ping"
    async with post.account.reading() as session:
        shown = await get_webhook(session, post.account.id, webhook)
    assert shown.last == delivery


async def test_what_a_dead_worker_claimed_is_sent_by_another_under_the_same_id(post: Post) -> None:
    webhook = await post.webhook("message.received")
    await post.write()
    claimed = await post.claim()
    await post.send()
    assert post.receiver.received == []
    await post.hurry()
    [request] = post.receiver.received
    assert request.headers["webhook-id"] == f"msg_{claimed.id.hex}"
    async with post.account.work() as work:
        await settle_missed(work, claimed, status=500, error="late", wait=SOON)
    [delivery] = await post.log(webhook)
    assert (delivery.state, delivery.attempts, delivery.error) == ("delivered", 2, "")


async def test_a_late_answer_does_not_settle_another_try(post: Post) -> None:
    webhook = await post.webhook("message.received")
    await post.write()
    first = await post.claim()
    await ask(post.account, "update webhook_delivery set due_at = now()")
    await post.claim()
    async with post.account.work() as work:
        await settle_taken(work, first, status=200)
    [delivery] = await post.log(webhook)
    assert (delivery.state, delivery.attempts) == ("due", 2)


async def test_deliveries_are_forgotten_after_seven_days(post: Post) -> None:
    webhook = await post.webhook()
    old = clock.now() - timedelta(days=7, minutes=1)
    await make_delivery(post.account, webhook, created_at=old, state="delivered")
    kept = await make_delivery(post.account, webhook, state="delivered")
    async with post.account.database.unit_of_work() as work:
        await remove_old(work.session)
    assert [each.id for each in await post.log(webhook)] == [kept]
