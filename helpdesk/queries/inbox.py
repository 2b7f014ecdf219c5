"""Lists of conversations, as somebody may see them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.actors import Actor
from helpdesk.database import fetch
from helpdesk.queries.conversation_rows import (
    CONVERSATION_COLUMNS,
    CONVERSATION_JOINS,
    ConversationRow,
    conversation_row,
)

View = Literal["all", "open", "mine", "waiting", "unrouted", "resolved"]

_VIEWS: dict[View, str] = {
    "all": "true",
    "open": "c.status <> 'resolved'",
    "mine": "c.status <> 'resolved' and c.assignee_id = $2",
    "waiting": "c.status = 'waiting'",
    "unrouted": "c.status = 'unrouted' and c.route_due_at is null",
    "resolved": "c.status = 'resolved'",
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


async def list_conversations(
    session: AsyncSession,
    actor: Actor,
    *,
    view: View = "open",
    division_id: UUID | None = None,
    device_id: UUID | None = None,
    contact_id: UUID | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[ConversationRow]:
    """Return what the actor sees of a view, newest line first; filters narrow it down."""
    after_at, after_id = after or (None, None)
    rows = await fetch(
        session,
        f"""
        select {CONVERSATION_COLUMNS} from conversation c {CONVERSATION_JOINS}
        where c.account_id = $1 and {visible_sql(actor)} and {_VIEWS[view]}
          and ($2::uuid is null or true) and ($3::uuid is null or true)
          and ($4::uuid is null or true)
          and ($5::uuid is null or c.division_id = $5) and ($6::uuid is null or c.device_id = $6)
          and ($7::uuid is null or c.contact_id = $7)
          and ($8::timestamptz is null or (c.last_message_at, c.id) < ($8, $9::uuid))
        order by c.last_message_at desc, c.id desc limit $10
        """,
        *_arguments(actor),
        division_id,
        device_id,
        contact_id,
        after_at,
        after_id,
        limit,
    )
    return [conversation_row(row) for row in rows]


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
