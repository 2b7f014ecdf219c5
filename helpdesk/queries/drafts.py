"""Drafts: read, stored and deleted, each where it is still the version that the writer knows."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.queries.media import find_files
from helpdesk.shapes.drafts import DraftBody, DraftOut
from helpdesk.shapes.words import DraftKind

Place = tuple[UUID, UUID, UUID, DraftKind]
"""Where a draft is: (account, writer, conversation, kind)."""

_COLUMNS = "conversation_id, kind, body, version, changed_at"
_HERE = "account_id = $1 and writer_id = $2 and conversation_id = $3 and kind = $4"


async def list_drafts(
    session: AsyncSession,
    account_id: UUID,
    writer_id: UUID,
    *,
    after: tuple[UUID, DraftKind] | None,
    limit: int,
) -> list[DraftOut]:
    """Return what one writer began, by conversation."""
    rows = await fetch(
        session,
        f"""
        select {_COLUMNS} from draft
        where account_id = $1 and writer_id = $2
          and ($3::uuid is null or (conversation_id, kind) > ($3, $4::text))
        order by conversation_id, kind limit $5
        """,
        account_id,
        writer_id,
        *(after or (None, None)),
        limit,
    )
    return await _out(session, account_id, rows)


async def find_draft(session: AsyncSession, place: Place) -> DraftOut | None:
    """Return one draft, or None."""
    rows = await fetch(session, f"select {_COLUMNS} from draft where {_HERE}", *place)
    found = await _out(session, place[0], rows)
    return found[0] if found else None


async def store_draft(
    session: AsyncSession, place: Place, body: DraftBody, *, expected: int, now: datetime
) -> DraftOut | None:
    """Store a draft in the place of the version expected, 0 for none; None where it is another.

    A version is never given twice, also where a draft was deleted between: it grows with the time
    (milliseconds since 1970).
    """
    rows = await fetch(
        session,
        f"""
        insert into draft as d
          (account_id, writer_id, conversation_id, kind, body, version, changed_at)
        select $1, $2, $3, $4, $5::jsonb, $8::bigint, $7
        where $6::bigint = 0 or exists (select from draft where {_HERE})
        on conflict (account_id, writer_id, conversation_id, kind) do update
          set body = excluded.body, changed_at = excluded.changed_at,
            version = greatest(d.version + 1, excluded.version)
          where d.version = $6::bigint
        returning {_COLUMNS}
        """,
        *place,
        msgspec.json.encode(body).decode(),
        expected,
        now,
        int(now.timestamp() * 1000),
    )
    stored = await _out(session, place[0], rows)
    return stored[0] if stored else None


async def delete_draft(session: AsyncSession, place: Place, *, expected: int) -> None:
    """Delete a draft where it is the version expected."""
    await execute(
        session, f"delete from draft where {_HERE} and version = $5::bigint", *place, expected
    )


async def _out(
    session: AsyncSession, account_id: UUID, rows: Sequence[asyncpg.Record]
) -> list[DraftOut]:
    bodies = [msgspec.convert(row["body"], DraftBody) for row in rows]
    keys = [(account_id, media_id) for body in bodies for media_id in body.media_ids]
    files = await find_files(session, keys)
    return [
        DraftOut(
            conversation_id=row["conversation_id"],
            kind=row["kind"],
            version=row["version"],
            changed_at=row["changed_at"],
            body=body,
            attachments=[
                files[account_id, media_id]
                for media_id in body.media_ids
                if (account_id, media_id) in files
            ],
        )
        for row, body in zip(rows, bodies, strict=True)
    ]
