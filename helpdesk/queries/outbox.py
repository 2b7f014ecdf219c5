"""The outbox: due sends, claimed one at a time per device and contact, in order.

What was never tried because it is for later holds nothing back: an answer does not wait for what
is planned for tomorrow. Of a paused device nothing is claimed, and nothing that was not handed to a
gateway yet of a broadcast that is paused or cancelled.

What is due is asked with `statement_timestamp()`: no index can be searched by `clock_timestamp()`,
which may change from row to row. A delivery that became a message has the message's id.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.queries.bulk import insert_rows
from helpdesk.tables.outbox import Outbox

LEASE = timedelta(seconds=30)


class Claim(Struct, frozen=True, kw_only=True):
    """One send that is ours for the length of the lease; `attempt` is the fence."""

    account_id: UUID
    message_id: UUID
    device_id: UUID
    contact_id: UUID
    attempt: int
    created_at: datetime
    address: str
    gateway_kind: str
    device_number: str
    gateway_settings: str
    gateway_secrets_sealed: bytes
    reply_to_provider_id: str | None
    shows_agent_name: bool
    typing_seconds: int
    has_preview: bool
    was_paused: bool


async def insert_outbox(session: AsyncSession, rows: Iterable[dict[str, Any]]) -> None:
    """Queue messages for sending."""
    await insert_rows(session, Outbox, rows)


_CLAIM = """
with device_due as (
  select distinct o.account_id, o.device_id from outbox o
  where o.state = 'queued' and o.due_at <= statement_timestamp()
    and o.device_id <> all($1::uuid[])
    and not exists (
      select from device d where d.account_id = o.account_id and d.id = o.device_id
        and d.paused_until > statement_timestamp())),
due as (
  select o.account_id, o.message_id from device_due v
  cross join lateral (
    select o.account_id, o.message_id, o.number from outbox o
    where o.account_id = v.account_id and o.device_id = v.device_id
      and o.state = 'queued' and o.due_at <= statement_timestamp()
      and (o.broadcast_id is null or o.expired_leases > 0 or not exists (
        select from broadcast b where b.account_id = o.account_id and b.id = o.broadcast_id
          and b.state in ('paused', 'cancelled')))
      and not exists (
        select from outbox e
        where e.account_id = o.account_id and e.device_id = o.device_id
          and e.contact_id = o.contact_id and e.number < o.number
          and e.state <> 'paused'
          and (e.state <> 'unknown' or e.due_at > clock_timestamp())
          and (e.state <> 'queued' or e.attempt > 0 or e.due_at <= statement_timestamp()))
      and not exists (
        select from outbox e
        where e.account_id = o.account_id and e.sequence = o.sequence and e.number < o.number
          and (e.state <> 'unknown' or e.due_at > clock_timestamp()))
    order by o.due_at, o.number limit $2) o),
locked as (
  select o.account_id, o.message_id from outbox o
  join due using (account_id, message_id)
  where o.state = 'queued' limit $3 for update of o skip locked),
claimed as (
  update outbox o set state = 'sending', attempt = o.attempt + 1,
    lease_until = clock_timestamp() + $4::interval
  from locked l where o.account_id = l.account_id and o.message_id = l.message_id
  returning o.account_id, o.message_id, o.device_id, o.contact_id, o.attempt, o.created_at,
    o.number, o.typing_seconds, o.has_preview)
select c.account_id, c.message_id, c.device_id, c.contact_id, c.attempt, c.created_at,
       p.address, d.gateway_kind, d.number as device_number,
       d.gateway_settings::text as gateway_settings, d.gateway_secrets_sealed,
       (select i.key from message m join inbound i
          on i.account_id = m.account_id and i.id = m.reply_to
        where m.account_id = c.account_id and m.id = c.message_id) as reply_to_provider_id,
       coalesce((select v.shows_agent_name from message m
          join conversation t on t.account_id = m.account_id and t.id = m.conversation_id
          join division v on v.account_id = t.account_id and v.id = t.division_id
        where m.account_id = c.account_id and m.id = c.message_id), false) as shows_agent_name,
       c.typing_seconds, c.has_preview, d.paused_at is not null as was_paused
from claimed c
join device d on d.account_id = c.account_id and d.id = c.device_id
join contact p on p.account_id = c.account_id and p.id = c.contact_id
order by c.number
"""


async def claim_due(
    session: AsyncSession, *, busy_devices: Sequence[UUID], per_device: int, most: int
) -> list[Claim]:
    """Claim due sends of devices that are not busy, the oldest of each contact only."""
    rows = await fetch(session, _CLAIM, list(busy_devices), per_device, most, LEASE)
    return [Claim(**dict(row)) for row in rows]


async def lock_claim(
    session: AsyncSession, account_id: UUID, message_id: UUID, attempt: int
) -> bool:
    """Lock the item if it is still this attempt's; False when the lease was lost."""
    rows = await fetch(
        session,
        """
        select 1 from outbox where account_id = $1 and message_id = $2 and attempt = $3
          and state = 'sending' for update
        """,
        account_id,
        message_id,
        attempt,
    )
    return bool(rows)


