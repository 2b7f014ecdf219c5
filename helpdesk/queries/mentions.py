"""Mentions: who may be called in a conversation, who was, and who has looked since."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.actors import Actor
from helpdesk.database import execute, fetch
from helpdesk.queries.bulk import insert_rows
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.tables.mention import Mention

MOST_UNSEEN = 500
"""The most conversations with a mention that was not seen that are listed."""


async def find_seeing(
    session: AsyncSession, row: ConversationRow, agents: Sequence[UUID]
) -> set[UUID]:
    """Return those of the agents who are there and see the conversation."""
    rows = await fetch(
        session,
        """
        select id from agent
        where account_id = $1 and id = any($2) and deleted_at is null and is_enabled
          and (user_id is not null or id = $3 or (sees = 'division' and division_id = $4))
        """,
        row.account_id,
        list(agents),
        row.assignee_id,
        row.division_id,
    )
    return {row[0] for row in rows}


async def insert_mentions(
    session: AsyncSession, row: ConversationRow, message_id: UUID, agents: Sequence[UUID]
) -> None:
    """Keep that a note of the conversation calls these agents."""
    shared = {
        "account_id": row.account_id, "conversation_id": row.id, "message_id": message_id,
        "seen_at": None,
    }  # fmt: skip
    await insert_rows(session, Mention, [shared | {"agent_id": agent} for agent in agents])


async def mark_seen(
    session: AsyncSession, actor: Actor, conversation_id: UUID, now: datetime
) -> None:
    """Keep that the actor has seen what calls it in the conversation."""
    await execute(
        session,
        """
        update mention set seen_at = $4
        where account_id = $1 and agent_id = $2 and conversation_id = $3 and seen_at is null
        """,
        actor.account_id,
        actor.agent_id,
        conversation_id,
        now,
    )


async def list_unseen(session: AsyncSession, actor: Actor) -> list[UUID]:
    """Return the conversations with a mention of the actor that it did not see, any order."""
    rows = await fetch(
        session,
        """
        select distinct conversation_id from mention
        where account_id = $1 and agent_id = $2 and seen_at is null limit $3
        """,
        actor.account_id,
        actor.agent_id,
        MOST_UNSEEN,
    )
    return [row[0] for row in rows]
