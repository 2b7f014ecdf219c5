"""Thousands of lines and rows at once: copies of one, made by SQL beside the server."""

from uuid import UUID

from helpdesk.database import Database, execute

LINES = """
insert into message
select (jsonb_populate_record(m, jsonb_build_object(
  'id', gen_random_uuid(), 'number', nextval('message_number'), 'provider_id', null,
  'text', 'Line ' || n || repeat(' and more of it', n % 7),
  'sort_at', m.sort_at - ($2 + 1 - n) * interval '1 minute',
  'created_at', m.sort_at - ($2 + 1 - n) * interval '1 minute')
  || case when n % 3 = 0 then '{"direction": "out", "status": "read", "sender_kind": "agent",
    "sender_name": "Ani"}' else '{}' end::jsonb)).*
from message m, generate_series(1, $2::int) n
where m.id = (select id from message where conversation_id = $1 order by sort_at limit 1)
"""
CONTACTS = """
insert into contact
select (jsonb_populate_record(k, jsonb_build_object('id', md5('contact' || n || k.id)::uuid,
  'name', 'Customer ' || n, 'address', (628500000000 + n)::text))).*
from conversation c join contact k on k.id = c.contact_id, generate_series(1, $2::int) n
where c.id = $1
"""
CONVERSATIONS = """
insert into conversation
select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(),
  'contact_id', md5('contact' || n || c.contact_id)::uuid,
  'last_message_at', c.last_message_at - n * interval '1 second'))).*
from conversation c, generate_series(1, $2::int) n where c.id = $1
"""


async def lengthen(database: Database, conversation_id: str, count: int) -> None:
    """Put `count` lines before a conversation's first, a minute apart; "Line 1" is the oldest."""
    async with database.unit_of_work() as work:
        await execute(work.session, LINES, UUID(conversation_id), count)


async def multiply(database: Database, conversation_id: str, count: int) -> None:
    """Make `count` more conversations like this one, each with a contact of its own."""
    async with database.unit_of_work() as work:
        await execute(work.session, CONTACTS, UUID(conversation_id), count)
        await execute(work.session, CONVERSATIONS, UUID(conversation_id), count)
