"""Snoozing: a conversation rests until a time, or until the contact writes."""

from datetime import datetime, timedelta
from uuid import UUID

from helpdesk.actions.conversation_owners import wake_up
from helpdesk.actions.disposal import finish, lock_disposable
from helpdesk.actions.undo import offer_undo
from helpdesk.actors import SYSTEM, Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import InputError
from helpdesk.events import ConversationReopened, ConversationSnoozed
from helpdesk.queries.conversations import lock_snoozed, store_conversations
from helpdesk.queries.undos import Standing
from helpdesk.shapes.conversations import DeedOut

BATCH = 200
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=366)


async def snooze_conversation(
    work: UnitOfWork, actor: Actor, id_: UUID, until: datetime, *, now: datetime
) -> DeedOut:
    """Let a conversation rest; it keeps its owner, and counts no more as open for him.

    Raises InputError unless the time is 1 minute to 1 year ahead, Conflict when somebody else owns
    it (the owner is named) or it is resolved.
    """
    if not SHORTEST <= until - now <= LONGEST:
        raise InputError(
            "A conversation is snoozed for 1 minute to 1 year.",
            errors={"until": "Give a time that is 1 minute to 1 year ahead."},
        )
    row, before = await lock_disposable(work, actor, id_)
    was = Standing.of(row)
    row.status, row.snoozed_until = "snoozed", until
    row.route_due_at = row.preferred_id = None
    row.end_menu()
    work.wake("waiting")
    await finish(work, ConversationSnoozed, actor, row, before, now=now)
    return await offer_undo(work, actor, "snooze", was, row, now=now)


async def wake_snoozed(work: UnitOfWork, *, now: datetime) -> bool:
    """Wake what was snoozed until now, each once; True when there may be more."""
    rows = await lock_snoozed(work.session, limit=BATCH)
    befores = [row.out() for row in rows]
    for row in rows:
        wake_up(row, now)
    await store_conversations(work.session, rows)
    for row, before in zip(rows, befores, strict=True):
        after = row.out()
        work.collect(
            ConversationReopened(at=now, conversation_id=row.id, conversation=after, by=SYSTEM),
            Audience.of(after, before),
            account_id=row.account_id,
        )
    if rows:
        work.wake("waiting")
    return len(rows) == BATCH
