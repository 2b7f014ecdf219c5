"""Relays: files that came in and are to be passed on to another number."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.queries.messages import find_messages
from helpdesk.shapes.messages import MessageOut

_SETTLED = """
relay r cross join lateral (
  select m.number from message m
  left join media f on f.account_id = m.account_id and f.id = m.media_id
  where m.account_id = r.account_id and m.id = r.message_id and f.state is distinct from 'due'
  limit 1) m
"""
"""What waits for no file any more. The limit has each message looked up: there are few relays."""


class DueRelay(Struct, frozen=True, kw_only=True):
    """A message whose file goes to `address` now; it came from the number `sender`."""

    message: MessageOut
    address: str
    sender: str


async def insert_relays(session: AsyncSession, relays: Sequence[tuple[UUID, UUID, str]]) -> None:
    """Note messages, given as (account, id, address), whose file is to be passed on there.

    Left out is what opened no conversation, as of a blocked contact, and what one of the server's
    own devices wrote: two that pass on to each other would do so forever.
    """
    await fetch(
        session,
        """
        insert into relay (account_id, message_id, address)
        select m.account_id, m.id, v.address
        from unnest($1::uuid[], $2::uuid[], $3::text[]) v(account_id, id, address)
        join message m on m.account_id = v.account_id and m.id = v.id
        join contact p on p.account_id = m.account_id
          and p.id = coalesce(m.member_contact_id, m.contact_id)
        join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
        where c.status <> 'resolved' and p.address <> v.address
          and not exists (
            select from directory d where d.kind = 'device_number' and d.key = p.address)
        """,
        *(list(column) for column in zip(*relays, strict=True)),
    )


async def list_relaying_accounts(session: AsyncSession) -> list[UUID]:
    """Return the accounts that have relays whose file is here, or never will be."""
    rows = await fetch(session, f"select distinct r.account_id from {_SETTLED}")
    return [row[0] for row in rows]


async def take_relays(session: AsyncSession, account_id: UUID, *, most: int) -> list[DueRelay]:
    """Remove an account's relays whose file is settled, and return those that can be passed on."""
    rows = await fetch(
        session,
        f"""
        with settled as (
          select r.account_id, r.message_id from {_SETTLED} where r.account_id = $1
          order by m.number limit $2 for update of r skip locked),
        taken as (
          delete from relay r using settled s
          where r.account_id = s.account_id and r.message_id = s.message_id
          returning r.account_id, r.message_id, r.address)
        select t.message_id, t.address, m.sender from taken t
        cross join lateral (
          select p.address as sender, m.number from message m
          join media f on f.account_id = m.account_id and f.id = m.media_id
            and f.state = 'stored'
          join contact p on p.account_id = m.account_id
            and p.id = coalesce(m.member_contact_id, m.contact_id)
          where m.account_id = t.account_id and m.id = t.message_id limit 1) m
        order by m.number
        """,
        account_id,
        most,
    )
    messages = await find_messages(session, [(account_id, row["message_id"]) for row in rows])
    return [
        DueRelay(message=messages[row["message_id"]], address=row["address"], sender=row["sender"])
        for row in rows
    ]
