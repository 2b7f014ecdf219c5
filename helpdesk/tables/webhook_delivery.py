"""A webhook delivery: one event that an address is told, and what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field

from helpdesk.shapes.webhooks import DeliveryState
from helpdesk.tables.columns import Row, link, moment, one_of, pk, string


class WebhookDelivery(Row, table=True):
    """Of the event `seq`, from which its body is made; a `ping` has none.

    `subject_id` is what it is about: the conversation, else the contact, device or account. Of one
    subject an address gets one delivery after the other, by `seq`. `attempt` is the fence: only the
    try that claimed it may settle it. `due_at` of a claimed one is when its lease runs out.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        one_of("state", DeliveryState),
        link("webhook", "webhook_id", on_delete="CASCADE"),
        ForeignKeyConstraint(
            ["account_id", "seq"], ["event.account_id", "event.seq"], ondelete="CASCADE"
        ),
        Index("ix_webhook_delivery_due", "due_at", postgresql_where=sql("state = 'due'")),
        Index(
            "ix_webhook_delivery_order",
            *("account_id", "webhook_id", "subject_id", "seq"),
            postgresql_where=sql("state = 'due'"),
        ),
        Index(None, "account_id", "webhook_id", "created_at", "id"),
        Index(
            "ix_webhook_delivery_tried",
            *("account_id", "webhook_id", "tried_at"),
            postgresql_where=sql("tried_at IS NOT NULL"),
        ),
        Index(None, "account_id", "seq"),
        Index(None, "created_at"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    webhook_id: UUID
    seq: int | None = Field(None, sa_type=BigInteger)
    type: str = string()
    subject_id: UUID
    state: str = string("due")
    attempt: int = 0
    retries_left: int
    due_at: datetime = moment()
    tried_at: datetime | None = moment(default=None)
    status: int | None = None
    error: str = string()
    created_at: datetime = moment()
