"""A broadcast: one text that was sent to many numbers, each a message of its own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy import text as sql

from helpdesk.shapes.broadcasts import BroadcastState
from helpdesk.shapes.words import ActorKind
from helpdesk.tables.columns import Row, link, moment, objects, one_of, pk, string, strings


class Broadcast(Row, table=True):
    """Its messages name it. Delays are seconds.

    `progress` is what was counted and told last, which changed at `changed_at`; at `count_due_at`
    it is counted again, NULL when nothing is expected any more.
    """

    __table_args__ = (
        one_of("state", BroadcastState),
        one_of("by_kind", ActorKind),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        link("device", "device_id"),
        link("media", "media_id"),
        Index("ix_broadcast_made", "account_id", sql("created_at DESC"), sql("id DESC")),
        Index("ix_broadcast_due", "count_due_at", postgresql_where=sql("count_due_at IS NOT NULL")),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    device_id: UUID
    state: str = string("running")
    text: str = string()
    media_id: UUID | None = None
    label_ids: list[str] = strings()
    delay_min: int = 0
    delay_max: int = 0
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    targets: int = 0
    duplicates: int = 0
    blocked: int = 0
    bad_lines: int = 0
    by_kind: str = string()
    by_id: UUID | None = None
    by_name: str = string()
    progress: dict[str, Any] = objects()
    changed_at: datetime = moment()
    count_due_at: datetime | None = moment(default=None)
    created_at: datetime = moment()
