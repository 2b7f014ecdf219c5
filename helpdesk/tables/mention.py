"""A mention: a note calls an agent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy import text as sql

from helpdesk.tables.columns import Row, link, moment, pk


class Mention(Row, table=True):
    """`seen_at` is when the agent looked at the conversation for the first time after it."""

    __table_args__ = (
        link("message", "message_id", on_delete="CASCADE"),
        link("agent", "agent_id", on_delete="CASCADE"),
        link("conversation", "conversation_id", on_delete="CASCADE"),
        Index(None, "account_id", "agent_id", "conversation_id"),
        Index(None, "account_id", "conversation_id"),
        Index(
            "ix_mention_unseen", "account_id", "agent_id", postgresql_where=sql("seen_at IS NULL")
        ),
    )

    account_id: UUID = pk()
    message_id: UUID = pk()
    agent_id: UUID = pk()
    conversation_id: UUID
    seen_at: datetime | None = moment(default=None)
