"""The shape in which conversations are read and stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct, field

from helpdesk.shapes.conversations import ContactRef, ConversationOut, DeviceRef
from helpdesk.shapes.messages import LastMessage, MessageOut
from helpdesk.shapes.rules import MenuOut
from helpdesk.shapes.words import ConversationStatus

PREVIEW_CHARS = 200
GROUP = "@g.us"
_encoder = msgspec.json.Encoder()
_menu = msgspec.json.Decoder(MenuOut)

CONVERSATION_COLUMNS = """
  c.account_id, c.id, c.device_id, d.number as device_number, c.contact_id as address_id,
  q.contact_id, q.address as contact_number, p.name as contact_name, p.labels as contact_labels,
  p.blocked_at is not null as is_contact_blocked, q.kind = 'group' as is_group,
  c.division_id, c.assignee_id, c.status, c.preferred_id,
  c.avoided_id, c.assignment, c.assigned::text as assigned, c.assigned_at, c.is_answered, c.unread,
  c.labels, c.waiting_since, c.unanswered_since, c.waiting_number, c.route_due_at,
  c.menu::text as menu, c.menu_due_at, c.is_menu_over, c.snoozed_until, c.is_busy_due,
  c.greeted_at, c.told_busy_at, c.told_outside_at, c.opened_at, c.resolved_at,
  c.last_message_at, c.last_message_id, m.direction, m.kind,
  left(m.told, 200) as last_text, m.status as last_status, m.member, m.sort_at,
  a.is_enabled and a.deleted_at is null as has_working_owner
"""
CONVERSATION_JOINS = """
  join lateral (select number from device
    where account_id = c.account_id and id = c.device_id limit 1) d on true
  join lateral (select address, kind, coalesce(merged_into_id, id) as contact_id from contact
    where account_id = c.account_id and id = c.contact_id limit 1) q on true
  join lateral (select name, labels, blocked_at from contact
    where account_id = c.account_id and id = q.contact_id limit 1) p on true
  left join lateral (
    select n.direction, n.kind, n.status, n.sort_at,
      case when n.member_contact_id is null then '' else n.sender_name end as member, coalesce(
      nullif(btrim(n.text), ''), n.poll->>'name',
      nullif((select string_agg(v, ', ') from jsonb_array_elements_text(n.choices) v), ''),
      n.location->>'name', case when n.kind = 'document' then f.filename end, '') as told
    from message n left join media f on f.account_id = n.account_id and f.id = n.media_id
    where n.account_id = c.account_id and n.id = c.last_message_id limit 1) m on true
  left join lateral (select is_enabled, deleted_at from agent
    where account_id = c.account_id and id = c.assignee_id limit 1) a on true
