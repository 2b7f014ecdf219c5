"""Messages as they are read: the select with their media, and the shape made of a row."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from helpdesk.shapes.messages import (
    ActorOut,
    Location,
    MediaOut,
    MessageOut,
    Poll,
    ReactionOut,
    Voice,
)

SMALL_PIXELS = 640
MOST_PIXELS = 40_000_000

MEDIA_COLUMNS = "f.filename, f.mime, f.size, f.width, f.height, f.pages, f.voice, f.state"
"""Of a file `f`."""

MESSAGE_COLUMNS = f"""
m.id, m.number, m.conversation_id, m.device_id, m.contact_id, m.member_contact_id,
       m.direction, m.kind, m.text, m.media_id, {MEDIA_COLUMNS},
       m.location, m.poll, m.choices, m.status, m.failure, m.client_id, m.sender_kind, m.sender_id,
       m.sender_name, m.reply_to, m.is_from_phone, m.is_possible_repeat, m.is_forwarded,
       m.is_deleted, m.edited_at, m.reactions, m.sort_at, m.created_at, m.broadcast_id,
       case when m.direction = 'note' then array(
         select n.agent_id from mention n
         where n.account_id = m.account_id and n.message_id = m.id order by 1)
       else '{{}}' end as mentions
"""
"""Of a message `m` and its file `f`."""

MESSAGE_SELECT = f"""
select {MESSAGE_COLUMNS}
from message m left join media f on f.account_id = m.account_id and f.id = m.media_id
"""


def message_out(row: asyncpg.Record) -> MessageOut:
    """Build the shape from a row of `MESSAGE_SELECT`."""
    return MessageOut(
        id=row["id"],
        number=row["number"],
        conversation_id=row["conversation_id"],
        device_id=row["device_id"],
        contact_id=row["contact_id"],
        member_id=row["member_contact_id"],
        direction=row["direction"],
        kind=row["kind"],
        text=row["text"],
        media=_media(row),
        location=msgspec.convert(row["location"], Location | None),
        poll=msgspec.convert(row["poll"], Poll | None),
        choices=row["choices"],
        status=row["status"],
        failure=row["failure"],
        client_id=row["client_id"],
        sender=ActorOut(kind=row["sender_kind"], id=row["sender_id"], name=row["sender_name"]),
        reply_to=row["reply_to"],
        is_from_phone=row["is_from_phone"],
        is_possible_repeat=row["is_possible_repeat"],
        is_forwarded=row["is_forwarded"],
        is_deleted=row["is_deleted"],
        edited_at=row["edited_at"],
        reactions=msgspec.convert(row["reactions"], list[ReactionOut]),
        sort_at=row["sort_at"],
        created_at=row["created_at"],
        broadcast_id=row["broadcast_id"],
        mentions=row["mentions"],
    )


def _media(row: asyncpg.Record) -> MediaOut | None:
    if row["media_id"] is None:
        return None
    return media_out(row["media_id"], row)


def _has_small(row: Mapping[str, Any] | asyncpg.Record) -> bool:
    """Whether a small picture is worth making, and safe to make."""
    if row["pages"]:
        return True
    width, height = row["width"] or 0, row["height"] or 0
    is_still = row["mime"] != "image/gif"
    return is_still and max(width, height) > SMALL_PIXELS and width * height <= MOST_PIXELS


def media_out(id_: UUID, row: Mapping[str, Any] | asyncpg.Record) -> MediaOut:
    """Return the shape of a file from its columns."""
    return MediaOut(
        id=id_,
        filename=row["filename"],
        mime=row["mime"],
        size=row["size"],
        width=row["width"],
        height=row["height"],
        pages=row["pages"],
        voice=msgspec.convert(row["voice"], Voice | None),
        state=row["state"],
        url=f"/media/{id_}",
        thumbnail_url=f"/media/{id_}?size=small" if _has_small(row) else None,
    )
