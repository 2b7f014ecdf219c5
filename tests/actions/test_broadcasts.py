"""Broadcasts: one text to many numbers, paced, paused, resumed, cancelled and counted."""

import asyncio
import json
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from helpdesk import clock
from helpdesk.actions.broadcast_plans import NewBroadcast, check_broadcast
from helpdesk.actions.broadcast_progress import count_due_broadcast
from helpdesk.actions.broadcasts import (
    add_broadcast,
    cancel_broadcast,
    pause_broadcast,
    resume_broadcast,
)
from helpdesk.actions.deliver import Due, claim_sends, recover_expired, settle_failed, settle_sent
from helpdesk.actions.queued import cancel_message, reschedule_messages, resend_message
from helpdesk.errors import Conflict, GatewayError, InputError, NotFound, Rejected, Unreachable
from helpdesk.gateways import Sent
from helpdesk.queries.broadcasts import get_broadcast
from helpdesk.shapes.broadcasts import BroadcastOut, Progress
from tests.factories import (
    CUSTOMER,
    AccountUnderTest,
    DeviceUnderTest,
    body_of,
    make_device,
    receive,
)
from tests.workers.sending import ask

NUMBERS = [f"62812000000{n:02}" for n in range(5)]


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


async def send(
    account: AccountUnderTest, device: DeviceUnderTest, *numbers: str, **how: Any
) -> BroadcastOut:
    new = NewBroadcast(**{"device_id": device.id, "text": "Hi", "lines": "\n".join(numbers)} | how)
    async with account.work() as work:
        return await add_broadcast(work, account.supervisor, new, now=clock.now(), random=Random(1))


def progress(**counts: int) -> Progress:
    """A progress with these counts and no others."""
    return Progress(**dict.fromkeys(Progress.__struct_fields__, 0) | counts)


async def act(account: AccountUnderTest, action: Any, broadcast: BroadcastOut) -> BroadcastOut:
    async with account.work() as work:
        after: BroadcastOut = await action(work, broadcast.id, now=clock.now())
        return after


async def claim(account: AccountUnderTest, most: int = 50) -> list[Due]:
    async with account.work() as work:
        return await claim_sends(work, busy_devices=[], per_device=most, most=most)


async def settle(account: AccountUnderTest, due: Due, outcome: GatewayError | None = None) -> None:
    async with account.work() as work:
        if outcome:
            await settle_failed(work, due, outcome, now=clock.now())
        else:
            await settle_sent(work, due, Sent(provider_id=uuid4().hex), now=clock.now())


async def count(account: AccountUnderTest, broadcast: BroadcastOut) -> BroadcastOut:
    """Let the loop count until nothing is due, as if a second had passed."""
    await ask(account, "update broadcast set count_due_at = now()")
    has_more = True
    while has_more:
        async with account.database.unit_of_work() as work:
            has_more = await count_due_broadcast(work, now=clock.now())
    async with account.reading() as session:
        return await get_broadcast(session, account.id, broadcast.id)


async def due_times(account: AccountUnderTest) -> list[Any]:
    rows = await ask(account, "select due_at from outbox order by number")
    return [row[0] for row in rows]


