"""A reading: up to where one person has read a conversation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index

from helpdesk.tables.columns import Row, link, moment, pk


class Reading(Row, table=True):
    """`reader_id` is an agent or a user; `read_number` is `conversation.received` at that time."""

    __table_args__ = (
        link("conversation", "conversation_id", on_delete="CASCADE"),
        Index(None, "account_id", "conversation_id"),
        Index("ix_reading_newest", "account_id", "reader_id", "read_at"),
    )

    account_id: UUID = pk()
    reader_id: UUID = pk()
    conversation_id: UUID = pk()
    read_number: int
    read_at: datetime = moment()
