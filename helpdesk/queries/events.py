"""Stored events, read in the order of their numbers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import fetch
from helpdesk.events import EventRow
from helpdesk.shapes.conversations import ConversationEventOut
from helpdesk.shapes.messages import ActorOut
from helpdesk.shapes.words import ConversationStatus, Moment

_ROW = """
e.account_id, e.seq, e.type, e.at, e.body::text, e.conversation_id, e.contact_id, e.is_for_all,
e.agent_ids, e.division_ids, e.former_agent_ids, e.former_division_ids
"""


HORIZON_EVENTS = 5_000
"""Who missed more takes a new snapshot: it is read sooner than so many events are told."""


class Head(Struct, frozen=True):
    """Where an account's events stand: the last number, the oldest that can be resumed, the epoch.

    `agents` is how many agents the account has.
    """

    epoch: UUID
    seq: int
    oldest: int
    agents: int

    def epoch_for(self, actor: Actor) -> str:
        """Return the epoch as this reader has it: it changes with its rights, too."""
        return f"{self.epoch.hex}-{actor.rights}"

    def can_resume(self, actor: Actor, epoch: str | None, after: int) -> bool:
        """Whether everything after that event is still here and is the reader's to see."""
        return epoch == self.epoch_for(actor) and self.oldest - 1 <= after <= self.seq


async def get_head(session: AsyncSession, account_id: UUID) -> Head:
    """Return where the account's events stand; one can resume over 7 days or 5,000 events."""
    rows = await fetch(
        session,
        """
        select c.epoch, c.seq,
          coalesce(
            (select e.seq from event e where e.account_id = c.account_id
               and e.seq > c.seq - $2 and e.at > clock_timestamp() - interval '7 days'
             order by e.seq limit 1), c.seq + 1),
          (select count(*) from agent a
           where a.account_id = c.account_id and a.deleted_at is null)
        from event_counter c where c.account_id = $1
        """,
        account_id,
        HORIZON_EVENTS,
    )
    return Head(*rows[0])


async def list_heads(session: AsyncSession, accounts: Sequence[UUID]) -> dict[UUID, int]:
    """Return the last number of each account."""
    rows = await fetch(
        session,
        "select account_id, seq from event_counter where account_id = any($1::uuid[])",
        list(accounts),
    )
    return {row[0]: row[1] for row in rows}


async def list_events(
    session: AsyncSession, account_id: UUID, *, after: int, limit: int
) -> list[EventRow]:
    """Return events after a number, in order, without a gap."""
    rows = await fetch(
        session,
        f"""
        select {_ROW} from event e
        where e.account_id = $1 and e.seq > $2 order by e.seq limit $3
        """,
        account_id,
        after,
        limit,
    )
    return [_event(row) for row in rows]


async def list_conversation_events(
    session: AsyncSession,
    account_id: UUID,
    conversation_id: UUID,
    *,
    before: int | None,
    limit: int,
) -> list[ConversationEventOut]:
    """Return what happened to a conversation, newest first; unread counts and labels left out."""
    rows = await fetch(
        session,
        """
        select seq, type, at, body from event
        where account_id = $1 and conversation_id = $2 and type like 'conversation.%'
          and type <> 'conversation.updated' and ($3::bigint is null or seq < $3)
        order by seq desc limit $4
        """,
        account_id,
        conversation_id,
        before,
        limit,
    )
    return [_step(*row) for row in rows]


class _After(Struct):
    """What a step tells of the conversation; events of older versions know no more."""

    status: ConversationStatus
    division_id: UUID | None
    assignee_id: UUID | None
    snoozed_until: Moment | None = None


class _Body(Struct):
    by: ActorOut
    conversation: _After
    turn_id: UUID | None = None
    rule_id: UUID | None = None
    reason: str = ""
    note: str = ""


def _step(seq: int, type_: str, at: datetime, body: object) -> ConversationEventOut:
    happened = msgspec.convert(body, _Body)
    after = happened.conversation
    return ConversationEventOut(
        seq=seq,
        type=type_,
        at=at,
        by=happened.by,
        status=after.status,
        division_id=after.division_id,
        assignee_id=after.assignee_id,
        turn_id=happened.turn_id,
        rule_id=happened.rule_id,
        snoozed_until=after.snoozed_until,
        reason=happened.reason,
        note=happened.note,
    )


def _event(row: asyncpg.Record) -> EventRow:
    return EventRow(
        account_id=row["account_id"],
        seq=row["seq"],
        type=row["type"],
        at=row["at"],
        body=row["body"],
        conversation_id=row["conversation_id"],
        contact_id=row["contact_id"],
        audience=Audience(
            is_for_all=row["is_for_all"],
            agent_ids=frozenset(row["agent_ids"]),
            division_ids=frozenset(row["division_ids"]),
            former_agent_ids=frozenset(row["former_agent_ids"]),
            former_division_ids=frozenset(row["former_division_ids"]),
        ),
    )
