"""Media: files that came in, are expected, or go out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.errors import NotFound
from helpdesk.gateways import Attachment
from helpdesk.queries.bulk import insert_rows
from helpdesk.queries.messages import media_out
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
            "source_url": attachment.url,
            "created_at": now,
        }
        for account_id, _, attachment in expected
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
            path=path,
            created_at=now,
        )
    )
    await session.flush()


async def find_files(
    session: AsyncSession, keys: Iterable[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], MediaOut]:
    """Return stored files, given as (account, id); what is not stored is absent."""
    pairs = list(keys)
    if not pairs:
        return {}
    rows = await fetch(
        session,
        """
        select account_id, id, filename, mime, size, width, height, state from media
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
        """
        select filename, mime, size, width, height, state, path, source_url from media
        where account_id = $1 and id = $2
        """,
        account_id,
        id_,
    )
    if not rows:
        raise NotFound("There is no such file.")
    row = rows[0]
    return StoredFile(out=media_out(id_, row), path=row["path"], source_url=row["source_url"])
