"""Thousands of lines and rows at once: copies of one, made by SQL beside the server."""

from collections.abc import Iterator
from uuid import UUID

from helpdesk.database import Database, execute, fetch

PART = 500
FIRST_NUMBER = 628500000000
"""The contact of the nth copy has this and n as its number."""
FIRST = "select id from message where conversation_id = $1 order by sort_at limit 1"
LINES = """
insert into message
select (jsonb_populate_record(m, jsonb_build_object(
  'id', gen_random_uuid(), 'number', nextval('message_number'), 'provider_id', null,
  'text', 'Line ' || n || repeat(' and more of it', n % 7),
  'sort_at', m.sort_at - ($4::int + 1 - n) * interval '1 minute',
  'created_at', m.sort_at - ($4::int + 1 - n) * interval '1 minute')
  || case when n % 3 = 0 then '{"direction": "out", "status": "read", "sender_kind": "agent",
    "sender_name": "Ani"}' else '{}' end::jsonb)).*
from message m, generate_series($2::int, $3::int) n
where m.id = $1
"""
CONTACTS = """
insert into contact
select (jsonb_populate_record(k, jsonb_build_object('id', md5('contact' || n || k.id)::uuid,
  'name', 'Customer ' || n, 'address', ($4::bigint + n)::text))).*
from conversation c join contact k on k.id = c.contact_id, generate_series($2::int, $3::int) n
where c.id = $1
"""
CONVERSATIONS = """
insert into conversation
select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(),
  'contact_id', md5('contact' || n || c.contact_id)::uuid,
  'last_message_at', c.last_message_at - n * interval '1 second'))).*
from conversation c, generate_series($2::int, $3::int) n where c.id = $1
"""


async def lengthen(database: Database, conversation_id: str, count: int) -> None:
    """Put `count` lines before a conversation's first, a minute apart; "Line 1" is the oldest."""
    async with database.reading() as session:
        [(first,)] = await fetch(session, FIRST, UUID(conversation_id))
    for start, end in _parts(count):
        async with database.unit_of_work() as work:
            await execute(work.session, LINES, first, start, end, count)


async def multiply(database: Database, conversation_id: str, count: int) -> None:
    """Make `count` more conversations like this one, each with a contact of its own."""
    for start, end in _parts(count):
        async with database.unit_of_work() as work:
            await execute(work.session, CONTACTS, UUID(conversation_id), start, end, FIRST_NUMBER)
            await execute(work.session, CONVERSATIONS, UUID(conversation_id), start, end)


def _parts(count: int) -> Iterator[tuple[int, int]]:
    """From 1 to `count`, so many at once as the server takes in one statement."""
    return ((at, min(at + PART - 1, count)) for at in range(1, count + 1, PART))
