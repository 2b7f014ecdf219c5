"""An outbox item: a message that is due to be sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy import text as sql
from sqlmodel import Field

from helpdesk.shapes.words import OutboxState
from helpdesk.tables.columns import Row, link, maybe_string, moment, one_of, pk, string


class Outbox(Row, table=True):
    """Removed when the message's fate is known; `number` is the message's and gives the order.

    `due_at` of an `unknown` item is when it stops holding back what comes after it. `attempt` is
    the fence: only the worker whose attempt it is may settle it. `created_at` is when it was to go
    out at first: from there counts how long it is tried.

    What was asked for with one schedule has the same `scheduled_at`. Of one `sequence` an item goes
    out when none before it is left, whoever it is for. What goes out with a `broadcast_id` waits
    while that is paused, as `paused`: this holds nothing back.

    Device and contact are the message's, which links to them: links from here would have PostgreSQL
    look each up once more. Measured: a tenth of its time for a `/send` to 10,000 targets.
    """

    __table_args__ = (
        one_of("state", OutboxState),
        link("message", "message_id", on_delete="CASCADE"),
        link("broadcast", "broadcast_id"),
        Index("ix_outbox_due", "due_at", postgresql_where=sql("state <> 'sending'")),
        Index("ix_outbox_order", "account_id", "device_id", "contact_id", "number"),
        Index(
            "ix_outbox_device", "account_id", "device_id", "due_at", "number",
            postgresql_where=sql("state = 'queued'"),
        ),
        Index(
            "ix_outbox_sequence", "account_id", "sequence", "number",
            postgresql_where=sql("sequence IS NOT NULL"),
        ),
        Index(
            "ix_outbox_broadcast", "account_id", "broadcast_id", "message_id",
            postgresql_where=sql("broadcast_id IS NOT NULL"),
        ),
        Index("ix_outbox_lease", "lease_until", postgresql_where=sql("state = 'sending'")),
    )  # fmt: skip

    account_id: UUID = pk()
    message_id: UUID = pk()
    device_id: UUID
    contact_id: UUID
    number: int = Field(sa_type=BigInteger)
    state: str = string("queued")
    due_at: datetime = moment()
    attempt: int = 0
    expired_leases: int = 0
    lease_until: datetime | None = moment(default=None)
    last_error: str | None = maybe_string()
    created_at: datetime = moment()
    scheduled_at: datetime | None = moment(default=None)
    sequence: int | None = Field(None, sa_type=BigInteger)
    typing_seconds: int = 0
    has_preview: bool = True
    broadcast_id: UUID | None = None
