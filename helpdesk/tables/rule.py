"""A rule: one step from message to division."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index

from helpdesk.tables.columns import Row, document, link, moment, pk, string


class Rule(Row, table=True):
    """`condition` is a `helpdesk.shapes.rules.Condition`; tried in the order `(position, id)`."""

    __table_args__ = (
        link("device", "device_id", on_delete="CASCADE"),
        link("division", "division_id", on_delete="CASCADE"),
        Index(None, "account_id", "device_id", "position"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    device_id: UUID
    name: str = string()
    position: int
    condition: dict[str, Any] = document()
    division_id: UUID
    is_enabled: bool = True
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)
