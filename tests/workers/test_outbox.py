"""The outbox: each answer once, in its chat's order, and what happens when nobody knows."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from helpdesk import clock
from helpdesk.actions import deliver
from helpdesk.actions.deliver import claim_sends, settle_failed, settle_sent
from helpdesk.errors import Rejected
from helpdesk.gateways import Sent
from tests.factories import AccountUnderTest, make_device
from tests.fake_fonnte import CUTS, HANGS, FakeFonnte, refused, says
from tests.served import Served
from tests.workers.sending import (
    Office,
    Slow,
    ask,
    make_fonnte,
    open_chat,
    open_office,
    status_of,
    texts,
    until,
    until_status,
)


@pytest.fixture
async def upstream() -> AsyncIterator[FakeFonnte]:
    async with FakeFonnte() as server:
        yield server


@pytest.fixture
async def office(account: AccountUnderTest) -> AsyncIterator[Office]:
    async with open_office(account) as office:
        yield office


async def test_answer_posted_twice_reaches_the_upstream_once(
    account: AccountUnderTest, served: Served, upstream: FakeFonnte
) -> None:
    device = await make_fonnte(account, upstream)
    chat = await open_chat(account, device)
    place = f"/api/v1/conversations/{chat.conversation.id}/messages"
    body = {"client_id": str(uuid4()), "text": "Halo"}
    caller = served.caller(device.token)
    answers = await asyncio.gather(*(caller.post(place, json=body) for _ in range(2)))
    await upstream.wait_for(1)
    again = await caller.post(place, json=body)
    assert sorted(answer.status_code for answer in answers) == [200, 201]
    assert again.status_code == 200
    assert len({answer.json()["id"] for answer in (*answers, again)}) == 1
    await asyncio.sleep(0.3)
    assert texts(upstream.received) == ["Halo"]
    assert upstream.received[0].headers["authorization"] == "upstream-token"


async def test_two_workers_send_each_message_once_and_each_chat_in_order(
    account: AccountUnderTest,
) -> None:
    async with (
        Slow() as upstream,
        open_office(account, seconds=60) as office,
        open_office(account, seconds=60) as other,
    ):
        devices = [await make_fonnte(account, upstream, number=f"628110{n:06}") for n in range(2)]
        chats = [
            await open_chat(account, device, f"62855{number:06}")
            for device in devices
            for number in range(5)
        ]
        for turn in range(8):
            for place, chat in enumerate(chats):
                await chat.say(f"{place}:{turn}")
        async with office.at_work(), other.at_work():
            await upstream.wait_for(80)
            await until(lambda: _is_empty(account))
    sent = texts(upstream.received)
    assert len(sent) == len(set(sent)) == 80
    for place in range(len(chats)):
        mine = [text for text in sent if text.startswith(f"{place}:")]
        assert mine == [f"{place}:{turn}" for turn in range(8)]


async def _is_empty(account: AccountUnderTest) -> bool:
    return not await ask(account, "select from outbox where account_id = $1", account.id)


async def test_refused_connections_are_tried_again_with_longer_waits(
    account: AccountUnderTest, office: Office, upstream: FakeFonnte
) -> None:
    chat = await open_chat(account, await make_fonnte(account, upstream))
    await upstream.refuse_connections()
    message = await chat.say("Halo")
    waits = []
    for _ in range(3):
        await office.worker()
        await office.worker.drain()
        [row] = await ask(account, "select due_at - now() as wait, state, attempt from outbox")
        waits.append(row["wait"].total_seconds())
        await ask(account, "update outbox set due_at = now()")
    assert (row["state"], row["attempt"]) == ("queued", 3)
    assert await status_of(account, message) == "queued"
    for wait, expected in zip(waits, (1, 2, 4), strict=True):
        assert expected * 0.6 <= wait <= expected * 1.2


async def test_too_many_requests_are_obeyed_and_tried_again(
    account: AccountUnderTest, office: Office, upstream: FakeFonnte
) -> None:
    upstream.then(says(429, {}, Retry_After="1"))
    chat = await open_chat(account, await make_fonnte(account, upstream))
    async with office.at_work():
        message = await chat.say("Halo")
        await until_status(account, message, status="sent")
    assert texts(upstream.received) == ["Halo", "Halo"]


async def test_refusal_is_final_and_does_not_hold_the_chat(
    account: AccountUnderTest, office: Office, upstream: FakeFonnte
) -> None:
    upstream.then(refused("target invalid"))
    chat = await open_chat(account, await make_fonnte(account, upstream))
    async with office.at_work():
        first, second = await chat.say("one"), await chat.say("two")
        await until_status(account, second, status="sent")
    assert await status_of(account, first) == "failed"
    [event] = await account.events("message.failed")
    assert b"target invalid" in event.body.encode()


async def test_refused_for_a_day_is_given_up(
    account: AccountUnderTest, office: Office, upstream: FakeFonnte
) -> None:
    chat = await open_chat(account, await make_fonnte(account, upstream))
    await upstream.refuse_connections()
    message = await chat.say("Halo")
    await ask(account, "update outbox set created_at = now() - interval '25 hours'")
    await office.worker()
    await office.worker.drain()
    assert await status_of(account, message) == "failed"
    assert await _is_empty(account)


async def test_unknown_is_never_sent_again_and_holds_only_its_own_chat(
    account: AccountUnderTest,
    office: Office,
    upstream: FakeFonnte,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deliver, "HOLD_UNKNOWN", timedelta(seconds=2))
    upstream.then(CUTS)
    device = await make_fonnte(account, upstream)
    mine, other = await open_chat(account, device), await open_chat(account, device, "62855512")
    lost = await mine.say("lost")
    async with office.at_work():
        await until_status(account, lost, status="unknown")
        held, free = await mine.say("held"), await other.say("free")
        await until_status(account, free, status="sent")
        assert await status_of(account, held) == "queued"
        await until_status(account, held, status="sent")
    assert texts(upstream.received) == ["lost", "free", "held"]
    assert await status_of(account, lost) == "unknown"
    assert len(await account.events("message.unknown")) == 1


async def test_a_device_that_hangs_delays_no_other_device(
    account: AccountUnderTest, office: Office, upstream: FakeFonnte
) -> None:
    async with FakeFonnte() as stuck:
        stuck.then(*[HANGS] * 10)
        hanging = await make_fonnte(account, stuck, number="6281100000001")
        healthy = await make_fonnte(account, upstream, number="6281100000002")
        for number in range(6):
            await (await open_chat(account, hanging, f"62855{number:06}")).say("stuck")
        chats = [await open_chat(account, healthy, f"62856{number:06}") for number in range(6)]
        async with office.at_work():
            await stuck.wait_for(1)
            messages = [await chat.say("flows") for chat in chats]
            await until_status(account, *messages, status="sent")
            statuses = await ask(account, "select status from message where text = 'stuck'")
    assert {row[0] for row in statuses} == {"queued"}


async def test_late_answer_of_an_older_attempt_changes_nothing(
    account: AccountUnderTest, upstream: FakeFonnte
) -> None:
    chat = await open_chat(account, await make_fonnte(account, upstream))
    message = await chat.say("Halo")
    dues = []
    for _ in range(2):
        async with account.database.unit_of_work() as work:
            dues += await claim_sends(work, busy_devices=[], per_device=4, most=10)
        await ask(account, "update outbox set state = 'queued' where attempt = 1")
    old, new = dues
    before = await account.events()
    async with account.database.unit_of_work() as work:
        await settle_sent(work, old, Sent(provider_id="1"), now=clock.now())
        await settle_failed(work, old, Rejected("no"), now=clock.now())
    assert await account.events() == before
    assert await status_of(account, message) == "queued"
    async with account.database.unit_of_work() as work:
        await settle_sent(work, new, Sent(provider_id="2"), now=clock.now())
    [row] = await ask(account, "select status, provider_id from message")
    assert tuple(row) == ("sent", "2")


async def test_message_for_a_private_gateway_that_is_not_allowed_fails_with_the_reason(
    account: AccountUnderTest, served: Served
) -> None:
    device = await make_device(account)
    await ask(
        account,
        "update device set gateway_kind = 'fonnte', "
        """gateway_settings = '{"base_url": "http://10.0.0.1"}', gateway_secrets_sealed = $1""",
        account.vault.seal('{"token": "t"}'),
    )
    message = await (await open_chat(account, device)).say("Halo")
    await until_status(account, message, status="failed")
