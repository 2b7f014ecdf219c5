"""A webhook: an address that is told what happens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from helpdesk.shapes.webhooks import WebhookKind
from helpdesk.tables.columns import Row, link, moment, one_of, pk, string
from helpdesk.tables.event import ids


class Webhook(Row, table=True):
    """The account's own (`events`, with a secret), or one of a device, one of each kind.

    Those of a device have no secret of their own: the device has one for all. One that is switched
    off is told nothing, and nothing is kept for it.
    """

    __table_args__ = (
        one_of("kind", WebhookKind),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        link("device", "device_id", on_delete="CASCADE"),
        Index(
            "ix_webhook_device",
            *("account_id", "device_id", "kind"),
            unique=True,
            postgresql_where=sql("device_id IS NOT NULL"),
        ),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    kind: str = string("events")
    device_id: UUID | None = None
    url: str = string()
    event_types: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    device_ids: list[UUID] = ids()
    is_enabled: bool = True
    secret_sealed: bytes | None = None
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)
