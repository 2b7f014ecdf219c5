"""Media: a file that came in, or that goes out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy import text as sql

from helpdesk.shapes.words import AttachmentState
from helpdesk.tables.columns import Row, document, maybe_string, moment, one_of, pk, string


class Media(Row, table=True):
    """`path` is below the data directory's `media`; NULL while the file is still to be fetched.

    Then `due_at` is when it is tried next, which a try under way puts off as its lease, `attempt`
    is its fence, and `message_id` who waits for it (no link: messages may be partitioned later).
    """

    __table_args__ = (
        one_of("state", AttachmentState),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        Index("ix_media_due", "due_at", postgresql_where=sql("state = 'due'")),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    state: str = string("stored")
    filename: str = string()
    mime: str = string()
    size: int = 0
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    voice: dict[str, Any] | None = document()
    path: str | None = maybe_string()
    source_url: str | None = maybe_string()
    message_id: UUID | None = None
    attempt: int = 0
    due_at: datetime | None = moment(default=None)
    created_at: datetime = moment()
