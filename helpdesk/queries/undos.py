"""Ways back: kept, and taken once."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.queries.bulk import insert_rows
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.shapes.rules import MenuOut
from helpdesk.shapes.words import ConversationStatus, UndoneDeed
from helpdesk.tables.undo import Undo


class Standing(Struct, frozen=True, kw_only=True):
    """What people's deeds change of a conversation, and undoing gives back.

    `last_id` is its newest line. What a rotation counts (`assignment`) only ever grows, and what
    customers were told stays told: neither is here.
    """

    status: ConversationStatus
    division_id: UUID | None
    assignee_id: UUID | None
    preferred_id: UUID | None
    avoided_id: UUID | None
    assigned: str | None
    assigned_at: datetime | None
    is_answered: bool
    is_busy_due: bool
    route_due_at: datetime | None
    menu: MenuOut | None
    menu_due_at: datetime | None
    is_menu_over: bool
    snoozed_until: datetime | None
    resolved_at: datetime | None
    unread: int
    unanswered_since: datetime | None
    waiting_since: datetime | None
    waiting_number: int | None
    labels: list[UUID]
    last_id: UUID | None

    @classmethod
    def of(cls, row: ConversationRow) -> Self:
        """Return how the conversation stands."""
        fields = {name: getattr(row, name) for name in cls.__struct_fields__ if name != "last_id"}
        return cls(**fields, last_id=row.last.id if row.last else None)


class WayBack(Struct, frozen=True, kw_only=True):
    """What was done with a conversation, by whom, and how it stood before and after."""

    conversation_id: UUID
    actor_id: UUID
    deed: UndoneDeed
    before: Standing
    after: Standing
    expires_at: datetime

    def columns(self) -> dict[str, Any]:
        """Return what is stored, by column."""
        return {
            "conversation_id": self.conversation_id,
            "actor_id": self.actor_id,
            "deed": self.deed,
            "before": msgspec.json.encode(self.before).decode(),
            "after": msgspec.json.encode(self.after).decode(),
            "expires_at": self.expires_at,
        }


async def insert_way_back(session: AsyncSession, account_id: UUID, id_: UUID, way: WayBack) -> None:
    """Keep a way back."""
    await insert_rows(session, Undo, [{"account_id": account_id, "id": id_, **way.columns()}])


async def find_undone(
    session: AsyncSession, account_id: UUID, id_: UUID
) -> tuple[UUID, Standing] | None:
    """Return the conversation that a way back is of and how it stood before, or None."""
    rows = await fetch(
        session,
        "select conversation_id, before::text from undo where account_id = $1 and id = $2",
        account_id,
        id_,
    )
    if not rows:
        return None
    [(conversation_id, before)] = rows
    return conversation_id, msgspec.json.decode(before, type=Standing)


async def take_way_back(session: AsyncSession, account_id: UUID, id_: UUID) -> WayBack | None:
    """Return a way back and remove it, so that it is gone once; None where it is not there."""
    rows = await fetch(
        session,
        """
        delete from undo where account_id = $1 and id = $2
        returning conversation_id, actor_id, deed, before::text, after::text, expires_at
        """,
        account_id,
        id_,
    )
    if not rows:
        return None
    [(conversation_id, actor_id, deed, before, after, expires_at)] = rows
    return WayBack(
        conversation_id=conversation_id,
        actor_id=actor_id,
        deed=deed,
        before=msgspec.json.decode(before, type=Standing),
        after=msgspec.json.decode(after, type=Standing),
        expires_at=expires_at,
    )
