"""A device: a number we own, and how its gateway is reached."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy import text as sql

from helpdesk.shapes.words import AnswerSource, DeviceStatus
from helpdesk.tables.columns import Row, document, link, maybe_string, moment, one_of, pk, string


class Device(Row, table=True):
    """`number` is normalised and unique through the directory; `number_raw` as it was typed.

    What ends in `_sealed` is encrypted; digests are for look-up only.
    """

    __table_args__ = (
        one_of("status", DeviceStatus),
        one_of("answer_source", AnswerSource),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["account_id", "package"], ["package.account_id", "package.code"]),
        link("division", "default_division_id", on_delete="SET NULL"),
        Index("ix_device_expiring", "expires_at", postgresql_where=sql("NOT is_expired")),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    name: str = string()
    number: str = string()
    number_raw: str = string()
    token_digest: bytes
    token_sealed: bytes
    hook_key_sealed: bytes
    gateway_kind: str = string()
    gateway_settings: dict[str, Any] = document()
    gateway_secrets_sealed: bytes
    status: str = string("connect")
    status_reason: str = string()
    default_division_id: UUID | None = None
    is_group_routed: bool = False
    """Whether messages of groups open conversations; what opens none is told to no webhook."""
    is_autoread: bool = True
    """Whether programs hear of messages at all: webhook, autoreplies, files passed on."""
    is_personal_told: bool = True
    """Whether they hear of what people write to us, outside groups."""
    is_own_told: bool = False
    """Whether the device's webhook is told of what the device's own phone sent."""
    is_inbox_told: bool = False
    """Whether the device's webhook is told a message's number, by which `/send` answers it."""
    is_read_silent: bool = False
    """Whether customers are not shown that what they wrote was read."""
    answer_source: str = string("autoreply")
    """What answers by itself, in Fonnte's words; only autoreplies are there."""
    relay_address: str = string()
    """The number to which files that come in are passed on, empty: to nobody."""
    webhook_secret_sealed: bytes | None = None
    package: str | None = maybe_string()
    """None sends without limits; from `expires_at` on the package is the free one."""
    expires_at: datetime | None = moment(default=None)
    is_expired: bool = False
    """Whether it was told that the package ran out."""
    is_used_up: bool = False
    """Whether it was told that the month's messages of its package are used up."""
    paused_at: datetime | None = moment(default=None)
    """Since when its gateway says that it is disconnected; it is tried from `paused_until` on."""
    paused_until: datetime | None = moment(default=None)
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)
