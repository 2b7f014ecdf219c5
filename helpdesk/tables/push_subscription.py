"""A push subscription: where a browser takes notifications while no page of it is open."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index

from helpdesk.tables.columns import Row, link, moment, pk, string


class PushSubscription(Row, table=True):
    """A session is signed in to from one browser, so it has at most one.

    `public_key` (65 bytes, a point of P-256) and `auth_secret` (16 bytes) are the browser's, by
    which alone what is sent can be read. `last_open_at` is when a page of the browser opened or
    closed its socket last, or told its subscription.
    """

    __tablename__ = "push_subscription"
    __table_args__ = (
        link("session", "session_id", on_delete="CASCADE"),
        Index(None, "endpoint"),
    )

    account_id: UUID = pk()
    session_id: UUID = pk()
    endpoint: str = string()
    public_key: bytes
    auth_secret: bytes
    last_open_at: datetime = moment()
    created_at: datetime = moment()
