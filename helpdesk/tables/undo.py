"""A way back: how a conversation was before somebody did something with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index

from helpdesk.shapes.words import UndoneDeed
from helpdesk.tables.columns import Row, document, link, moment, one_of, pk, string


class Undo(Row, table=True):
    """`actor_id` is the agent or user who did it, and who alone may undo it.

    `before` and `after` are the conversation's own columns then, as `Standing`.
    """

    __table_args__ = (
        one_of("deed", UndoneDeed),
        link("conversation", "conversation_id", on_delete="CASCADE"),
        Index(None, "account_id", "conversation_id"),
        Index(None, "expires_at"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    conversation_id: UUID
    actor_id: UUID
    deed: str = string()
    before: dict[str, Any] = document(...)
    after: dict[str, Any] = document(...)
    expires_at: datetime = moment()
