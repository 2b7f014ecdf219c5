"""Media: files that came in, are expected, or go out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct, to_builtins
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.gateways import Attachment
from helpdesk.queries.bulk import insert_rows
from helpdesk.queries.message_rows import MEDIA_COLUMNS, media_out
from helpdesk.shapes.messages import MediaOut
from helpdesk.tables.columns import new_id
from helpdesk.tables.media import Media


class StoredFile(Struct, frozen=True, kw_only=True):
    """A file and where it lies below the data directory's `media`."""

    out: MediaOut
    path: str | None
    source_url: str | None


async def insert_media(
    session: AsyncSession,
    expected: Sequence[tuple[UUID, UUID, Attachment]],
    *,
    now: datetime,
) -> dict[UUID, MediaOut]:
    """Insert files still to be fetched, given as (account, message, where); by message."""
    rows: list[dict[str, Any]] = [
        {
            "account_id": account_id,
            "id": new_id(),
            "state": "due",
            "filename": attachment.filename[:255],
            "mime": attachment.mime[:255],
            "size": 0,
            "width": None,
            "height": None,
            "pages": None,
            "voice": None,
            "source_url": attachment.url,
            "message_id": message_id,
            "attempt": 0,
            "due_at": now,
            "created_at": now,
        }
        for account_id, message_id, attachment in expected
    ]
    await insert_rows(session, Media, rows)
    return {
        message_id: media_out(row["id"], row)
        for (_, message_id, _), row in zip(expected, rows, strict=True)
    }


async def insert_file(
    session: AsyncSession, account_id: UUID, file: MediaOut, *, path: str, now: datetime
) -> None:
    """Insert a file that is stored already."""
    session.add(
        Media(
            account_id=account_id,
            id=file.id,
            state=file.state,
            filename=file.filename,
            mime=file.mime,
            size=file.size,
            width=file.width,
            height=file.height,
            pages=file.pages,
            voice=to_builtins(file.voice),
            path=path,
            created_at=now,
        )
    )
    await session.flush()


class DueFile(Struct, frozen=True, kw_only=True):
    """A file that one try is to fetch now; `attempt` is the try's fence."""

    account_id: UUID
    id: UUID
    url: str
    filename: str
    attempt: int
    created_at: datetime


async def claim_files(session: AsyncSession, *, most: int) -> list[DueFile]:
    """Claim files that are due, the longest due first, each for a lease of a minute."""
    rows = await fetch(
        session,
        """
        with due as (
          select account_id, id from media
          where state = 'due' and due_at <= clock_timestamp()
          order by due_at limit $1 for update skip locked)
        update media m set attempt = m.attempt + 1, due_at = clock_timestamp() + interval '1 minute'
        from due where m.account_id = due.account_id and m.id = due.id
        returning m.account_id, m.id, m.source_url as url, m.filename, m.attempt, m.created_at
        """,
        most,
    )
    return [DueFile(**dict(row)) for row in rows]


async def put_off_file(session: AsyncSession, due: DueFile, *, wait: timedelta) -> None:
    """Let a file be tried again after a wait, unless another try has it."""
    await execute(
        session,
        """
        update media set due_at = clock_timestamp() + $4::interval
        where account_id = $1 and id = $2 and attempt = $3 and state = 'due'
        """,
        due.account_id,
        due.id,
        due.attempt,
        wait,
    )


async def find_waiting_message(session: AsyncSession, due: DueFile) -> tuple[UUID, UUID | None]:
    """Return the message that waits for a file, and its conversation."""
    rows = await fetch(
        session,
        """
        select m.id, m.conversation_id from media f
        join message m on m.account_id = f.account_id and m.id = f.message_id
        where f.account_id = $1 and f.id = $2
        """,
        due.account_id,
        due.id,
    )
    if not rows:
        raise NotFound("No message waits for this file.")
    return rows[0][0], rows[0][1]


async def set_fetched(session: AsyncSession, due: DueFile, columns: Mapping[str, Any]) -> bool:
    """Store what became of a file; False when another try has done so, or is under way."""
    rows = await fetch(
        session,
        """
        update media set state = $4, filename = coalesce($5, filename), mime = coalesce($6, mime),
          size = coalesce($7, size), width = $8, height = $9, pages = $10, path = $11,
          due_at = null
        where account_id = $1 and id = $2 and attempt = $3 and state = 'due' returning 1
        """,
        due.account_id,
        due.id,
        due.attempt,
        *(
            columns.get(name)
            for name in ("state", "filename", "mime", "size", "width", "height", "pages", "path")
        ),
    )
    return bool(rows)


async def find_files(
    session: AsyncSession, keys: Iterable[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], MediaOut]:
    """Return stored files, given as (account, id); what is not stored is absent."""
    pairs = list(keys)
    if not pairs:
        return {}
    rows = await fetch(
        session,
        f"""
        select account_id, id, {MEDIA_COLUMNS} from media f
        where (account_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
          and state = 'stored'
        """,
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )
    return {(row[0], row[1]): media_out(row["id"], row) for row in rows}


async def get_file(session: AsyncSession, account_id: UUID, id_: UUID) -> StoredFile:
    """Return one file. Raises NotFound."""
    rows = await fetch(
        session,
        f"""
        select {MEDIA_COLUMNS}, path, source_url from media f
        where account_id = $1 and id = $2
        """,
        account_id,
        id_,
    )
    if not rows:
        raise NotFound("There is no such file.")
    row = rows[0]
    return StoredFile(out=media_out(id_, row), path=row["path"], source_url=row["source_url"])
