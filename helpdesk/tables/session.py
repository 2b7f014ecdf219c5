"""A session: somebody signed in; and the tickets that open a socket in its name."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Index

from helpdesk.tables.columns import Row, link, moment, one_of, pk

SessionKind = Literal["agent", "user"]


class Session(Row, table=True):
    """Exactly one of `agent_id` and `user_id` is set; the cookie's secret is kept as a digest."""

    __table_args__ = (
        one_of("kind", SessionKind),
        link("agent", "agent_id", on_delete="CASCADE"),
        link("user", "user_id", on_delete="CASCADE"),
        Index(None, "account_id", "token_digest", unique=True),
        Index(None, "account_id", "agent_id"),
        Index(None, "account_id", "user_id"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    kind: str
    agent_id: UUID | None = None
    user_id: UUID | None = None
    token_digest: bytes
    created_at: datetime = moment()
    seen_at: datetime = moment()
    expires_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)


class Ticket(Row, table=True):
    """Opens one socket, once, within 30 s."""

    __table_args__ = (link("session", "session_id", on_delete="CASCADE"),)

    account_id: UUID = pk()
    token_digest: bytes = pk()
    session_id: UUID
    expires_at: datetime = moment()
