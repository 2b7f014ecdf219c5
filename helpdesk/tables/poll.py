"""A poll: a question that a device asked, however often, and the messages that belong to it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index

from helpdesk.tables.columns import Row, link, moment, pk, string, strings


class Poll(Row, table=True):
    """`id` is made of the device and of what is asked, so that the same question is one poll."""

    __table_args__ = (
        link("device", "device_id", on_delete="CASCADE"),
        Index(None, "account_id", "created_at", "id"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    device_id: UUID
    name: str = string()
    choices: list[str] = strings()
    is_multiple: bool = False
    created_at: datetime = moment()


class PollMessage(Row, table=True):
    """One message that asks a poll, or votes in it: what it says stands in the message."""

    __tablename__ = "poll_message"
    __table_args__ = (
        link("message", "message_id", on_delete="CASCADE"),
        link("poll", "poll_id", on_delete="CASCADE"),
        Index(None, "account_id", "poll_id"),
    )

    account_id: UUID = pk()
    message_id: UUID = pk()
    poll_id: UUID