"""
"""Lateral and limited, so that the conversation comes first and the others by their keys: until a
table is analyzed PostgreSQL believes that an account has few rows, and begins with all of them."""


class ConversationRow(Struct, kw_only=True):
    """A conversation under work: actions change it and store it again.

    `address_id` is the contact's row whose number it is held with: that of `contact`, or of one
    that was merged into it.
    """

    account_id: UUID
    id: UUID
    contact: ContactRef
    address_id: UUID
    is_group: bool = False
    device: DeviceRef
    division_id: UUID | None = None
    assignee_id: UUID | None = None
    status: ConversationStatus = "unrouted"
    preferred_id: UUID | None = None
    avoided_id: UUID | None = None
    assignment: int = 0
    assigned: str | None = None
    """`AssignedOut` as JSON, encoded once and read only where somebody asks why."""
    assigned_at: datetime | None = None
    is_answered: bool = False
    unread: int = 0
    labels: list[UUID] = field(default_factory=list)
    waiting_since: datetime | None = None
    unanswered_since: datetime | None = None
    waiting_number: int | None = None
    route_due_at: datetime | None = None
    menu: MenuOut | None = None
    menu_due_at: datetime | None = None
    is_menu_over: bool = False
    snoozed_until: datetime | None = None
    is_busy_due: bool = False
    greeted_at: datetime | None = None
    told_busy_at: datetime | None = None
    told_outside_at: datetime | None = None
    opened_at: datetime
    resolved_at: datetime | None = None
    last_message_at: datetime
    last: LastMessage | None = None
    has_working_owner: bool = False
    """As it was read: whether the owner is enabled and not deleted."""

    def out(self) -> ConversationOut:
        """Return the conversation as the API and the events show it."""
        return ConversationOut(
            id=self.id,
            contact=self.contact,
            device=self.device,
            division_id=self.division_id,
            assignee_id=self.assignee_id,
            status=self.status,
            unread=self.unread,
            last_message=self.last,
            waiting_since=self.waiting_since,
            labels=self.labels,
            menu=self.menu,
            snoozed_until=self.snoozed_until,
            opened_at=self.opened_at,
            resolved_at=self.resolved_at,
        )

    @property
    def may_be_asked(self) -> bool:
        """Whether a menu may be asked in it: a person's, which was never asked or placed."""
        return not (self.is_group or self.is_menu_over or self.menu or self.division_id)

    def end_menu(self) -> None:
        """Wait for no answer to a menu, and ask none any more."""
        self.menu, self.menu_due_at, self.is_menu_over = None, None, True

    def show_last(self, message: MessageOut) -> None:
        """Take the message as the newest line, unless a newer one is there already."""
        if self.last and (message.sort_at < self.last.sort_at):
            return
        self.last = LastMessage(
            id=message.id,
            direction=message.direction,
            kind=message.kind,
            text=_told(message)[:PREVIEW_CHARS],
            status=message.status,
            member=message.sender.name if message.member_id else "",
            sort_at=message.sort_at,
        )
        self.last_message_at = message.sort_at

    def note_question(self, message: MessageOut) -> None:
        """Take note that the contact wrote; it waits since the first that was not answered."""
        self.unread += 1
        if self.unanswered_since is None:
            self.unanswered_since = message.sort_at
            self.waiting_since = self.waiting_since or message.sort_at
            self.waiting_number = self.waiting_number or message.number

    def note_answer(self) -> None:
        """Take note that it was answered; without an owner it keeps its place in the queue."""
        self.unread, self.unanswered_since = 0, None
        self.end_menu()
        if self.assignee_id:
            self.is_answered = True
            self.waiting_since, self.waiting_number = None, None

    def columns(self) -> dict[str, Any]:
        """Return what is stored, by column."""
        return {
            "account_id": self.account_id,
            "id": self.id,
            "division_id": self.division_id,
            "assignee_id": self.assignee_id,
            "status": self.status,
            "preferred_id": self.preferred_id,
            "avoided_id": self.avoided_id,
            "assignment": self.assignment,
            "assigned": self.assigned,
            "assigned_at": self.assigned_at,
            "is_answered": self.is_answered,
            "unread": self.unread,
            "labels": _json_ids(self.labels),
            "waiting_since": self.waiting_since,
            "unanswered_since": self.unanswered_since,
            "waiting_number": self.waiting_number,
            "route_due_at": self.route_due_at,
            "menu": _encoder.encode(self.menu).decode() if self.menu else None,
            "menu_due_at": self.menu_due_at,
            "is_menu_over": self.is_menu_over,
            "snoozed_until": self.snoozed_until,
            "is_busy_due": self.is_busy_due,
            "greeted_at": self.greeted_at,
            "told_busy_at": self.told_busy_at,
            "told_outside_at": self.told_outside_at,
            "resolved_at": self.resolved_at,
            "last_message_at": self.last_message_at,
            "last_message_id": self.last.id if self.last else None,
        }


def _told(message: MessageOut) -> str:
    """Return what a line says in one: its text, or what stands for it. As in the joins above."""
    return (
        message.text.strip()
        or (message.poll.name if message.poll else "")
        or ", ".join(message.choices)
        or (message.location.name if message.location else "")
        or (message.media.filename if message.media and message.kind == "document" else "")
    )


def conversation_row(row: asyncpg.Record) -> ConversationRow:
    """Build a row from `CONVERSATION_COLUMNS`."""
    return ConversationRow(
        account_id=row["account_id"],
        id=row["id"],
        contact=ContactRef(
            id=row["contact_id"],
            name=row["contact_name"],
            number=row["contact_number"],
            labels=list(map(UUID, row["contact_labels"])),
            is_blocked=row["is_contact_blocked"],
        ),
        address_id=row["address_id"],
        is_group=row["is_group"],
        device=DeviceRef(id=row["device_id"], number=row["device_number"]),
        division_id=row["division_id"],
        assignee_id=row["assignee_id"],
        status=row["status"],
        preferred_id=row["preferred_id"],
        avoided_id=row["avoided_id"],
        assignment=row["assignment"],
        assigned=row["assigned"],
        assigned_at=row["assigned_at"],
        is_answered=row["is_answered"],
        unread=row["unread"],
        labels=list(map(UUID, row["labels"])),
        waiting_since=row["waiting_since"],
        unanswered_since=row["unanswered_since"],
        waiting_number=row["waiting_number"],
        route_due_at=row["route_due_at"],
        menu=_menu.decode(row["menu"]) if row["menu"] else None,
        menu_due_at=row["menu_due_at"],
        is_menu_over=row["is_menu_over"],
        snoozed_until=row["snoozed_until"],
        is_busy_due=row["is_busy_due"],
        greeted_at=row["greeted_at"],
        told_busy_at=row["told_busy_at"],
        told_outside_at=row["told_outside_at"],
        opened_at=row["opened_at"],
        resolved_at=row["resolved_at"],
        last_message_at=row["last_message_at"],
        last=_last(row),
        has_working_owner=bool(row["has_working_owner"]),
    )


def _last(row: asyncpg.Record) -> LastMessage | None:
    if row["direction"] is None:
        return None
    return LastMessage(
        id=row["last_message_id"],
        direction=row["direction"],
        kind=row["kind"],
        text=row["last_text"],
        status=row["last_status"],
        member=row["member"],
        sort_at=row["sort_at"],
    )


def _json_ids(ids: Sequence[UUID]) -> str:
    return _encoder.encode(ids).decode() if ids else "[]"
