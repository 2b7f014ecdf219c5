"""A conversation: one contact on one device, open until resolved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field

from helpdesk.shapes.words import ConversationStatus
from helpdesk.tables.columns import Row, document, link, moment, one_of, pk, string, strings

WAITING = sql("status = 'waiting'")
OPEN = sql("status <> 'resolved'")
ASSIGNED = sql("status = 'assigned'")
UNTOLD = sql("status = 'waiting' AND is_busy_due")
UNANSWERED = sql("status = 'assigned' AND NOT is_answered AND waiting_since IS NOT NULL")


class Conversation(Row, table=True):
    """`assignment` counts assignments; `unanswered_since` is the first unanswered message's time.

    `waiting_since` is the same where somebody owns the conversation; where nobody does, it is the
    place in the queue, which an answer leaves and a release gives. `waiting_number` is that
    message's number and orders those of one second. `last_message_id` has no link on purpose:
    messages may be partitioned later. `route_due_at` is set when routing
    failed and is to be tried again. `preferred_id` is the last agent of a reopened conversation
    that has no owner yet, `avoided_id` the one who did not answer and is left out of the next pick.
    `assigned` says how the present owner came by it (`AssignedOut`), `is_answered` whether the
    customer got an answer since. `is_busy_due`: the customer is to be told if nobody is free.
    `greeted_at`, `told_busy_at` and `told_outside_at` are when the customer last got that text.
    `snoozed_until` is set exactly while it is snoozed. `labels` are ids. `menu` is the one whose
    answer it waits for (`MenuOut`), until `menu_due_at`; after `is_menu_over` none is asked.
    """

    __table_args__ = (
        one_of("status", ConversationStatus),
        CheckConstraint("(status = 'snoozed') = (snoozed_until IS NOT NULL)", name="snoozed_until"),
        link("device", "device_id"),
        link("contact", "contact_id"),
        link("division", "division_id"),
        link("agent", "assignee_id"),
        link("agent", "preferred_id"),
        link("agent", "avoided_id"),
        Index(
            "uq_conversation_open",
            *("account_id", "device_id", "contact_id"),
            unique=True,
            postgresql_where=OPEN,
        ),
        Index("ix_conversation_contact", "account_id", "contact_id", "last_message_at"),
        Index(
            "ix_conversation_waiting",
            *("account_id", "division_id", "waiting_since", "waiting_number"),
            postgresql_where=WAITING,
        ),
        Index("ix_conversation_load", "account_id", "assignee_id", postgresql_where=ASSIGNED),
        Index("ix_conversation_untold", "account_id", "division_id", postgresql_where=UNTOLD),
        Index("ix_conversation_unanswered", "assigned_at", postgresql_where=UNANSWERED),
        Index("ix_conversation_inbox", "account_id", "last_message_at", "id"),
        Index(
            "ix_conversation_open_inbox",
            *("account_id", "division_id", "last_message_at", "id"),
            postgresql_where=OPEN,
        ),
        Index(
            "ix_conversation_mine",
            *("account_id", "assignee_id", "last_message_at", "id"),
        ),
        Index(
            "ix_conversation_route_due",
            "route_due_at",
            postgresql_where=sql("route_due_at IS NOT NULL"),
        ),
        Index(
            "ix_conversation_menu_due",
            "menu_due_at",
            postgresql_where=sql("menu_due_at IS NOT NULL"),
        ),
        Index(
            "ix_conversation_labels",
            "labels",
            postgresql_using="gin",
            postgresql_where=sql("labels <> '[]'::jsonb"),
        ),
        Index(
            "ix_conversation_snoozed",
            "snoozed_until",
            postgresql_where=sql("snoozed_until IS NOT NULL"),
        ),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    device_id: UUID
    contact_id: UUID
    division_id: UUID | None = None
    assignee_id: UUID | None = None
    status: str = string("unrouted")
    preferred_id: UUID | None = None
    avoided_id: UUID | None = None
    assignment: int = 0
    assigned: dict[str, Any] | None = document()
    assigned_at: datetime | None = moment(default=None)
    is_answered: bool = False
    unread: int = 0
    labels: list[str] = strings()
    last_message_id: UUID | None = None
    last_message_at: datetime = moment()
    waiting_since: datetime | None = moment(default=None)
    unanswered_since: datetime | None = moment(default=None)
    waiting_number: int | None = Field(None, sa_type=BigInteger)
    route_due_at: datetime | None = moment(default=None)
    menu: dict[str, Any] | None = document()
    menu_due_at: datetime | None = moment(default=None)
    is_menu_over: bool = False
    snoozed_until: datetime | None = moment(default=None)
    is_busy_due: bool = False
    greeted_at: datetime | None = moment(default=None)
    told_busy_at: datetime | None = moment(default=None)
    told_outside_at: datetime | None = moment(default=None)
    opened_at: datetime = moment()
    resolved_at: datetime | None = moment(default=None)
