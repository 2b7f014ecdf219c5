"""The simulated gateway: what its hook takes, and what goes wrong where somebody wants it to."""

import time
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from helpdesk.errors import Rejected, Unknown, Unreachable
from helpdesk.gateways import Connection, Inbound, Outgoing, Unparsed
from helpdesk.gateways.simulated import Simulated, Trouble

OUTGOING = Outgoing(reference=str(uuid4()), address="6285550001", kind="text", text="Hi")
CONNECTION = Connection(
    account_id=uuid4(), device_id=uuid4(), device_number="62811", settings={}, secrets={}
)


class OnePhone:
    """A phone that remembers what it got, and on which this goes wrong."""

    def __init__(self, **trouble: Any) -> None:
        self.trouble = Trouble(**trouble)
        self.got: list[Outgoing] = []

    async def meet_trouble(self, _connection: Connection) -> Trouble:
        return self.trouble

    async def deliver(self, _connection: Connection, outgoing: Outgoing) -> None:
        self.got.append(outgoing)


def parse(**fields: Any) -> Any:
    body = msgspec.json.encode({"type": "message", "from": "085550001"} | fields)
    [parsed] = Simulated(OnePhone()).parse_webhook(body, "")
    return parsed


async def test_message_arrives_and_its_id_is_our_reference() -> None:
    phone = OnePhone()
    sent = await Simulated(phone).send(CONNECTION, OUTGOING)
    assert sent.provider_id == OUTGOING.reference
    assert phone.got == [OUTGOING]


@pytest.mark.parametrize(
    ("trouble", "error", "arrived"),
    [
        ("is_disconnected", Unreachable, []),
        ("is_refused", Rejected, []),
        ("is_answer_lost", Unknown, [OUTGOING]),
    ],
)
async def test_what_is_switched_on_goes_wrong(
    trouble: str, error: type[Exception], arrived: list[Outgoing]
) -> None:
    phone = OnePhone(**{trouble: True})
    with pytest.raises(error):
        await Simulated(phone).send(CONNECTION, OUTGOING)
    assert phone.got == arrived


async def test_slow_gateway_takes_its_time() -> None:
    phone, started = OnePhone(slow_seconds=1), time.monotonic()
    await Simulated(phone).send(CONNECTION, OUTGOING)
    assert 1 <= time.monotonic() - started < 5
    assert phone.got == [OUTGOING]


async def test_no_gateway_is_slower_than_the_outbox_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("helpdesk.gateways.simulated.asyncio", SimpleNamespace(sleep=sleep))
    await Simulated(OnePhone(slow_seconds=3600)).send(CONNECTION, OUTGOING)
    assert slept == [10]


def test_message_may_name_a_file_that_was_uploaded() -> None:
    media = uuid4()
    parsed = parse(kind="image", media=str(media), url="https://elsewhere.example/x.png")
    assert isinstance(parsed, Inbound)
    assert parsed.media_id == media
    assert parsed.attachment is None, "what is here needs no fetching"


def test_file_behind_an_address_is_still_to_be_fetched() -> None:
    parsed = parse(kind="image", url="https://elsewhere.example/x.png", filename="x.png")
    assert parsed.media_id is None
    assert parsed.attachment.url == "https://elsewhere.example/x.png"


def test_file_that_is_named_wrongly_is_kept_for_somebody_to_see() -> None:
    assert isinstance(parse(media="../etc/passwd"), Unparsed)


def test_vote_carries_its_poll_and_what_was_chosen() -> None:
    poll = {"name": "When?", "choices": ["Today", "Tomorrow"]}
    parsed = parse(kind="poll_vote", poll=poll, choices=["Today"], id=str(UUID(int=1)))
    assert (parsed.kind, parsed.choices, parsed.poll.name) == ("poll_vote", ["Today"], "When?")
