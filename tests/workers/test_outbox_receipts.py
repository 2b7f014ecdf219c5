"""Receipts: whatever order they come in, a status ends where it would have in order."""

from itertools import permutations

import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions.deliver import claim_sends, settle_sent
from helpdesk.actions.receipts import UNSAID
from helpdesk.gateways import Sent
from helpdesk.shapes.messages import MessageOut
from tests.factories import AccountUnderTest, DeviceUnderTest, body_of, deliver, make_device
from tests.workers.sending import ask, open_chat, status_of

STATUSES = ("sent", "delivered", "read", "failed")
ORDERS = [(*order, order[0], order[-1]) for order in permutations(STATUSES)]


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


async def say(account: AccountUnderTest, device: DeviceUnderTest, number: str) -> MessageOut:
    return await (await open_chat(account, device, number)).say("Halo")


async def settle(account: AccountUnderTest, **provider_ids: str) -> None:
    """Record that every due message was sent, each under `<prefix><number of its contact>`."""
    async with account.database.unit_of_work() as work:
        dues = await claim_sends(work, busy_devices=[], per_device=99, most=99)
    for due in dues:
        async with account.database.unit_of_work() as work:
            sent = Sent(provider_id=f"id-{due.claim.address}")
            await settle_sent(work, due, sent, now=clock.now())


async def tell(
    account: AccountUnderTest, device: DeviceUnderTest, number: str, *statuses: str
) -> None:
    for status in statuses:
        body = {"type": "receipt", "id": f"id-{number}", "status": status, "reason": status}
        await deliver(account, device, msgspec.json.encode(body))


async def fate_of(account: AccountUnderTest, message: MessageOut) -> tuple[str, str]:
    [row] = await ask(account, "select status, failure from message where id = $1", message.id)
    return tuple(row)


async def test_every_order_and_duplicate_ends_as_the_right_order_does(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    messages = {}
    for place, order in enumerate(ORDERS):
        number = f"62855{place:06}"
        messages[order] = await say(account, device, number)
    await settle(account)
    for place, order in enumerate(ORDERS):
        await tell(account, device, f"62855{place:06}", *order)
        assert await fate_of(account, messages[order]) == ("read", "failed"), order


async def test_receipts_of_one_request_end_likewise(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    messages = [await say(account, device, f"62855{place:06}") for place in range(len(ORDERS))]
    await settle(account)
    bodies = [
        {"type": "receipt", "id": f"id-62855{place:06}", "status": status}
        for place, order in enumerate(ORDERS)
        for status in order
    ]
    await deliver(account, device, msgspec.json.encode(bodies))
    for message in messages:
        assert await status_of(account, message) == "read"


async def test_early_receipts_in_any_order_are_joined_when_the_id_is_known(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    messages = {}
    for place, order in enumerate(ORDERS):
        messages[order] = await say(account, device, f"62855{place:06}")
        await tell(account, device, f"62855{place:06}", *order)
        assert await status_of(account, messages[order]) == "queued"
    await settle(account)
    for order, message in messages.items():
        assert await fate_of(account, message) == ("read", "failed"), order
    assert await ask(account, "select from early_receipt") == []


@pytest.mark.parametrize("order", [("failed", "sent"), ("sent", "failed")])
async def test_an_early_failure_keeps_its_reason(
    account: AccountUnderTest, device: DeviceUnderTest, order: tuple[str, str]
) -> None:
    message = await say(account, device, "62855000001")
    await tell(account, device, "62855000001", *order)
    await settle(account)
    [row] = await ask(account, "select status, failure from message where id = $1", message.id)
    assert tuple(row) == ("failed", "failed")


async def test_a_failure_after_delivery_is_no_downgrade_but_a_note(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    message = await say(account, device, "62855000001")
    await settle(account)
    await tell(account, device, "62855000001", "delivered", "failed", "failed", "sent")
    assert await fate_of(account, message) == ("delivered", "failed")
    events = await account.events()
    assert [event.type for event in events] == [
        *("message.queued", "message.sent", "message.delivered", "message.updated")
    ]
    told = body_of(events[-1])["message"]
    assert (told["status"], told["failure"]) == ("delivered", "failed")


async def test_why_nobody_knew_is_gone_when_it_is_known_to_have_arrived(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    message = await say(account, device, "62855000001")
    await settle(account)
    await ask(account, "update message set status = 'unknown', failure = 'No answer.'")
    await tell(account, device, "62855000001", "delivered")
    assert await fate_of(account, message) == ("delivered", "")


async def test_a_failure_without_a_reason_is_a_note_all_the_same(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    message = await say(account, device, "62855000001")
    await settle(account)
    await tell(account, device, "62855000001", "read")
    body = {"type": "receipt", "id": "id-62855000001", "status": "failed"}
    await deliver(account, device, msgspec.json.encode(body))
    assert await fate_of(account, message) == ("read", UNSAID)


async def test_an_id_of_another_device_changes_nothing(
    account: AccountUnderTest, other_account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    message = await say(account, device, "62855000001")
    await settle(account)
    neighbour = await make_device(account, number="6281100000077")
    stranger = await make_device(other_account, number="6281100000078")
    await tell(account, neighbour, "62855000001", "read")
    await tell(other_account, stranger, "62855000001", "read")
    assert await status_of(account, message) == "sent"
