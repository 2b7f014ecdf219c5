"""Lists of conversations, as somebody may see them."""

import re
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.actors import Actor
from helpdesk.database import fetch
from helpdesk.queries.conversation_rows import (
    CONVERSATION_COLUMNS,
    CONVERSATION_JOINS,
    ConversationRow,
    conversation_row,
)
from helpdesk.queries.labels import labelled

View = Literal["all", "open", "mine", "waiting", "unrouted", "snoozed", "resolved", "mentions"]
"""`open` is all that is not resolved, `mine` what the caller owns and did not put off, `mentions`
all in which a note calls it."""

LEAST_DIGITS = 3

_VIEWS: dict[View, str] = {
    "all": "true",
    "open": "c.status <> 'resolved'",
    "mine": "c.status = 'assigned' and c.assignee_id = $2",
    "waiting": "c.status = 'waiting'",
    "unrouted": "c.status = 'unrouted' and c.route_due_at is null",
    "snoozed": "c.status = 'snoozed'",
    "resolved": "c.status = 'resolved'",
    "mentions": """c.id in (select n.conversation_id from mention n
      where n.account_id = $1 and n.agent_id = $2)""",
}


def visible_sql(actor: Actor) -> str:
    """Return the condition on `c`; $2 is the agent, $3 its division, $4 the token's device."""
    if actor.is_supervising:
        return "true"
    if actor.role == "device":
        return "c.device_id = $4"
    return (
        "(c.assignee_id = $2 or c.division_id = $3)"
        if _sees_division(actor)
        else "c.assignee_id = $2"
    )


def _sees_division(actor: Actor) -> bool:
    return actor.sees == "division" and actor.division_id is not None


class Wanted(Struct, frozen=True, kw_only=True):
    """Which conversations: a view, narrowed down by filters.

    `label_id` is on the conversation or on its contact. `search` is a part of the contact's name,
    or of a number of it in any spelling, also of those that were merged into it.
    """

    view: View = "open"
    division_id: UUID | None = None
    device_id: UUID | None = None
    contact_id: UUID | None = None
    label_id: UUID | None = None
    search: str | None = None


async def list_conversations(
    session: AsyncSession,
    actor: Actor,
    wanted: Wanted,
    *,
    after: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[ConversationRow]:
    """Return what the actor sees of what is wanted, newest line first."""
    after_at, after_id = after or (None, None)
    rows = await fetch(
        session,
        f"""
        select {CONVERSATION_COLUMNS} from conversation c {CONVERSATION_JOINS}
        where c.account_id = $1 and {visible_sql(actor)} and {_VIEWS[wanted.view]}
          and ($2::uuid is null or true) and ($3::uuid is null or true)
          and ($4::uuid is null or true)
          and ($5::uuid is null or c.division_id = $5) and ($6::uuid is null or c.device_id = $6)
          {_OF_CONTACT if wanted.contact_id else "and ($7::uuid is null or true)"}
          and ($8::timestamptz is null or (c.last_message_at, c.id) < ($8, $9::uuid))
          and ($10::text is null or {_FOUND})
          {_MARKED if wanted.label_id else "and ($13::uuid is null or true)"}
        order by c.last_message_at desc, c.id desc limit $12
        """,
        *_arguments(actor),
        wanted.division_id,
        wanted.device_id,
        wanted.contact_id,
        after_at,
        after_id,
        pattern(wanted.search) if wanted.search else None,
        number_pattern(wanted.search) if wanted.search else None,
        limit,
        wanted.label_id,
    )
    return [conversation_row(row) for row in rows]


_OF_CONTACT = """
  and c.contact_id = any(array(select $7::uuid union all
    select o.id from contact o where o.account_id = $1 and o.merged_into_id = $7))
"""
_FOUND = """exists (select from contact o where o.account_id = $1
    and (o.id = q.contact_id or o.merged_into_id = q.contact_id)
    and (o.name ilike $10 or o.address like $11))"""
_MARKED = f"""
  and c.id in (
    select m.id from conversation m where m.account_id = $1 and {labelled("m", "$13")}
    union all
    select m.id from contact k
    join lateral (select k.id union all select o.id from contact o
      where o.account_id = k.account_id and o.merged_into_id = k.id) r on true
    join conversation m on m.account_id = k.account_id and m.contact_id = r.id
    where k.account_id = $1 and {labelled("k", "$13")} and k.merged_into_id is null)
"""


def pattern(part: str) -> str:
    """Return the pattern for ILIKE that finds a part; nothing in the text is special."""
    escaped = part.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def number_pattern(part: str) -> str | None:
    """Return the pattern for a number's digits, without the zero that stands for the country."""
    digits = re.sub(r"\D", "", part).lstrip("0")
    return f"%{digits}%" if len(digits) >= LEAST_DIGITS else None


async def count_conversations(session: AsyncSession, account_id: UUID) -> dict[str, int]:
    """Return how many conversations of the account are in each open status."""
    rows = await fetch(
        session,
        """
        select status, count(*) from conversation
        where account_id = $1 and status <> 'resolved' group by status
        """,
        account_id,
    )
    return {row[0]: row[1] for row in rows}


def _arguments(actor: Actor) -> tuple[Any, ...]:
    return actor.account_id, actor.agent_id, actor.division_id, actor.device_id
