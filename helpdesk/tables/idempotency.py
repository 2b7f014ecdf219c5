"""Idempotency: the answer to a request that may be sent again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index

from helpdesk.tables.columns import Row, moment, pk, string


class Idempotency(Row, table=True):
    """Kept for 72 h per caller, route and key; the answer is encrypted, for it may hold a token."""

    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        Index(None, "created_at"),
    )

    account_id: UUID = pk()
    caller: str = pk()
    route: str = pk()
    key: str = pk()
    body_digest: bytes
    status: int
    content_type: str = string()
    answer_sealed: bytes
    created_at: datetime = moment()
