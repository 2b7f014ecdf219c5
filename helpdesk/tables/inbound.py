"""Inbound: each delivery by a gateway, raw, and what became of it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy import text as sql

from helpdesk.tables.columns import Row, link, maybe_string, moment, one_of, pk, string

InboundState = Literal["stored", "receipt", "ignored", "unparsed", "parked", "failed"]


class Inbound(Row, table=True):
    """`key` is the provider's id or a fingerprint that holds the timestamp; one row for each.

    Without either it is NULL, and both copies are kept. `parked`: the body names another device.
    """

    __table_args__ = (
        one_of("state", InboundState),
        link("device", "device_id"),
        Index(
            "uq_inbound_key",
            *("account_id", "device_id", "key"),
            unique=True,
            postgresql_where=sql("key IS NOT NULL"),
        ),
        Index("ix_inbound_state", "account_id", "state", "received_at"),
        Index("ix_inbound_received", "received_at"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    device_id: UUID
    key: str | None = maybe_string()
    state: str = string("stored")
    reason: str = string()
    content_type: str = string()
    body: bytes
    message_id: UUID | None = None
    received_at: datetime = moment()


class EarlyReceipt(Row, table=True):
    """A receipt that came before our own answer was recorded; joined when the id is known."""

    __tablename__ = "early_receipt"
    __table_args__ = (link("device", "device_id"), Index(None, "received_at"))

    account_id: UUID = pk()
    device_id: UUID = pk()
    provider_id: str = pk()
    status: str = pk()
    reason: str = string()
    received_at: datetime = moment()
