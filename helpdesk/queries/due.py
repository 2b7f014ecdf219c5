"""Which loops have something to look after at this moment: asked in one statement for all of them.

An answer may be a yes too many, for the loop itself asks more closely, but never a no too many.
"""

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch

_DUE = """
select topic from (values
  ('waiting', exists (select from conversation where status = 'waiting')
    or exists (select from conversation where route_due_at <= statement_timestamp())
    or exists (select from conversation where menu_due_at <= statement_timestamp())),
  ('snoozed', exists (select from conversation where snoozed_until <= statement_timestamp())),
  ('no answer', exists (select from conversation
    where status = 'assigned' and not is_answered and waiting_since is not null)),
  ('outbox', exists (select from outbox
    where state = 'queued' and due_at <= statement_timestamp())),
  ('broadcasts', exists (select from broadcast where count_due_at <= statement_timestamp())),
  ('relays', exists (select from relay)),
  ('media', exists (select from media
    where state = 'due' and due_at <= statement_timestamp())),
  ('pushes', exists (select from push where due_at <= statement_timestamp())
    or exists (select from push_cursor c join event_counter n on n.account_id = c.account_id
      where n.seq > c.seq)),
  ('webhooks', exists (select from webhook_delivery
    where state = 'due' and due_at <= statement_timestamp()))
) v(topic, is_due) where is_due
"""


async def list_due_topics(session: AsyncSession) -> frozenset[str]:
    """Return the topics, as loops are woken by, of which something is due in any account."""
    return frozenset(row[0] for row in await fetch(session, _DUE))
