"""Broadcasts: stored, read and counted."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows
from helpdesk.queries.message_rows import media_out
from helpdesk.shapes.broadcasts import BroadcastOut, BroadcastState, Progress
from helpdesk.shapes.messages import ActorOut
from helpdesk.tables.broadcast import Broadcast

_SELECT = """
select b.id, b.device_id, b.state, b.text, b.label_ids, b.delay_min, b.delay_max, b.starts_at,
       b.ends_at, b.targets, b.duplicates, b.blocked, b.bad_lines, b.progress, b.created_at,
       b.by_kind, b.by_id, b.by_name,
       b.media_id, f.filename, f.mime, f.size, f.width, f.height, f.pages, f.voice,
       f.state as file_state
from broadcast b left join media f on f.account_id = b.account_id and f.id = b.media_id
"""
_FILE_COLUMNS = ("filename", "mime", "size", "width", "height", "pages", "voice")


class Counted(Struct, frozen=True, kw_only=True):
    """A broadcast as it was told last; for so long it is `quiet`, its first send is so far off."""

    account_id: UUID
    id: UUID
    device_id: UUID
    state: BroadcastState
    progress: Progress
    ends_at: datetime
    quiet: timedelta
    starts_in: timedelta


async def insert_broadcast(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Store a broadcast; its columns of JSON are JSON text."""
    await insert_rows(session, Broadcast, [columns])


async def get_broadcast(session: AsyncSession, account_id: UUID, id_: UUID) -> BroadcastOut:
    """Return one broadcast. Raises NotFound."""
    rows = await fetch(session, _SELECT + " where b.account_id = $1 and b.id = $2", account_id, id_)
    if not rows:
        raise NotFound("There is no such broadcast.")
    return _out(rows[0])


async def list_broadcasts(
    session: AsyncSession,
    account_id: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[BroadcastOut]:
    """Return broadcasts, the newest first, older than `(created_at, id)`."""
    created_at, id_ = before or (None, None)
    rows = await fetch(
        session,
        _SELECT
        + """
        where b.account_id = $1
          and ($2::timestamptz is null or (b.created_at, b.id) < ($2, $3::uuid))
        order by b.created_at desc, b.id desc limit $4
        """,
        account_id,
        created_at,
        id_,
        limit,
    )
    return [_out(row) for row in rows]


async def lock_broadcast(session: AsyncSession, account_id: UUID, id_: UUID) -> BroadcastState:
    """Lock one broadcast and return its state. Raises NotFound."""
    rows = await fetch(
        session,
        "select state from broadcast where account_id = $1 and id = $2 for no key update",
        account_id,
        id_,
    )
    if not rows:
        raise NotFound("There is no such broadcast.")
    state: BroadcastState = rows[0][0]
    return state


async def lock_counted(session: AsyncSession) -> Counted | None:
    """Lock the broadcast that is to be counted first, None without one.

    One that somebody else has locked is left to them.
    """
    rows = await fetch(
        session,
        """
        select account_id, id, device_id, state, progress, ends_at,
               clock_timestamp() - changed_at as quiet,
               greatest(starts_at - clock_timestamp(), interval '0') as starts_in
        from broadcast where count_due_at <= statement_timestamp()
        order by count_due_at limit 1 for no key update skip locked
        """,
    )
    if not rows:
        return None
    progress = msgspec.convert(rows[0]["progress"], Progress)
    return Counted(**dict(rows[0]) | {"progress": progress})


async def set_state(
    session: AsyncSession, account_id: UUID, id_: UUID, state: BroadcastState
) -> None:
    """Store the state of a locked broadcast, and let it be counted at once."""
    await execute(
        session,
        """
        update broadcast set state = $3, changed_at = clock_timestamp(),
          count_due_at = clock_timestamp()
        where account_id = $1 and id = $2
        """,
        account_id,
        id_,
        state,
    )


async def move_end(session: AsyncSession, account_id: UUID, id_: UUID) -> datetime:
    """Store when the last that waits of a locked broadcast is due, and return it.

    Where nothing waits it stays.
    """
    rows = await fetch(
        session,
        """
        update broadcast set ends_at = coalesce(
          (select max(created_at) from outbox where account_id = $1 and broadcast_id = $2), ends_at)
        where account_id = $1 and id = $2 returning ends_at
        """,
        account_id,
        id_,
    )
    ends_at: datetime = rows[0][0]
    return ends_at


async def count_soon(session: AsyncSession, account_id: UUID, message_ids: Sequence[UUID]) -> None:
    """Let the broadcasts of messages be counted at once, where they are of any.

    One that is locked is being counted or is due anyway.
    """
    await execute(
        session,
        """
        update broadcast b set count_due_at = clock_timestamp()
        from (
          select account_id, id from broadcast
          where account_id = $1 and id in (
            select broadcast_id from message where account_id = $1 and id = any($2::uuid[]))
          for no key update skip locked) free
        where b.account_id = free.account_id and b.id = free.id
        """,
        account_id,
        list(message_ids),
    )


async def count_progress(
    session: AsyncSession, account_id: UUID, id_: UUID, *, cancelled: str
) -> Progress:
    """Count a broadcast's messages by what became of them; `cancelled` is the failure of those."""
    rows = await fetch(
        session,
        """
        select count(*) filter (where status in ('queued', 'sending')) as queued,
          count(*) filter (where status = 'sent') as sent,
          count(*) filter (where status = 'delivered') as delivered,
          count(*) filter (where status = 'read') as read,
          count(*) filter (where status = 'failed' and failure <> $3) as failed,
          count(*) filter (where status = 'unknown') as unknown,
          count(*) filter (where status = 'failed' and failure = $3) as cancelled
        from message where account_id = $1 and broadcast_id = $2
        """,
        account_id,
        id_,
        cancelled,
    )
    return Progress(**dict(rows[0]))


async def keep_progress(
    session: AsyncSession,
    counted: Counted,
    state: BroadcastState,
    progress: Progress,
    *,
    again_in: timedelta | None,
) -> None:
    """Store what was counted of a locked broadcast, and after how long it is counted again."""
    await execute(
        session,
        """
        update broadcast set state = $3, progress = $4::jsonb,
          count_due_at = clock_timestamp() + $5::interval,
          changed_at = case when state = $3 and progress = $4::jsonb then changed_at
            else clock_timestamp() end
        where account_id = $1 and id = $2
        """,
        counted.account_id,
        counted.id,
        state,
        msgspec.json.encode(progress).decode(),
        again_in,
    )


def _out(row: asyncpg.Record) -> BroadcastOut:
    columns = dict(row)
    media = {name: columns.pop(name) for name in _FILE_COLUMNS}
    media_id, media["state"] = columns.pop("media_id"), columns.pop("file_state")
    by = {name: columns.pop(f"by_{name}") for name in ("kind", "id", "name")}
    return BroadcastOut(
        **columns
        | {
            "media": media_out(media_id, media) if media_id else None,
            "by": ActorOut(**by),
            "label_ids": list(map(UUID, row["label_ids"])),
            "progress": msgspec.convert(row["progress"], Progress),
        }
    )