async def test_each_target_gets_its_own_text_after_the_delays(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    at = clock.now().replace(microsecond=0) + timedelta(hours=1)
    lines = ("0812 0000 0001, Ani, blue", "+62 812-0000-0002\tBudi\tred", "6281200000003,Cici,gold")
    text = "Hi {name}, {var1} is in"
    broadcast = await send(
        account, device, *lines, text=text, starts_at=at, delay_min=5, delay_max=9
    )
    rows = await ask(
        account,
        """
        select m.text, p.address, p.name, o.due_at, o.scheduled_at, o.broadcast_id, m.broadcast_id
        from message m join outbox o on o.message_id = m.id join contact p on p.id = m.contact_id
        order by m.number
        """,
    )
    assert [tuple(row[:3]) for row in rows] == [
        ("Hi Ani, blue is in", "6281200000001", "Ani"),
        ("Hi Budi, red is in", "6281200000002", "Budi"),
        ("Hi Cici, gold is in", "6281200000003", "Cici"),
    ]
    gaps = [(b[3] - a[3]).total_seconds() for a, b in pairwise(rows)]
    assert rows[0][3] == at == rows[0][4]
    assert all(5 <= gap <= 9 for gap in gaps)
    assert {row[5] for row in rows} == {row[6] for row in rows} == {broadcast.id}
    assert (broadcast.starts_at, broadcast.ends_at) == (at, rows[2][3])
    assert broadcast.progress == progress(queued=3)
    happened = [each.type for each in await account.events()]
    assert happened == ["message.queued"] * 3 + ["broadcast.created"]


class Counting:
    """A connection that counts the rows that each statement is given."""

    def __init__(self, driver: Any) -> None:
        self._driver, self.most = driver, 0

    async def fetch(self, sql: str, *arguments: Any) -> Any:
        for each in arguments:
            given = json.loads(each) if isinstance(each, str) and each.startswith("[{") else each
            self.most = max(self.most, len(given) if isinstance(given, list) else 0)
        return await self._driver.fetch(sql, *arguments)


async def test_very_many_are_stored_by_statements_that_are_each_short(
    account: AccountUnderTest, device: DeviceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is due at once, for a statement has five seconds and a busy machine is slow."""
    monkeypatch.setattr("helpdesk.database.MOST_AT_ONCE", 2)
    monkeypatch.setattr("helpdesk.queries.bulk.MANY_ROWS", 4)
    opened = [(await receive(account, device, number=each)).conversation for each in NUMBERS[::2]]
    new = NewBroadcast(device_id=device.id, text="Hi {name}", lines="\n".join(
        f"{number},N{place}" for place, number in enumerate(reversed(NUMBERS))
    ))  # fmt: skip
    async with account.work() as work:
        counting = work.session.info["driver"] = Counting(work.session.info["driver"])
        await add_broadcast(work, account.supervisor, new, now=clock.now())
    assert counting.most == 2
    rows = await ask(
        account,
        """
        select p.address, m.text, m.conversation_id, e.seq from message m
        join contact p on p.id = m.contact_id join outbox o on o.message_id = m.id
        join event e on e.body #>> '{message,id}' = m.id::text
        where m.direction = 'out' order by m.number
        """,
    )
    assert [row[0] for row in rows] == NUMBERS[::-1]
    assert [row[1] for row in rows] == [f"Hi N{place}" for place in range(5)]
    assert {row[2] for row in rows} == {each.id for each in opened} | {None}
    assert [b[3] - a[3] for a, b in pairwise(rows)] == [1] * 4


async def test_repeated_and_blocked_numbers_are_left_out_and_told(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await receive(account, device, number=CUSTOMER)
    await ask(account, "update contact set blocked_at = now()")
    broadcast = await send(account, device, "0812 0000 0001", CUSTOMER, "6281200000001")
    assert (broadcast.targets, broadcast.duplicates, broadcast.blocked) == (1, 1, 1)


async def test_nothing_is_sent_before_bad_lines_are_mended_or_left_out(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    lines = ["number,name", "", NUMBERS[0] + ",Ani", "12", NUMBERS[1]]
    new = NewBroadcast(device_id=device.id, text="Hi {name}", lines="\n".join(lines))
    async with account.reading() as session:
        checked = await check_broadcast(session, account.id, new, now=clock.now())
    assert [(bad.line, bad.reason) for bad in checked.bad] == [
        (1, "bad_number"), (4, "bad_number"), (5, "no_value"),
    ]  # fmt: skip
    assert (checked.targets, checked.bad_lines) == (1, 3)
    assert [each.text for each in checked.previews] == ["Hi Ani"]
    with pytest.raises(InputError) as refused:
        await send(account, device, *lines, text="Hi {name}")
    assert refused.value.facts["errors"] == {"lines": "Line 1 cannot be used: number,name"}
    assert await ask(account, "select 1 from message") == []
    broadcast = await send(account, device, *lines, text="Hi {name}", is_leaving_out_bad=True)
    assert (broadcast.targets, broadcast.bad_lines) == (1, 3)


async def test_a_line_ends_where_one_was_broken_and_nowhere_else(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    """U+2028 and U+0085 come along with names that are copied from elsewhere."""
    names = ["A\u2028ni", "Bu\x85di", "Ci\x0bci"]
    lines = "".join(
        f"{number},{name}{end}"
        for number, name, end in zip(NUMBERS, names, ("\r\n", "\r", "\n"), strict=False)
    )
    await send(account, device, lines=lines, text="Hi {name}")
    rows = await ask(account, "select text from message order by number")
    assert [row[0] for row in rows] == [f"Hi {name}" for name in names]


async def test_contacts_with_a_chosen_label_are_called_by_their_name(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    label, other = UUID(int=1), UUID(int=2)
    for id_, name in ((label, "VIP"), (other, "Other")):
        await ask(
            account,
            """
            insert into label (account_id, id, name, color, created_at)
            values ($1, $2, $3, 1, now())
            """,
            account.id, id_, name,
        )  # fmt: skip
    for number in NUMBERS:
        await receive(account, device, number=number, name=f"N{number[-1]}")
    await ask(
        account,
        "update contact set labels = jsonb_build_array($1::text) where address = any($2)",
        str(label), NUMBERS[:3],
    )  # fmt: skip
    await ask(account, "update contact set blocked_at = now() where address = $1", NUMBERS[2])
    to = {"label_ids": [label, other], "text": "Hi {name}"}
    broadcast = await send(account, device, **to)
    assert (broadcast.targets, broadcast.blocked) == (2, 1)
    rows = await ask(account, "select text from message where direction = 'out' order by number")
    assert [row[0] for row in rows] == ["Hi N0", "Hi N1"]
    for wrong, field in (({"text": "{var1}"}, "text"), ({"label_ids": [uuid4()]}, "label_ids")):
        with pytest.raises(InputError) as refused:
            await send(account, device, **to | wrong)
        assert list(refused.value.facts["errors"]) == [field]


async def test_what_cannot_be_sent_is_refused_field_by_field(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    cases = [
        ({"text": " "}, "text"),
        ({"lines": ""}, "lines"),
        ({"label_ids": [uuid4()]}, "lines"),
        ({"media_id": uuid4()}, "media_id"),
        ({"delay_min": 2, "delay_max": 1}, "delay_max"),
        ({"starts_at": clock.now() + timedelta(days=400)}, "starts_at"),
        ({"lines": "\n".join(f"62812{n:08}" for n in range(10_001))}, "lines"),
        ({"lines": "\n".join(f"62812{n:08}" for n in range(300)), "text": "x" * 40_000}, "text"),
    ]
    for wrong, field in cases:
        with pytest.raises(InputError) as refused:
            await send(account, device, NUMBERS[0], **wrong)
        assert list(refused.value.facts["errors"]) == [field]
    with pytest.raises(NotFound):
        await send(account, device, NUMBERS[0], device_id=uuid4())
    assert await ask(account, "select 1 from broadcast") == []


async def test_it_counts_once_against_the_month_and_not_at_all_when_refused(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await ask(account, "update device set package = 'lite'")
    await ask(account, "update package set messages_per_month = 5 where code = 'lite'")
    broadcast = await send(account, device, *NUMBERS[:3])
    with pytest.raises(Conflict) as refused:
        await send(account, device, *NUMBERS[:3])
    assert refused.value.facts["reason"] == "insufficient_quota"
    await act(account, cancel_broadcast, broadcast)
    await count(account, broadcast)
    assert [row[0] for row in await ask(account, "select messages from device_usage")] == [3]


async def test_a_pause_stops_its_own_messages_alone(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    broadcast = await send(account, device, *NUMBERS)
    other = await send(account, device, NUMBERS[0])
    paused = await act(account, pause_broadcast, broadcast)
    assert paused.state == "paused"
    [due] = await claim(account)
    assert due.message.broadcast_id == other.id
    with pytest.raises(Conflict):
        await act(account, pause_broadcast, broadcast)
    await settle(account, due)
    await act(account, resume_broadcast, broadcast)
    assert len(await claim(account)) == 5


async def test_what_was_in_flight_at_the_pause_and_failed_waits_with_the_rest(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    broadcast = await send(account, device, *NUMBERS)
    [due] = await claim(account, most=1)
    await act(account, pause_broadcast, broadcast)
    await settle(account, due, Unreachable("away", retry_after=0))
    assert await claim(account) == []
    await count(account, broadcast)
    states = await ask(account, "select distinct state from outbox")
    assert [row[0] for row in states] == ["paused"]


async def test_a_resumed_one_goes_on_with_its_spacing(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    broadcast = await send(account, device, *NUMBERS, delay_min=60, delay_max=60)
    await act(account, pause_broadcast, broadcast)
    await ask(
        account,
        """
        update outbox set due_at = due_at - interval '1 hour',
          created_at = due_at - interval '1 hour'
        """,
    )
    await ask(account, "update broadcast set starts_at = starts_at - interval '1 hour'")
    await act(account, resume_broadcast, broadcast)
    times = await due_times(account)
    assert abs((times[0] - clock.now()).total_seconds()) < 5
    assert [(b - a).total_seconds() for a, b in pairwise(times)] == [60] * 4


async def test_a_pause_before_its_time_moves_nothing(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    at = clock.now() + timedelta(hours=1)
    broadcast = await send(account, device, *NUMBERS, starts_at=at, delay_min=3, delay_max=8)
    before = await due_times(account)
    await act(account, pause_broadcast, broadcast)
    await act(account, resume_broadcast, broadcast)
    assert await due_times(account) == before


async def test_one_that_is_put_to_the_past_during_a_pause_moves_no_other(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    at = clock.now() + timedelta(days=30)
    broadcast = await send(account, device, *NUMBERS, starts_at=at, delay_min=3, delay_max=8)
    before = await due_times(account)
    await act(account, pause_broadcast, broadcast)
    [row] = await ask(account, "select message_id from outbox order by due_at limit 1")
    async with account.work() as work:
        await reschedule_messages(work, account.supervisor, row[0], clock.now() - timedelta(days=9))
    await act(account, resume_broadcast, broadcast)
    after = await due_times(account)
    assert after[0] <= clock.now()
    assert after[1:] == before[1:]


async def test_cancelling_takes_back_what_waits_and_leaves_what_is_being_sent(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    line = await receive(account, device, number=NUMBERS[4])
    broadcast = await send(account, device, *NUMBERS)
    [due] = await claim(account, most=1)
    await act(account, cancel_broadcast, broadcast)
    assert await claim(account) == []
    await settle(account, due)
    after = await count(account, broadcast)
    assert after.state == "cancelled"
    assert after.progress == progress(sent=1, cancelled=4)
    assert await ask(account, "select 1 from outbox") == []
    rows = await ask(account, "select failure from message where status = 'failed'")
    assert [row[0] for row in rows] == ["cancelled"] * 4
    failed = await account.events("message.failed")
    assert [each.conversation_id for each in failed].count(line.conversation.id) == 1
    for action in (pause_broadcast, resume_broadcast, cancel_broadcast):
        with pytest.raises(Conflict):
            await act(account, action, broadcast)


async def test_a_cancelled_one_that_could_not_be_sent_is_taken_back_too(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    broadcast = await send(account, device, NUMBERS[0])
    [due] = await claim(account)
    await act(account, cancel_broadcast, broadcast)
    await count(account, broadcast)
    await settle(account, due, Unreachable("away", retry_after=0))
    assert await claim(account) == []
    assert (await count(account, broadcast)).progress == progress(cancelled=1)


async def test_what_a_killed_process_may_have_sent_is_not_taken_back(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    broadcast = await send(account, device, *NUMBERS)
    [due] = await claim(account, most=1)
    await act(account, cancel_broadcast, broadcast)
    await ask(account, "update outbox set lease_until = now() - interval '1 second'")
    async with account.database.unit_of_work() as work:
        await recover_expired(work, idempotent_kinds=["simulated"], now=clock.now())
    after = await count(account, broadcast)
    assert after.progress == progress(queued=1, cancelled=4)
    [again] = await claim(account)
    assert again.message.id == due.message.id
    await settle(account, again)
    assert (await count(account, broadcast)).progress == progress(sent=1, cancelled=4)


async def test_of_cancelling_and_sending_one_wins_each_message(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    numbers = [f"62813{n:08}" for n in range(60)]
    broadcast = await send(account, device, *numbers)

    async def deliver() -> int:
        sent = 0
        for _ in range(15):
            for due in await claim(account, most=4):
                await settle(account, due)
                sent += 1
        return sent

    async def stop() -> None:
        await asyncio.sleep(0.05)
        await act(account, cancel_broadcast, broadcast)
        await asyncio.gather(*(count(account, broadcast) for _ in range(3)))

    first, second, _ = await asyncio.gather(deliver(), deliver(), stop())
    after = await count(account, broadcast)
    assert after.progress == progress(sent=first + second, cancelled=60 - first - second)
    assert await ask(account, "select 1 from outbox") == []


async def test_progress_is_told_once_for_many_messages_and_only_when_it_changed(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    broadcast = await send(account, device, *NUMBERS)
    for place, due in enumerate(await claim(account)):
        await settle(account, due, Rejected("no such number") if place == 0 else None)
    after = await count(account, broadcast)
    assert (after.state, after.progress) == ("done", progress(sent=4, failed=1))
    await count(account, broadcast)
    [told] = await account.events("broadcast.updated")
    assert body_of(told)["broadcast"]["progress"]["sent"] == 4
    [row] = await ask(account, "select count_due_at > now() as is_later from broadcast")
    assert row["is_later"]


async def test_what_nothing_is_expected_of_is_counted_no_more(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    broadcast = await send(account, device, NUMBERS[0])
    [due] = await claim(account)
    await settle(account, due)
    await count(account, broadcast)
    await ask(account, "update broadcast set changed_at = now() - interval '10 seconds'")
    await count(account, broadcast)
    [row] = await ask(account, "select count_due_at - now() from broadcast")
    assert timedelta(seconds=8) < row[0] < timedelta(seconds=12)
    await ask(account, "update broadcast set changed_at = now() - interval '8 days'")
    await count(account, broadcast)
    assert (await ask(account, "select count_due_at from broadcast"))[0][0] is None


async def test_one_message_of_it_is_taken_back_and_sent_again_by_itself(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    broadcast = await send(account, device, *NUMBERS)
    await act(account, pause_broadcast, broadcast)
    id_ = (await ask(account, "select id from message order by number limit 1"))[0][0]
    async with account.work() as work:
        await cancel_message(work, account.supervisor, id_, now=clock.now())
    assert (await count(account, broadcast)).progress == progress(queued=4, cancelled=1)
    await ask(account, "update broadcast set count_due_at = null")
    async with account.work() as work:
        await resend_message(work, account.supervisor, id_, now=clock.now())
    [row] = await ask(account, "select count_due_at <= now() as is_due from broadcast")
    assert row["is_due"]
    assert await claim(account) == []
    assert (await count(account, broadcast)).progress == progress(queued=5)
    await act(account, resume_broadcast, broadcast)
    assert id_ in {due.message.id for due in await claim(account)}


async def test_what_is_sent_again_of_a_cancelled_one_goes_out_by_itself(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    broadcast = await send(account, device, *NUMBERS)
    await act(account, cancel_broadcast, broadcast)
    await count(account, broadcast)
    id_ = (await ask(account, "select id from message order by number limit 1"))[0][0]
    async with account.work() as work:
        await resend_message(work, account.supervisor, id_, now=clock.now())
    [due] = await claim(account)
    assert due.message.id == id_


async def test_its_end_is_told_as_it_moves(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    """By resuming, at once; by another time for one of its messages, with the next counting."""
    broadcast = await send(account, device, *NUMBERS, delay_min=60, delay_max=60)
    await act(account, pause_broadcast, broadcast)
    await ask(account, "update outbox set created_at = created_at - interval '1 hour'")
    await ask(account, "update broadcast set starts_at = starts_at - interval '1 hour'")
    resumed = await act(account, resume_broadcast, broadcast)
    assert resumed.ends_at == (await due_times(account))[-1] > broadcast.ends_at
    assert body_of((await account.events("broadcast.updated"))[-1])["broadcast"]["ends_at"]
    await ask(account, "update broadcast set count_due_at = null")
    [row] = await ask(account, "select message_id from outbox order by number limit 1")
    tomorrow = clock.now() + timedelta(days=1)
    async with account.work() as work:
        await reschedule_messages(work, account.supervisor, row[0], tomorrow)
    [row] = await ask(account, "select count_due_at <= now() as is_due from broadcast")
    assert row["is_due"]
    told = len(await account.events("broadcast.updated"))
    assert (await count(account, broadcast)).ends_at == tomorrow
    assert len(await account.events("broadcast.updated")) == told + 1
