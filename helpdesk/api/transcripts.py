"""Transcripts: what was said in a conversation, as a text to keep."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import MediaType, Response, Router, get
from litestar.params import FromPath, FromQuery, QueryParameter

from helpdesk.api.access import ANYBODY, allow
from helpdesk.api.deps import Acting, Reading
from helpdesk.database import Session
from helpdesk.queries.accounts import get_account
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.messages import list_messages
from helpdesk.queries.visible import require_visible, sees_notes
from helpdesk.shapes.messages import MessageOut

PAGE = 1_000
TIME = "%Y-%m-%d %H:%M:%S"
INDENT = "    "
WithNotes = Annotated[bool, QueryParameter(description="With the notes, for people of the house.")]


@get(
    "/conversations/{conversation_id:uuid}/transcript",
    opt=allow(ANYBODY),
    media_type=MediaType.TEXT,
    operation_id="get_transcript",
)
async def read(
    conversation_id: FromPath[UUID],
    reading: Reading,
    actor: Acting,
    notes: FromQuery[WithNotes] = False,  # noqa: FBT002 - a parameter of the address
) -> Response[str]:
    """Read a conversation as text, times in the account's zone; notes only where asked for."""
    row = await get_conversation(reading, actor.account_id, conversation_id)
    require_visible(actor, row)
    zone = ZoneInfo((await get_account(reading, actor.account_id)).time_zone)
    lines = await _lines(reading, row, has_notes=notes and sees_notes(actor))
    name = f"conversation-{row.contact.number}-{row.opened_at.astimezone(zone):%Y-%m-%d}.txt"
    return Response(
        transcript(row, lines, zone),
        media_type=MediaType.TEXT,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _lines(reading: Session, row: ConversationRow, *, has_notes: bool) -> list[MessageOut]:
    """Return every line, oldest first."""
    lines: list[MessageOut] = []
    before: tuple[datetime, int] | None = None
    while True:
        found = await list_messages(
            reading, row.account_id, row.id, before=before, has_notes=has_notes, limit=PAGE
        )
        lines += found
        if len(found) < PAGE:
            return lines[::-1]
        before = (found[-1].sort_at, found[-1].number)


def transcript(row: ConversationRow, lines: Iterable[MessageOut], zone: ZoneInfo) -> str:
    """Return the text: a head, then each line with its time, its writer and what it holds.

    What follows within a line is indented, so that no text can pass for another line.
    """
    contact = (
        f"{row.contact.name} ({row.contact.number})" if row.contact.name else row.contact.number
    )
    head = (
        f"{_one(contact)}, {row.device.number}, {row.opened_at.astimezone(zone):{TIME}} {zone.key}"
    )
    return "\n".join([head, "", *(_line(line, row, zone) for line in lines), ""])


def _line(line: MessageOut, row: ConversationRow, zone: ZoneInfo) -> str:
    who = line.sender.name or (row.contact.number if line.direction == "in" else row.device.number)
    mark = " (note)" if line.direction == "note" else ""
    nothing = "[deleted]" if line.is_deleted else f"[{line.kind}]"
    said = f"\n{INDENT}".join(_parts(line)) or nothing
    return f"{line.sort_at.astimezone(zone):{TIME}} {_one(who)}{mark}: {said}"


def _parts(line: MessageOut) -> list[str]:
    """Return what a line holds: file, place, poll, votes, text, each in lines of its own."""
    parts = []
    if line.media:
        parts.append(f"[{line.kind}: {_one(line.media.filename) or line.media.mime}]")
    if line.location:
        place = line.location
        parts.append(_one(f"[{place.latitude}, {place.longitude} {place.name}".rstrip() + "]"))
    if line.poll:
        parts += [_one(f"[poll: {line.poll.name}]"), *(_one(f"- {c}") for c in line.poll.choices)]
    if line.choices:
        parts.append(_one(f"[{', '.join(line.choices)}]"))
    return parts + line.text.splitlines()


def _one(text: str) -> str:
    """Return the text in one line."""
    return " ".join(text.splitlines())


router = Router("/", route_handlers=[read])
