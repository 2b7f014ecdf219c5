"""Echoes: the phone's own report confirms an answer of unknown fate, and nothing else."""

from typing import Any
from uuid import uuid4

import msgspec
import pytest

from helpdesk import clock
from helpdesk.actions.deliver import claim_sends, settle_failed
from helpdesk.errors import Unknown
from helpdesk.shapes.messages import MessageOut
from tests.factories import AccountUnderTest, body_of, deliver, make_device
from tests.workers.sending import Chat, ask, open_chat, status_of

OTHER = "6285550002"


@pytest.fixture
async def chat(account: AccountUnderTest) -> Chat:
    return await open_chat(account, await make_device(account))


async def lose(chat: Chat, text: str) -> MessageOut:
    """Send an answer of which nobody knows whether it arrived."""
    message = await chat.say(text)
    async with chat.account.database.unit_of_work() as work:
        [due] = await claim_sends(work, busy_devices=[], per_device=4, most=10)
    async with chat.account.database.unit_of_work() as work:
        await settle_failed(work, due, Unknown("No answer."), now=clock.now())
    return message


def own(text: str, **fields: Any) -> dict[str, Any]:
    """A message of our own, as the device's gateway reports it."""
    number = {"from": "6285550001"}
    return {"type": "message", "id": uuid4().hex, "own": True, "text": text} | number | fields


async def report(chat: Chat, *bodies: dict[str, Any]) -> None:
    await deliver(chat.account, chat.device, msgspec.json.encode(bodies))


async def texts(chat: Chat) -> list[str]:
    return [row[0] for row in await ask(chat.account, "select text from message order by number")]


async def test_an_echo_confirms_the_answer_and_is_no_line_of_its_own(chat: Chat) -> None:
    message, echo = await lose(chat, "Halo\n"), own(" Halo")
    await report(chat, echo)
    await report(chat, echo)
    [row] = await ask(chat.account, "select text, status, failure from message")
    assert tuple(row) == ("Halo\n", "sent", "")
    events = await chat.account.events()
    assert [e.type for e in events] == ["message.queued", "message.unknown", "message.sent"]
    told = body_of(events[-1])
    assert told["message"]["id"] == str(message.id)
    assert told["conversation"]["last_message"]["status"] == "sent"


async def test_after_an_echo_the_next_answer_is_due_at_once(chat: Chat) -> None:
    await lose(chat, "Halo")
    later = await chat.say("later")
    await report(chat, own("Halo"))
    async with chat.account.database.unit_of_work() as work:
        [due] = await claim_sends(work, busy_devices=[], per_device=4, most=10)
    assert due.message.id == later.id


@pytest.mark.parametrize("body", [own("Hello"), own("Halo", **{"from": OTHER}), own("")])
async def test_other_words_and_other_chats_confirm_nothing(
    chat: Chat, body: dict[str, Any]
) -> None:
    await open_chat(chat.account, chat.device, OTHER)
    message = await lose(chat, "Halo")
    await report(chat, body)
    assert await status_of(chat.account, message) == "unknown"
    assert await texts(chat) == ["Halo", body["text"]]


async def test_what_the_customer_says_confirms_nothing(chat: Chat) -> None:
    message = await lose(chat, "Halo")
    await report(chat, own("Halo", own=False))
    assert await status_of(chat.account, message) == "unknown"


async def test_when_the_window_is_over_it_is_a_line_of_its_own(chat: Chat) -> None:
    message = await lose(chat, "Halo")
    await ask(chat.account, "update outbox set due_at = now() - interval '1 second'")
    await report(chat, own("Halo"))
    assert await status_of(chat.account, message) == "unknown"
    assert await texts(chat) == ["Halo", "Halo"]


async def test_of_two_echoes_in_one_batch_the_second_is_a_line_of_its_own(chat: Chat) -> None:
    message = await lose(chat, "Halo")
    await report(chat, own("Halo"), own("Halo"), own("Thanks", own=False))
    assert await status_of(chat.account, message) == "sent"
    assert await texts(chat) == ["Halo", "Halo", "Thanks"]
    last = body_of((await chat.account.events())[-1])
    assert (last["type"], last["conversation"]["last_message"]["text"]) == (
        "message.sent",
        "Thanks",
    )
