"""Messages and notes by a part of their text, in the conversations that somebody may see."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.actors import Actor
from helpdesk.database import fetch
from helpdesk.queries.inbox import pattern, visible_sql
from helpdesk.queries.labels import labelled
from helpdesk.queries.message_rows import MESSAGE_COLUMNS, message_out
from helpdesk.queries.visible import sees_notes
from helpdesk.shapes.history import HistoryContact
from helpdesk.shapes.search import ExcerptOut, HitOut

LETTERS_BEFORE, LETTERS_AFTER = 40, 160


class WantedHits(Struct, frozen=True, kw_only=True):
    """Which lines: those with this part in their text, narrowed down by filters.

    `agent_id` owns the conversation, `label_id` is on it or on its contact; `since` is included,
    `until` is not.
    """

    text: str
    messages: bool = True
    notes: bool = True
    device_id: UUID | None = None
    division_id: UUID | None = None
    agent_id: UUID | None = None
    label_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


async def search_lines(
    session: AsyncSession,
    actor: Actor,
    wanted: WantedHits,
    *,
    before: tuple[datetime, int] | None = None,
    limit: int,
) -> list[HitOut]:
    """Return what the actor sees of it, newest first, older than `(sort_at, number)`.

    Messages and notes have an index each that goes by time, so each are found by themselves. The
    page is completed afterwards, so that nothing is joined for what is not shown.
    """
    arguments: list[Any] = [
        actor.account_id, actor.agent_id, actor.division_id, actor.device_id,
        pattern(wanted.text), limit,
    ]  # fmt: skip
    narrowed = "".join(f" and {each}" for each in _conditions(wanted, before, arguments))
    kinds = ["m.direction <> 'note'"] if wanted.messages else []
    kinds += ["m.direction = 'note'"] if wanted.notes and sees_notes(actor) else []
    if not kinds:
        return []
    found = " union all ".join(
        f"""
        (select m.*, c.status as conversation_status, c.assignee_id from message m
         join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
         where m.account_id = $1 and {kind} and m.text ilike $5 and {visible_sql(actor)} {narrowed}
           and ($2::uuid is null or true) and ($3::uuid is null or true)
           and ($4::uuid is null or true)
         order by m.sort_at desc, m.number desc limit $6)"""
        for kind in kinds
    )
    rows = await fetch(
        session,
        f"""
        select {MESSAGE_COLUMNS}, m.conversation_status, m.assignee_id,
          p.address, k.id as person_id, k.name as person_name
        from (select * from ({found}) m order by m.sort_at desc, m.number desc limit $6) m
        left join media f on f.account_id = m.account_id and f.id = m.media_id
        join contact p on p.account_id = m.account_id and p.id = m.contact_id
        join contact k on k.account_id = p.account_id and k.id = coalesce(p.merged_into_id, p.id)
        order by m.sort_at desc, m.number desc
        """,
        *arguments,
    )
    return [_hit(row, wanted.text) for row in rows]


def _conditions(
    wanted: WantedHits, before: tuple[datetime, int] | None, arguments: list[Any]
) -> list[str]:
    """Return the conditions that are asked for, and add what they name to the arguments."""

    def given(value: object) -> str:
        arguments.append(value)
        return f"${len(arguments)}"

    plain = (
        ("c.device_id = {}::uuid", wanted.device_id),
        ("c.division_id = {}::uuid", wanted.division_id),
        ("c.assignee_id = {}::uuid", wanted.agent_id),
        ("m.sort_at >= {}::timestamptz", wanted.since),
        ("m.sort_at < {}::timestamptz", wanted.until),
    )
    found = [condition.format(given(value)) for condition, value in plain if value]
    if wanted.label_id:
        label = given(wanted.label_id)
        found.append(
            f"""({labelled("c", label)} or exists (
              select from contact r join contact k on k.account_id = r.account_id
                and k.id = coalesce(r.merged_into_id, r.id)
              where r.account_id = c.account_id and r.id = c.contact_id and {labelled("k", label)}))
            """
        )
    if before:
        sort_at, number = map(given, before)
        found.append(f"(m.sort_at, m.number) < ({sort_at}::timestamptz, {number}::bigint)")
    return found


def _hit(row: asyncpg.Record, part: str) -> HitOut:
    message = message_out(row)
    return HitOut(
        message=message,
        excerpt=cut_around(message.text, part),
        contact=HistoryContact(id=row["person_id"], name=row["person_name"], number=row["address"]),
        status=row["conversation_status"],
        assignee_id=row["assignee_id"],
    )


def cut_around(text: str, part: str) -> ExcerptOut:
    """Cut a text around the first place where the part stands, in any case.

    It is in one line afterwards. Where the part is not found (the database knows other cases than
    Python for some letters), the text's beginning is all `after`.
    """
    found = re.search(re.escape(part), text, re.IGNORECASE)
    start, end = found.span() if found else (0, 0)
    before, hit, after = (
        re.sub(r"\s+", " ", each) for each in (text[:start], text[start:end], text[end:])
    )
    is_cut = len(before) > LETTERS_BEFORE
    rest = len(after) > LETTERS_AFTER
    return ExcerptOut(
        before=f"…{before[-LETTERS_BEFORE:].lstrip()}" if is_cut else before.lstrip(),
        hit=hit,
        after=f"{after[:LETTERS_AFTER].rstrip()}…" if rest else after.rstrip(),
    )
