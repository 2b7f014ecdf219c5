"""A console: one open socket of an agent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index

from helpdesk.tables.columns import Row, link, moment, pk


class Console(Row, table=True):
    """Written on open and close; its node's lease says whether it still counts."""

    __table_args__ = (
        link("agent", "agent_id", on_delete="CASCADE"),
        Index(None, "account_id", "agent_id"),
        Index(None, "node_id"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    agent_id: UUID
    node_id: UUID
    opened_at: datetime = moment()
