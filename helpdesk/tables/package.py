"""Packages: what a device may send in a month, and how much of it is used."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text
from sqlmodel import Field

from helpdesk.tables.columns import Row, link, pk, string


class Package(Row, table=True):
    """A device that names none has no limits. `messages_per_month` NULL is without limit.

    `watermark` stands below the texts that are sent.
    """

    __table_args__ = (
        CheckConstraint("messages_per_month >= 0", name="messages_per_month"),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
    )

    account_id: UUID = pk()
    code: str = Field(primary_key=True, sa_type=Text)
    position: int
    name: str = string()
    messages_per_month: int | None = None
    has_attachments: bool
    watermark: str = string()


class DeviceUsage(Row, table=True):
    """How many messages a device accepted in a month, as `2026-03`."""

    __tablename__ = "device_usage"
    __table_args__ = (link("device", "device_id", on_delete="CASCADE"),)

    account_id: UUID = pk()
    device_id: UUID = pk()
    month: str = Field(primary_key=True, sa_type=Text)
    messages: int
