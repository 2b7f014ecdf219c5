"""The files of a contact, over all its conversations that somebody may see."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.actors import Actor
from helpdesk.database import fetch
from helpdesk.queries.inbox import visible_sql
from helpdesk.queries.message_rows import MESSAGE_COLUMNS, message_out
from helpdesk.shapes.messages import MessageOut

MediaKind = Literal["picture", "document", "audio"]
"""`picture` is an image, a sticker or a video."""

_KINDS: dict[MediaKind, str] = {
    "picture": "m.kind in ('image', 'sticker', 'video')",
    "document": "m.kind = 'document'",
    "audio": "m.kind = 'audio'",
}


async def list_contact_media(
    session: AsyncSession,
    actor: Actor,
    contact_id: UUID,
    *,
    kind: MediaKind | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int,
) -> list[MessageOut]:
    """Return messages with a stored file, newest first, older than `(sort_at, number)`.

    Of a contact with several numbers those of all.
    """
    at, number = before or (None, None)
    arguments: tuple[Any, ...] = (
        actor.account_id, actor.agent_id, actor.division_id, actor.device_id,
        contact_id, at, number, limit,
    )  # fmt: skip
    rows = await fetch(
        session,
        f"""
        select {MESSAGE_COLUMNS} from message m
        join media f on f.account_id = m.account_id and f.id = m.media_id and f.state = 'stored'
        join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
        where m.account_id = $1 and m.media_id is not null and {_KINDS[kind] if kind else "true"}
          and m.contact_id = any(array(select $5::uuid union all
            select o.id from contact o where o.account_id = $1 and o.merged_into_id = $5))
          and {visible_sql(actor)} and not m.is_deleted
          and ($2::uuid is null or true) and ($3::uuid is null or true)
          and ($4::uuid is null or true)
          and ($6::timestamptz is null or (m.sort_at, m.number) < ($6, $7::bigint))
        order by m.sort_at desc, m.number desc limit $8
        """,
        *arguments,
    )
    return [message_out(row) for row in rows]