async def remove_item(session: AsyncSession, account_id: UUID, message_id: UUID) -> None:
    """Remove an item whose fate is known."""
    await execute(
        session,
        "delete from outbox where account_id = $1 and message_id = $2",
        account_id,
        message_id,
    )


async def requeue_item(
    session: AsyncSession, account_id: UUID, message_id: UUID, *, wait: timedelta, error: str
) -> None:
    """Make an item due again after a wait."""
    await execute(
        session,
        """
        update outbox set state = 'queued', due_at = clock_timestamp() + $3::interval,
          lease_until = null, last_error = $4
        where account_id = $1 and message_id = $2
        """,
        account_id,
        message_id,
        wait,
        error,
    )


async def hurry_items(session: AsyncSession, account_id: UUID, device_id: UUID) -> None:
    """Make due at once what a device could not send before; what is planned for later stays.

    What somebody else has locked is left alone: it is being settled.
    """
    await execute(
        session,
        """
        update outbox o set due_at = clock_timestamp()
        from (
          select account_id, message_id from outbox
          where account_id = $1 and device_id = $2 and state = 'queued' and attempt > 0
            and due_at > clock_timestamp()
          for update skip locked) late
        where o.account_id = late.account_id and o.message_id = late.message_id
        """,
        account_id,
        device_id,
    )


async def hold_item(
    session: AsyncSession, account_id: UUID, message_id: UUID, *, hold: timedelta, error: str
) -> None:
    """Keep an item of unknown fate: for a while it holds back what comes after it."""
    await execute(
        session,
        """
        update outbox set state = 'unknown', due_at = clock_timestamp() + $3::interval,
          lease_until = null, last_error = $4
        where account_id = $1 and message_id = $2
        """,
        account_id,
        message_id,
        hold,
        error,
    )


class Expired(Struct, frozen=True):
    """A claim whose lease ran out: its worker died, or was very slow."""

    account_id: UUID
    message_id: UUID
    conversation_id: UUID | None
    gateway_kind: str


async def find_expired(session: AsyncSession, *, limit: int) -> list[Expired]:
    """Find claims whose lease ran out."""
    rows = await fetch(
        session,
        """
        select o.account_id, o.message_id, m.conversation_id, d.gateway_kind
        from outbox o
        join message m on m.account_id = o.account_id and m.id = o.message_id
        join device d on d.account_id = o.account_id and d.id = o.device_id
        where o.state = 'sending' and o.lease_until < statement_timestamp()
        order by o.lease_until limit $1
        """,
        limit,
    )
    return [Expired(*row) for row in rows]


async def count_expiry(session: AsyncSession, account_id: UUID, message_id: UUID) -> int | None:
    """Lock the item and return how often its lease ran out, or None when it no longer has."""
    rows = await fetch(
        session,
        """
        update outbox set expired_leases = expired_leases + 1
        where account_id = $1 and message_id = $2 and state = 'sending'
          and lease_until < clock_timestamp()
        returning expired_leases
        """,
        account_id,
        message_id,
    )
    return rows[0][0] if rows else None


class UnknownSend(Struct, frozen=True):
    """An answer of unknown fate that still holds back what comes after it."""

    account_id: UUID
    message_id: UUID
    conversation_id: UUID | None
    text: str
    sender_name: str


async def lock_unknown(
    session: AsyncSession, chats: Iterable[tuple[UUID, UUID, UUID]]
) -> list[UnknownSend]:
    """Lock what is of unknown fate in chats, given as (account, device, contact)."""
    rows = await fetch(
        session,
        """
        select o.account_id, o.message_id, m.conversation_id, m.text, m.sender_name
        from unnest($1::uuid[], $2::uuid[], $3::uuid[]) v(account_id, device_id, contact_id)
        join outbox o on o.account_id = v.account_id and o.device_id = v.device_id
          and o.contact_id = v.contact_id
        join message m on m.account_id = o.account_id and m.id = o.message_id
        where o.state = 'unknown' and o.due_at > statement_timestamp()
        order by o.account_id, o.message_id for update of o
        """,
        *(list(column) for column in zip(*chats, strict=True)),
    )
    return [UnknownSend(*row) for row in rows]


async def remove_held(session: AsyncSession) -> None:
    """Remove items of unknown fate that hold nothing back any more."""
    await execute(
        session, "delete from outbox where state = 'unknown' and due_at < statement_timestamp()"
    )
