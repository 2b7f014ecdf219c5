"""`/status`, `/delete-message`, `/reset-message`: one message's life (FONNTE.md 1.3 to 1.5)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpdesk.database import execute
from tests.api.fonnte.door import TARGET, Body, Door, read
from tests.factories import make_device

LATER = {"followup": "3600"}
Answer = dict[str, Any]


@pytest.fixture
def door(hall_door: Door) -> Door:
    """Rows are told apart by their messages: they share one server."""
    return hall_door


async def queue(door: Door, **fields: str) -> int:
    """Send something and return its id."""
    body = await door.send({"target": TARGET, "message": "Halo"} | (fields or LATER))
    return int(body["id"][0])


async def post(door: Door, path: str, fields: Body) -> Answer:
    """Post with the device's token."""
    headers = {"Authorization": door.house.device.token}
    return read(await door.caller.post(path, headers=headers, data=fields))


async def put(door: Door, number: int, sql: str) -> None:
    """Change a message, or its place in the outbox, behind the server's back."""
    async with door.account.work() as work:
        await execute(work.session, sql.replace("$m", "(select id from message where number = $1)"),
                      number)  # fmt: skip


SET = "update message set status = '{}', failure = '{}' where id = $m"
WORDS = {
    "waiting": None,
    "pending": "update outbox set attempt = 1 where message_id = $m",
    "processing": "update outbox set state = 'sending' where message_id = $m",
    "sent": SET.format("sent", ""),
    "expired": SET.format("failed", "expired: The device is disconnected."),
    "invalid": SET.format("failed", "target invalid"),
    "failed": SET.format("failed", "The server stopped."),
    "url unreachable": SET.format("failed", "url unreachable"),
}
ALSO = {
    ("delivered", ""): "sent",
    ("read", ""): "sent",
    ("unknown", "No answer."): "processing",
    ("failed", "cancelled"): "failed",
}


@pytest.mark.parametrize("word", WORDS)
async def test_a_status_is_told_in_fonntes_words(door: Door, word: str) -> None:
    number = await queue(door)
    if WORDS[word]:
        await put(door, number, str(WORDS[word]))
    assert await post(door, "/status", {"id": number}) == {
        "id": number, "message_status": word, "status": True,
    }  # fmt: skip
    await put(door, number, "delete from outbox where message_id = $m")


@pytest.mark.parametrize(("stored", "word"), ALSO.items(), ids=str)
async def test_every_status_of_ours_has_a_word(
    door: Door, stored: tuple[str, str], word: str
) -> None:
    number = await queue(door)
    await put(door, number, SET.format(*stored))
    assert (await post(door, "/status", {"id": number}))["message_status"] == word


async def test_a_status_is_read_by_get_too(door: Door) -> None:
    number = await queue(door)
    query = {"token": door.house.device.token, "id": str(number)}
    answer = read(await door.caller.get("/status", params=query))
    assert answer["message_status"] == "waiting"


@pytest.mark.parametrize("path", ["/status", "/delete-message", "/reset-message"])
async def test_another_devices_message_and_a_wrong_token_are_refused(door: Door, path: str) -> None:
    number = await queue(door)
    other = await make_device(door.account, number=f"62812{number:08}")
    answers = [
        read(await door.caller.post(path, data={"id": number}, headers={"Authorization": token}))
        for token in (other.token, "wrong", door.house.account_token)
    ]
    assert [answer["reason"] for answer in answers] == [
        "invalid message id", "invalid token", "invalid token",
    ]  # fmt: skip
    assert (await post(door, "/status", {"id": number}))["message_status"] == "waiting"


async def test_what_was_deleted_is_never_sent_and_is_gone_for_the_door(door: Door) -> None:
    number = await queue(door)
    await post(door, "/delete-message", {"id": number})
    [row] = await door.ask(
        "select status, failure from message where account_id = $1 and number = $2", number
    )
    assert tuple(row) == ("failed", "cancelled")
    for path in ("/delete-message", "/reset-message"):
        answer = await post(door, path, {"id": number})
        assert answer == {"reason": "invalid message id", "status": False}


@pytest.mark.parametrize(
    ("word", "path"),
    [
        (word, path)
        for word in ("processing", "sent")
        for path in ("/delete-message", "/reset-message")
    ],
)
async def test_what_a_gateway_has_is_left_to_it(door: Door, word: str, path: str) -> None:
    number = await queue(door)
    await put(door, number, str(WORDS[word]))
    if word == "sent":
        await put(door, number, "delete from outbox where message_id = $m")
    verb = path.strip("/").partition("-")[0]
    reason = f"cannot {verb} message with status {word}"
    assert await post(door, path, {"id": number}) == {"reason": reason, "status": False}
    await put(door, number, "delete from outbox where message_id = $m")


def at(hours: float) -> int:
    return int((datetime.now(UTC) + timedelta(hours=hours)).timestamp())


async def due_in(door: Door, number: int) -> float:
    """Return in how many hours a message is due."""
    [row] = await door.ask(
        """
        select extract(epoch from o.due_at - now()) / 3600 from outbox o
        join message m on m.account_id = o.account_id and m.id = o.message_id
        where m.account_id = $1 and m.number = $2
        """,
        number,
    )
    return float(row[0])


@pytest.mark.parametrize(
    ("fields", "hours"),
    [
        ({"schedule": "5"}, 5.0),
        ({"delay": "7200"}, 2.0),
        ({"delay": "7200-7200", "schedule": "3"}, 5.0),
    ],
    ids=str,
)
async def test_a_message_is_put_to_another_time(door: Door, fields: Body, hours: float) -> None:
    number = await queue(door, followup="36000")
    if "schedule" in fields:
        fields = fields | {"schedule": at(float(fields["schedule"]))}
    await post(door, "/reset-message", {"id": number} | fields)
    assert await due_in(door, number) == pytest.approx(hours, abs=0.02)


@pytest.mark.parametrize(("word", "hours"), [("true", 2.0), ("false", 9.0), ("", 9.0)])
async def test_a_schedule_moves_as_a_whole_where_that_is_asked_for(
    door: Door, word: str, hours: float
) -> None:
    fields = {"target": f"{TARGET},{TARGET}", "message": "Halo", "schedule": at(9)}
    first, second = (await door.send(fields))["id"]
    await post(door, "/reset-message", {"id": first, "schedule": at(2), "byschedule": word})
    assert await due_in(door, first) == pytest.approx(2, abs=0.02)
    assert await due_in(door, second) == pytest.approx(hours, abs=0.02)


async def test_what_expired_is_sent_again_by_hand(door: Door) -> None:
    number = await queue(door)
    await put(door, number, "delete from outbox where message_id = $m")
    await put(door, number, str(WORDS["expired"]))
    await post(door, "/reset-message", {"id": number, "schedule": at(4)})
    assert await due_in(door, number) == pytest.approx(4, abs=0.02)
    assert (await post(door, "/status", {"id": number}))["message_status"] == "waiting"


async def test_the_options_of_a_send_are_kept_with_it(door: Door) -> None:
    fields = {"typing": "true", "duration": "4", "preview": "false", "schedule": at(1)}
    body = await door.send({"target": TARGET, "message": "Halo"} | fields)
    [row] = await door.ask(
        """
        select o.typing_seconds, o.has_preview, o.scheduled_at from outbox o
        join message m on m.account_id = o.account_id and m.id = o.message_id
        where m.account_id = $1 and m.number = $2
        """,
        body["id"][0],
    )
    assert (row["typing_seconds"], row["has_preview"]) == (4, False)
    assert row["scheduled_at"] == datetime.fromtimestamp(int(fields["schedule"]), UTC)
