"""Conversations whose owner does not answer, or is gone."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import read_conversations


async def lock_unanswered(
    session: AsyncSession, *, now: datetime, limit: int
) -> list[ConversationRow]:
    """Lock conversations, of all accounts, that their owners let wait too long without any reply.

    Counted from the assignment, or from the customer's message where that came later; of an owner
    who is offline from when it was last here. Those that somebody is working on right now are left
    for the next time.
    """
    rows = await fetch(
        session,
        """
        select c.account_id, c.id from conversation c
        join division d on d.account_id = c.account_id and d.id = c.division_id
        join agent a on a.account_id = c.account_id and a.id = c.assignee_id
        where c.status = 'assigned' and not c.is_answered and c.waiting_since is not null
          and c.assigned_at <= $1::timestamptz and (
            greatest(c.assigned_at, c.waiting_since)
              <= $1 - make_interval(mins => d.no_answer_minutes)
            or greatest(c.assigned_at, a.seen_at) <= $1 - make_interval(mins => d.offline_minutes)
              and a.reachable_until is null and not exists (select from console k
                where k.account_id = a.account_id and k.agent_id = a.id))
        order by c.assigned_at limit $2 for no key update of c skip locked
        """,
        now,
        limit,
    )
    found = await read_conversations(session, [(row[0], row[1]) for row in rows])
    return list(found.values())
