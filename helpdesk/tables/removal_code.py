"""A code that confirms the removal of a device, asked for with its token."""

from datetime import datetime
from uuid import UUID

from helpdesk.tables.columns import Row, link, moment, pk


class RemovalCode(Row, table=True):
    """The newest code of a device; it is good until another is asked for, or for an hour."""

    __tablename__ = "removal_code"
    __table_args__ = (link("device", "device_id", on_delete="CASCADE"),)

    account_id: UUID = pk()
    device_id: UUID = pk()
    digest: bytes
    created_at: datetime = moment()
