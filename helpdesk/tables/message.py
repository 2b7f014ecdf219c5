"""A message: one line in, out, or a note."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Sequence
from sqlalchemy import text as sql
from sqlmodel import Field

from helpdesk.shapes.words import ActorKind, Direction, MessageKind, MessageStatus
from helpdesk.tables.columns import (
    Row,
    document,
    link,
    maybe_string,
    moment,
    one_of,
    pk,
    string,
    strings,
)

message_number = Sequence("message_number", metadata=Row.metadata)
request_number = Sequence("request_number", metadata=Row.metadata)
"""Of requests to send, which may hold many messages; stored nowhere."""


class Message(Row, table=True):
    """The order is `(sort_at, number)`; `number` comes from one sequence over all accounts.

    `provider_id` and `state_id` are the upstream's ids of what we sent. `conversation_id` is NULL
    for a send that no open conversation takes in. `broadcast_id` is what it was sent with.
    `reply_to` has no link on purpose: messages may be partitioned later.
    """

    __table_args__ = (
        one_of("direction", Direction),
        one_of("kind", MessageKind),
        one_of("status", MessageStatus),
        one_of("sender_kind", ActorKind),
        link("conversation", "conversation_id", on_delete="CASCADE"),
        link("device", "device_id"),
        link("contact", "contact_id"),
        link("media", "media_id"),
        link("broadcast", "broadcast_id"),
        Index(None, "number", unique=True),
        Index(
            "ix_message_thread", "account_id", "conversation_id", sql("sort_at DESC"),
            sql("number DESC"),
        ),
        Index(
            "ix_message_history", "account_id", sql("sort_at DESC"), sql("number DESC"),
            postgresql_where=sql("direction <> 'note'"),
        ),
        Index(
            "ix_message_notes", "account_id", sql("sort_at DESC"), sql("number DESC"),
            postgresql_where=sql("direction = 'note'"),
        ),
        Index(
            "ix_message_unsettled", "account_id", sql("sort_at DESC"), sql("number DESC"),
            postgresql_where=sql("status IN ('queued', 'sending', 'failed', 'unknown')"),
        ),
        Index(
            "ix_message_broadcast", "account_id", "broadcast_id", sql("sort_at DESC"),
            sql("number DESC"), postgresql_where=sql("broadcast_id IS NOT NULL"),
        ),
        Index(
            "ix_message_text", "text", postgresql_using="gin",
            postgresql_ops={"text": "gin_trgm_ops"},
        ),
        Index("ix_message_contact", "account_id", "contact_id", "device_id"),
        Index(
            "ix_message_provider", "account_id", "device_id", "provider_id",
            postgresql_where=sql("provider_id IS NOT NULL"),
        ),
        Index(
            "ix_message_state", "account_id", "device_id", "state_id",
            postgresql_where=sql("state_id IS NOT NULL"),
        ),
    )  # fmt: skip

    account_id: UUID = pk()
    id: UUID = pk()
    number: int = Field(
        sa_type=BigInteger, sa_column_kwargs={"server_default": message_number.next_value()}
    )
    conversation_id: UUID | None = None
    device_id: UUID
    contact_id: UUID
    member_contact_id: UUID | None = None
    direction: str = string()
    kind: str = string("text")
    text: str = string()
    media_id: UUID | None = None
    location: dict[str, Any] | None = document()
    poll: dict[str, Any] | None = document()
    choices: list[str] = strings()
    status: str | None = maybe_string()
    failure: str = string()
    client_id: UUID | None = None
    sender_kind: str = string()
    sender_id: UUID | None = None
    sender_name: str = string()
    reply_to: UUID | None = None
    provider_id: str | None = maybe_string()
    state_id: str | None = maybe_string()
    is_from_phone: bool = False
    is_possible_repeat: bool = False
    is_forwarded: bool = False
    is_deleted: bool = False
    edited_at: datetime | None = moment(default=None)
    reactions: list[Any] = strings()
    sort_at: datetime = moment()
    created_at: datetime = moment()
    broadcast_id: UUID | None = None
