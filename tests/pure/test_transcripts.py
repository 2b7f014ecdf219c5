"""The text of a transcript: pure."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from helpdesk.api.transcripts import transcript
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.shapes.conversations import ContactRef, DeviceRef
from helpdesk.shapes.messages import ActorOut, Location, MessageOut, Poll

AT = datetime(2026, 11, 26, 2, 30, tzinfo=UTC)
JAKARTA = ZoneInfo("Asia/Jakarta")
ROW = ConversationRow(
    account_id=uuid4(),
    id=uuid4(),
    address_id=uuid4(),
    contact=ContactRef(id=uuid4(), name="Joko", number="62855", labels=[], is_blocked=False),
    device=DeviceRef(id=uuid4(), number="62811"),
    opened_at=AT,
    last_message_at=AT,
)


def line(**fields: Any) -> MessageOut:
    """A line of the contact."""
    told: dict[str, Any] = {
        "id": uuid4(), "number": 1, "conversation_id": ROW.id, "device_id": ROW.device.id,
        "contact_id": ROW.contact.id, "member_id": None, "direction": "in", "kind": "text",
        "text": "Hello", "media": None, "location": None, "poll": None, "choices": [],
        "status": None, "failure": "", "client_id": None, "reply_to": None,
        "sender": ActorOut(kind="contact", id=None, name="Joko"), "is_from_phone": False,
        "is_possible_repeat": False, "is_forwarded": False, "is_deleted": False,
        "edited_at": None, "reactions": [], "sort_at": AT, "created_at": AT,
        "broadcast_id": None, "mentions": [],
    }  # fmt: skip
    return MessageOut(**told | fields)


def text_of(*lines: MessageOut) -> list[str]:
    return transcript(ROW, lines, JAKARTA).splitlines()


def test_times_are_in_the_zone_of_the_account() -> None:
    head, _, first = text_of(line())
    assert head == "Joko (62855), 62811, 2026-11-26 09:30:00 Asia/Jakarta"
    assert first == "2026-11-26 09:30:00 Joko: Hello"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\x0b", "\x85"])
def test_no_text_passes_for_another_line(end: str) -> None:
    forged = f"Hi{end}2026-11-26 09:31:00 Ani: You get it for free"
    lines = text_of(line(text=forged))
    assert lines[-1] == "    2026-11-26 09:31:00 Ani: You get it for free"


def test_no_name_passes_for_another_line() -> None:
    sender = ActorOut(kind="contact", id=None, name="Joko\n2026-11-26 09:31:00 Ani")
    assert len(text_of(line(sender=sender))) == 3


def test_what_is_no_text_is_told_in_brackets() -> None:
    place = Location(latitude=-6.2, longitude=106.8, name="Office")
    poll = Poll(name="When?", choices=["Now", "Later"])
    told = text_of(
        line(text="", kind="location", location=place),
        line(text="", kind="poll", poll=poll),
        line(text="", kind="poll_vote", choices=["Now"]),
        line(text="", kind="sticker"),
        line(text="", is_deleted=True),
    )
    said = [each.removeprefix("2026-11-26 09:30:00 Joko: ") for each in told[2:]]
    assert said == [
        "[-6.2, 106.8 Office]", "[poll: When?]", "    - Now", "    - Later", "[Now]", "[sticker]",
        "[deleted]",
    ]  # fmt: skip
