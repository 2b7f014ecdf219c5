"""Messages found by the gateway's ids, and what was changed of them afterwards."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.shapes.messages import ReactionOut

ProviderKey = tuple[UUID, UUID, str]
"""Account, device, and the gateway's id of a message."""


async def find_by_provider(
    session: AsyncSession, keys: Iterable[ProviderKey]
) -> dict[ProviderKey, UUID]:
    """Return messages that came in or went out by the gateway's ids; unknown ones are absent."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows = await fetch(
        session,
        """
        select k.account_id, k.device_id, k.provider_id, coalesce(i.message_id, m.id)
        from unnest($1::uuid[], $2::uuid[], $3::text[]) k(account_id, device_id, provider_id)
        left join inbound i on i.account_id = k.account_id and i.device_id = k.device_id
          and i.key = 'id:' || k.provider_id
        left join lateral (
          select id from message m where m.account_id = k.account_id
            and m.device_id = k.device_id and m.provider_id = k.provider_id limit 1) m on true
        where coalesce(i.message_id, m.id) is not null
        """,
        *(list(column) for column in zip(*wanted, strict=True)),
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


async def lock_reactions(session: AsyncSession, account_id: UUID, id_: UUID) -> list[ReactionOut]:
    """Lock a message and return the reactions to it."""
    rows = await fetch(
        session,
        "select reactions from message where account_id = $1 and id = $2 for no key update",
        account_id,
        id_,
    )
    return msgspec.convert(rows[0][0], list[ReactionOut]) if rows else []


async def set_reactions(
    session: AsyncSession, account_id: UUID, id_: UUID, reactions: Sequence[ReactionOut]
) -> None:
    """Store the reactions to a message."""
    await execute(
        session,
        "update message set reactions = $3::jsonb where account_id = $1 and id = $2",
        account_id,
        id_,
        msgspec.json.encode(reactions).decode(),
    )


async def set_edited(
    session: AsyncSession, account_id: UUID, id_: UUID, text: str, *, now: datetime
) -> None:
    """Store a message's new text, unless it has it already or was deleted."""
    await execute(
        session,
        """
        update message set text = $3, edited_at = $4
        where account_id = $1 and id = $2 and not is_deleted and text <> $3
        """,
        account_id,
        id_,
        text,
        now,
    )


async def set_deleted(session: AsyncSession, account_id: UUID, id_: UUID) -> None:
    """Empty a message that its writer deleted; that there was one stays."""
    await execute(
        session,
        """
        update message set is_deleted = true, text = '', media_id = null, location = null,
          poll = null, choices = '[]', reactions = '[]'
        where account_id = $1 and id = $2
        """,
        account_id,
        id_,
    )
