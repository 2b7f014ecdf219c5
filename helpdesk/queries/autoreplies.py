"""Autoreplies: read, locked, inserted and changed."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.queries.message_rows import MEDIA_COLUMNS, media_out
from helpdesk.shapes.autoreplies import AutoreplyOut, AutoreplySilencer
from helpdesk.shapes.messages import Poll
from helpdesk.shapes.rules import HoursCondition
from helpdesk.tables.autoreply import Autoreply

_SELECT = f"""
select a.id, a.device_id, a.name, a.position, a.kind, a.words, a.pattern, a.hours, a.text,
       a.template_id, a.poll, a.rotator_id, a.is_enabled, a.deleted_at,
       a.media_id, {MEDIA_COLUMNS}
from autoreply a left join media f on f.account_id = a.account_id and f.id = a.media_id
"""


def answers_itself(device: str) -> str:
    """Return the condition that a device, by its name in the statement, answers by itself.

    One whose webhook is told of messages leaves the answers to the program behind that.
    """
    return f"""(
      exists (select from autoreply r where r.account_id = {device}.account_id
        and r.device_id = {device}.id and r.is_enabled and r.deleted_at is null)
      and {device}.answer_source = 'autoreply' and not {_is_told(device)})"""


def _is_told(device: str) -> str:
    return f"""exists (select from webhook w where w.account_id = {device}.account_id
      and w.device_id = {device}.id and w.kind = 'webhook' and w.is_enabled
      and w.deleted_at is null)"""


async def find_silencer(
    session: AsyncSession, account_id: UUID, device_id: UUID
) -> AutoreplySilencer | None:
    """Return which of a device's settings keeps its autoreplies from answering people."""
    rows = await fetch(
        session,
        f"""
        select case when {_is_told("d")} then 'webhook' when not d.is_autoread then 'autoread'
          when not d.is_personal_told then 'personal'
          when d.answer_source <> 'autoreply' then 'source' end
        from device d where d.account_id = $1 and d.id = $2
        """,
        account_id,
        device_id,
    )
    return cast("AutoreplySilencer | None", rows[0][0])


async def find_autoreply(session: AsyncSession, account_id: UUID, id_: UUID) -> AutoreplyOut | None:
    """Return one autoreply, also a deleted one, or None."""
    rows = await fetch(session, _SELECT + " where a.account_id = $1 and a.id = $2", account_id, id_)
    return _out(rows[0]) if rows else None


async def get_autoreply(session: AsyncSession, account_id: UUID, id_: UUID) -> AutoreplyOut:
    """Return one living autoreply. Raises NotFound."""
    autoreply = await find_autoreply(session, account_id, id_)
    if autoreply is None or autoreply.is_deleted:
        raise NotFound("There is no such autoreply.")
    return autoreply


async def lock_autoreply(session: AsyncSession, account_id: UUID, id_: UUID) -> AutoreplyOut:
    """Lock one living autoreply. Raises NotFound."""
    one = "select from autoreply where account_id = $1 and id = $2 for no key update"
    await fetch(session, one, account_id, id_)
    return await get_autoreply(session, account_id, id_)


async def list_autoreplies(
    session: AsyncSession,
    account_id: UUID,
    *,
    device_id: UUID | None = None,
    after: tuple[int, UUID] | None = None,
    limit: int | None = None,
) -> list[AutoreplyOut]:
    """Return living autoreplies, of one device where given, in the order of `(position, id)`."""
    position, id_ = after or (None, None)
    rows = await fetch(
        session,
        f"""
        {_SELECT}
        where a.account_id = $1 and a.deleted_at is null
          and ($2::uuid is null or a.device_id = $2)
          and ($3::int is null or (a.position, a.id) > ($3, $4::uuid))
        order by a.position, a.id limit $5
        """,
        account_id,
        device_id,
        position,
        id_,
        limit,
    )
    return [_out(row) for row in rows]


class Line(Struct, frozen=True):
    """A device's list: how many there are, and the place after the last."""

    count: int
    next_position: int


async def measure_list(session: AsyncSession, account_id: UUID, device_id: UUID) -> Line:
    """Return how long a locked device's list is."""
    rows = await fetch(
        session,
        """
        select count(*), coalesce(max(position) + 1, 0) from autoreply
        where account_id = $1 and device_id = $2 and deleted_at is null
        """,
        account_id,
        device_id,
    )
    return Line(rows[0][0], rows[0][1])


async def insert_autoreply(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert an autoreply."""
    await insert_rows(session, Autoreply, [_encoded(columns)])


async def set_autoreply(
    session: AsyncSession, account_id: UUID, id_: UUID, changes: Mapping[str, Any]
) -> None:
    """Change columns of an autoreply, one at least."""
    row = {"account_id": account_id, "id": id_, **_encoded(changes)}
    await update_rows(session, Autoreply, [row])


def _encoded(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Turn what the columns keep as JSON into its text."""
    return {
        name: msgspec.json.encode(value).decode() if isinstance(value, Struct | list) else value
        for name, value in columns.items()
    }


def _out(row: asyncpg.Record) -> AutoreplyOut:
    return AutoreplyOut(
        id=row["id"],
        device_id=row["device_id"],
        name=row["name"],
        position=row["position"],
        kind=row["kind"],
        words=row["words"],
        pattern=row["pattern"],
        hours=msgspec.convert(row["hours"], HoursCondition | None),
        text=row["text"],
        template_id=row["template_id"],
        attachment=media_out(row["media_id"], row) if row["media_id"] else None,
        poll=msgspec.convert(row["poll"], Poll | None),
        rotator_id=row["rotator_id"],
        enabled=row["is_enabled"],
        is_deleted=row["deleted_at"] is not None,
    )
