"""When messages of a `/send` are due: schedule, delay, followup, sequence (FONNTE.md 1.1, 5)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from helpdesk.actions.deliver import claim_sends, settle_failed
from helpdesk.api.fonnte.orders import plan, read_orders
from helpdesk.database import execute
from helpdesk.errors import Unreachable
from tests.api.fonnte.door import TARGET, Body, Door
from tests.factories import make_conversation
from tests.workers.sending import open_office, until

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = int((NOW + timedelta(hours=1)).timestamp())
THREE = ",".join([TARGET] * 3)


def waits(fields: Body) -> list[int]:
    """Return after how many seconds each message is due."""
    orders = read_orders({"target": TARGET, "message": "Halo"} | fields, has_file=False)
    planned = plan(orders, now=NOW, random=Random(1))
    return [round((each.due_at - NOW).total_seconds()) for each in planned]


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"target": THREE}, [0, 0, 0]),
        ({"target": THREE, "delay": "5"}, [0, 5, 10]),
        ({"target": THREE, "delay": 5}, [0, 5, 10]),
        ({"delay": "5"}, [0]),
        ({"schedule": LATER}, [3600]),
        ({"schedule": str(LATER), "target": THREE, "delay": "2"}, [3600, 3602, 3604]),
        ({"schedule": LATER - 7200}, [0]),
        ({"followup": "60"}, [60]),
        ({"schedule": LATER, "followup": 60}, [3660]),
        ({"sequence": "true", "target": THREE, "delay": "5", "followup": "9"}, [0, 0, 0]),
        ({"sequence": True, "schedule": LATER}, [0]),
        ({"data": '[{"message":"1"},{"message":"2","delay":"2"},{"message":"3"}]'}, [0, 2, 2]),
        ({"data": '[{"followup":9},{"message":"2"}]', "delay": "4"}, [9, 4]),
    ],
    ids=str,
)
def test_a_message_is_due_when_it_was_asked_for(fields: Body, seconds: list[int]) -> None:
    assert waits(fields) == seconds


def test_a_range_of_delays_is_drawn_anew_for_each_target() -> None:
    times = waits({"target": ",".join([TARGET] * 200), "delay": "1-10"})
    gaps = {later - earlier for earlier, later in pairwise(times)}
    assert gaps == set(range(1, 11))


async def test_a_scheduled_message_says_so_and_is_kept_until_then(door: Door) -> None:
    moment = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
    fields = {"target": TARGET, "message": "Halo", "schedule": str(int(moment.timestamp()))}
    body = await door.send(fields)
    assert body["detail"] == "success! message will be sent on scheduled time"
    [stored] = await door.messages(body)
    assert (stored["due_at"], stored["status"]) == (moment, "queued")


@pytest.mark.parametrize(
    ("hours", "status", "is_tried_again"), [(23, "queued", True), (25, "failed", False)]
)
async def test_a_scheduled_message_is_tried_for_a_day_from_when_it_was_due(
    door: Door, hours: int, status: str, *, is_tried_again: bool
) -> None:
    moment = datetime.now(UTC) + timedelta(days=3)
    fields = {"target": TARGET, "message": "Halo", "schedule": str(int(moment.timestamp()))}
    body = await door.send(fields)
    async with door.account.work() as work:
        await execute(work.session, "update outbox set due_at = now() - interval '1 day'")
        [due] = await claim_sends(work, busy_devices=[], per_device=1, most=1)
        away = Unreachable("away", retry_after=3600)
        await settle_failed(work, due, away, now=moment + timedelta(hours=hours))
    [stored] = await door.messages(body)
    assert (stored["status"], stored["due_at"] is not None) == (status, is_tried_again)


async def test_what_is_planned_holds_no_answer_back(door: Door) -> None:
    device = door.house.device
    await make_conversation(door.account, device, number="6281234567890")
    late = await door.send({"target": TARGET, "message": "Later", "followup": "3600"})
    now = await door.send({"target": TARGET, "message": "Now"})

    async def is_sent() -> bool:
        return (await door.messages(now))[0]["status"] == "sent"

    await until(is_sent)
    assert (await door.messages(late))[0]["status"] == "queued"


async def test_messages_with_a_delay_arrive_one_after_the_other(door: Door) -> None:
    async with open_office(door.account):
        fields = {"target": f"{TARGET}|1,{TARGET}|2", "message": "{name}", "delay": "1"}
        body = await door.send(fields)

        async def are_sent() -> bool:
            return {each["status"] for each in await door.messages(body)} == {"sent"}

        await until(are_sent)
    sent = "select content from simulated_message where account_id = $1 order by created_at"
    assert [row["content"]["text"] for row in await door.ask(sent)] == ["1", "2"]
