"""The newest line in the list: an event says of it what a fresh read says."""

from typing import Any

import pytest

from helpdesk.queries.conversations import get_conversation
from tests.factories import AccountUnderTest, body_of, make_device, receive

URL = "http://127.0.0.1/file"
LINES: list[tuple[dict[str, Any], str]] = [
    ({"text": " Hello "}, "Hello"),
    ({"text": "", "poll": {"name": "Which day?", "choices": ["Mon", "Tue"]}}, "Which day?"),
    ({"text": "", "kind": "poll_vote", "choices": ["Mon", "Tue"]}, "Mon, Tue"),
    ({"text": "", "location": {"latitude": 1, "longitude": 2, "name": "Monas"}}, "Monas"),
    ({"kind": "document", "text": "", "url": URL, "filename": "offer.pdf"}, "offer.pdf"),
    ({"kind": "image", "text": "", "url": URL, "filename": "IMG_1.jpg"}, ""),
]


@pytest.mark.parametrize(
    ("fields", "told"), LINES, ids=["text", "poll", "vote", "place", "document", "picture"]
)
async def test_a_line_is_told_by_the_event_as_by_a_fresh_read(
    account: AccountUnderTest, fields: dict[str, Any], told: str
) -> None:
    line = await receive(account, await make_device(account), **fields)
    [event] = await account.events("message.received")
    assert body_of(event)["conversation"]["last_message"]["text"] == told
    async with account.reading() as session:
        row = await get_conversation(session, account.id, line.conversation.id)
    assert row.last
    assert row.last.text == told
