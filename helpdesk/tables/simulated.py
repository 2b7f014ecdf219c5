"""What the simulated gateway keeps: the messages on the simulated customer's phone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index

from helpdesk.tables.columns import Row, document, link, moment, pk, string


class SimulatedMessage(Row, table=True):
    """Keyed by our own reference of the message, so that sending it again changes nothing."""

    __tablename__ = "simulated_message"
    __table_args__ = (
        link("device", "device_id", on_delete="CASCADE"),
        Index(None, "account_id", "device_id", "address", "created_at"),
        Index(None, "account_id", "device_id", "created_at"),
    )

    account_id: UUID = pk()
    device_id: UUID = pk()
    reference: str = pk()
    address: str = string()
    content: dict[str, Any] = document()
    created_at: datetime = moment()
