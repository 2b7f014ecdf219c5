"""Sends whose worker died: again where that is safe, unknown where it is not, never for ever."""

from datetime import timedelta
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.deliver import (
    MOST_EXPIRED_LEASES,
    Due,
    claim_sends,
    recover_expired,
    settle_sent,
)
from helpdesk.gateways import Sent
from helpdesk.queries import outbox
from tests.factories import AccountUnderTest, make_device
from tests.fake_fonnte import FakeFonnte
from tests.workers.sending import (
    Chat,
    ask,
    make_fonnte,
    open_chat,
    open_office,
    status_of,
    texts,
    until_status,
)


@pytest.fixture(autouse=True)
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "LEASE", timedelta(0))


async def die_with_it(account: AccountUnderTest) -> Due:
    """Claim a send and do nothing about it: its lease runs out at once."""
    async with account.database.unit_of_work() as work:
        [due] = await claim_sends(work, busy_devices=[], per_device=4, most=10)
    return due


async def recover(account: AccountUnderTest) -> None:
    async with account.database.unit_of_work() as work:
        await recover_expired(work, idempotent_kinds=["simulated"], now=clock.now())


async def simulated_chat(account: AccountUnderTest) -> Chat:
    return await open_chat(account, await make_device(account))


async def fonnte_chat(account: AccountUnderTest) -> Chat:
    async with FakeFonnte() as upstream:
        return await open_chat(account, await make_fonnte(account, upstream))


async def shown(account: AccountUnderTest) -> list[UUID]:
    rows = await ask(account, "select reference from simulated_message")
    return [UUID(row[0]) for row in rows]


async def test_an_idempotent_gateway_gets_it_again_and_shows_it_once(
    account: AccountUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await simulated_chat(account)
    message = await chat.say("Halo")
    due = await die_with_it(account)
    async with open_office(account) as office:
        await office.worker._gateways["simulated"].send(
            office.worker._connection(due), await office.worker._outgoing(due)
        )
        monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=30))
        async with office.at_work():
            await until_status(account, message, status="sent")
    assert await shown(account) == [message.id]


async def test_fonnte_gets_it_never_again_and_its_fate_is_unknown(
    account: AccountUnderTest,
) -> None:
    async with FakeFonnte() as upstream, open_office(account) as office:
        chat = await open_chat(account, await make_fonnte(account, upstream))
        message = await chat.say("Halo")
        await die_with_it(account)
        await recover(account)
        assert await status_of(account, message) == "unknown"
        await ask(account, "update outbox set due_at = now() - interval '1 second'")
        async with office.at_work():
            later = await chat.say("later")
            await until_status(account, later, status="sent")
        assert texts(upstream.received) == ["later"]


async def test_the_late_answer_of_a_worker_thought_dead_is_not_believed(
    account: AccountUnderTest,
) -> None:
    chat = await fonnte_chat(account)
    message = await chat.say("Halo")
    due = await die_with_it(account)
    await recover(account)
    async with account.database.unit_of_work() as work:
        await settle_sent(work, due, Sent(provider_id="1"), now=clock.now())
    assert await status_of(account, message) == "unknown"


async def test_after_five_leases_that_ran_out_it_has_failed(account: AccountUnderTest) -> None:
    message = await (await simulated_chat(account)).say("Halo")
    for lease in range(MOST_EXPIRED_LEASES):
        assert await status_of(account, message) == "queued", lease
        await die_with_it(account)
        await recover(account)
    assert await status_of(account, message) == "failed"
    assert await ask(account, "select from outbox") == []
    assert len(await account.events("message.failed")) == 1


async def test_a_lease_that_still_runs_is_left_alone(
    account: AccountUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=30))
    await (await fonnte_chat(account)).say("Halo")
    await die_with_it(account)
    await recover(account)
    [row] = await ask(account, "select state, expired_leases from outbox")
    assert tuple(row) == ("sending", 0)


async def test_two_who_recover_at_once_count_a_lease_once(account: AccountUnderTest) -> None:
    await (await simulated_chat(account)).say("Halo")
    await die_with_it(account)
    async with account.database.unit_of_work() as first:
        await recover_expired(first, idempotent_kinds=["simulated"], now=clock.now())
    await recover(account)
    [row] = await ask(account, "select state, expired_leases from outbox")
    assert tuple(row) == ("queued", 1)
