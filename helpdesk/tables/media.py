"""Media: a file that came in, or that goes out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint

from helpdesk.shapes.words import AttachmentState
from helpdesk.tables.columns import Row, maybe_string, moment, one_of, pk, string


class Media(Row, table=True):
    """`path` is below the data directory's `media`; NULL while the file is still to be fetched."""

    __table_args__ = (
        one_of("state", AttachmentState),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    state: str = string("stored")
    filename: str = string()
    mime: str = string()
    size: int = 0
    width: int | None = None
    height: int | None = None
    path: str | None = maybe_string()
    source_url: str | None = maybe_string()
    created_at: datetime = moment()
