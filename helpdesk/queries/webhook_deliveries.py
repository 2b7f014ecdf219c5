"""Webhook deliveries: claimed one after the other per subject, and what became of them.

They are noted by the statement that stores the events (`helpdesk.numbering`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.shapes.webhooks import RETRIES, DeliveryOut, WebhookKind

DELIVERY_COLUMNS = """
d.id as delivery_id, d.type, d.seq, d.state, d.attempt, d.status, d.error, d.due_at, d.tried_at,
d.created_at
"""


class DueDelivery(Struct, frozen=True, kw_only=True):
    """A delivery that one try is to send now; `attempt` is its fence.

    `event` is the stored event's text, None for a ping; `at` is when that was asked for.
    `device_number` and what follows are of the webhook's own device, where it has one. `address` is
    the other side of a message's chat and `member` who wrote in a group. `file_state` is that of a
    message's file at this moment, `file_id` is set where it can be fetched here; both are None
    where the device's package has no attachments.
    """

    account_id: UUID
    id: UUID
    webhook_id: UUID
    attempt: int
    seq: int | None
    at: datetime
    kind: WebhookKind
    url: str
    secret_sealed: bytes | None
    event: str | None
    device_number: str | None
    device_token_sealed: bytes | None
    device_secret_sealed: bytes | None
    is_inbox_told: bool | None
    address: str | None
    member: str | None
    file_id: UUID | None
    file_name: str | None
    file_state: str | None


_CLAIM = """
with target as (
  select distinct d.account_id, d.webhook_id from webhook_delivery d
  where d.state = 'due' and d.due_at <= statement_timestamp()
    and d.webhook_id <> all($1::uuid[])),
due as (
  select f.account_id, f.id from target t
  join webhook w on w.account_id = t.account_id and w.id = t.webhook_id and w.is_enabled
  cross join lateral (
    select h.account_id, h.id from (
      select distinct on (d.subject_id) d.account_id, d.id, d.due_at from webhook_delivery d
      where d.account_id = t.account_id and d.webhook_id = t.webhook_id and d.state = 'due'
      order by d.subject_id, d.seq) h
    where h.due_at <= statement_timestamp() order by h.due_at limit $2) f),
locked as (
  select d.account_id, d.id from webhook_delivery d join due using (account_id, id)
  where d.state = 'due' and d.due_at <= statement_timestamp()
  limit $3 for update of d skip locked),
claimed as (
  update webhook_delivery d set attempt = d.attempt + 1,
    due_at = clock_timestamp() + $4::interval
  from locked l where d.account_id = l.account_id and d.id = l.id
  returning d.account_id, d.id, d.webhook_id, d.attempt, d.seq, d.created_at as at)
select c.*, w.kind, w.url, w.secret_sealed, e.body::text as event,
  v.number_raw as device_number, v.token_sealed as device_token_sealed,
  v.webhook_secret_sealed as device_secret_sealed, v.is_inbox_told,
  p.address, m.address as member, f.state as file_state,
  case f.state when 'stored' then f.id end as file_id, f.filename as file_name
from claimed c
join webhook w on w.account_id = c.account_id and w.id = c.webhook_id
left join device v on v.account_id = w.account_id and v.id = w.device_id
left join event e on e.account_id = c.account_id and e.seq = c.seq
left join contact p on v.id is not null and p.account_id = e.account_id and p.id = e.contact_id
left join contact m on v.id is not null and m.account_id = e.account_id
  and m.id = (e.body #>> '{message,member_id}')::uuid
left join package k on k.account_id = v.account_id
  and k.code = case when v.expires_at <= statement_timestamp() then 'free' else v.package end
left join media f on coalesce(k.has_attachments, v.id is not null) and f.account_id = e.account_id
  and f.id = (e.body #>> '{message,media,id}')::uuid
"""


async def claim_deliveries(
    session: AsyncSession,
    *,
    busy: Sequence[UUID],
    per_webhook: int,
    most: int,
    lease: timedelta,
) -> list[DueDelivery]:
    """Claim due deliveries of webhooks that are not busy: of each subject the oldest only."""
    rows = await fetch(session, _CLAIM, list(busy), per_webhook, most, lease)
    return [DueDelivery(**dict(row)) for row in rows]


_OURS = "account_id = $1 and id = $2 and attempt = $3 and state = 'due'"


async def set_delivered(session: AsyncSession, due: DueDelivery, *, status: int) -> None:
    """Store that a delivery was taken, unless another try has it now."""
    await execute(
        session,
        f"""
        update webhook_delivery set state = 'delivered', tried_at = clock_timestamp(),
          status = $4, error = ''
        where {_OURS}
        """,
        *_fence(due),
        status,
    )


async def set_missed(
    session: AsyncSession, due: DueDelivery, *, status: int | None, error: str, wait: timedelta
) -> None:
    """Let a delivery be tried again after a wait, or give it up when no retry is left."""
    await execute(
        session,
        f"""
        update webhook_delivery set tried_at = clock_timestamp(), status = $4, error = $5,
          state = case when retries_left > 0 then 'due' else 'dead' end,
          retries_left = greatest(retries_left - 1, 0), due_at = clock_timestamp() + $6::interval
        where {_OURS}
        """,
        *_fence(due),
        status,
        error,
        wait,
    )


async def put_back(session: AsyncSession, due: DueDelivery, *, wait: timedelta) -> None:
    """Let a delivery that was not tried be claimed again after a wait; it counts as no attempt."""
    await execute(
        session,
        f"""
        update webhook_delivery set attempt = attempt - 1,
          due_at = clock_timestamp() + $4::interval
        where {_OURS}
        """,
        *_fence(due),
        wait,
    )


async def insert_ping(
    session: AsyncSession, account_id: UUID, webhook_id: UUID, id_: UUID
) -> DeliveryOut:
    """Note a delivery that only tries the address; it is never tried again by itself."""
    rows = await fetch(
        session,
        f"""
        insert into webhook_delivery as d (account_id, id, webhook_id, type, subject_id, state,
          attempt, retries_left, due_at, error, created_at)
        values ($1, $3, $2, 'ping', $3, 'due', 0, 0, clock_timestamp(), '', clock_timestamp())
        returning {DELIVERY_COLUMNS}
        """,
        account_id,
        webhook_id,
        id_,
    )
    return delivery_out(rows[0])


async def replay_delivery(
    session: AsyncSession, account_id: UUID, webhook_id: UUID, id_: UUID
) -> DeliveryOut | None:
    """Make a settled delivery due at once, with all its retries; None while it is due anyway.

    Raises NotFound.
    """
    rows = await fetch(
        session,
        f"""
        update webhook_delivery d set state = 'due', due_at = clock_timestamp(),
          retries_left = case when d.seq is null then 0 else {RETRIES} end
        where d.account_id = $1 and d.webhook_id = $2 and d.id = $3 and d.state <> 'due'
        returning {DELIVERY_COLUMNS}
        """,
        account_id,
        webhook_id,
        id_,
    )
    if rows:
        return delivery_out(rows[0])
    await get_delivery(session, account_id, webhook_id, id_)
    return None


async def get_delivery(
    session: AsyncSession, account_id: UUID, webhook_id: UUID, id_: UUID
) -> DeliveryOut:
    """Return one delivery. Raises NotFound."""
    rows = await fetch(
        session,
        f"""
        select {DELIVERY_COLUMNS} from webhook_delivery d
        where d.account_id = $1 and d.webhook_id = $2 and d.id = $3
        """,
        account_id,
        webhook_id,
        id_,
    )
    if not rows:
        raise NotFound("There is no such delivery.")
    return delivery_out(rows[0])


async def list_deliveries(
    session: AsyncSession,
    account_id: UUID,
    webhook_id: UUID,
    *,
    state: str | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[DeliveryOut]:
    """Return a webhook's deliveries, newest first, of one state where it is given."""
    at, id_ = before or (None, None)
    rows = await fetch(
        session,
        f"""
        select {DELIVERY_COLUMNS} from webhook_delivery d
        where d.account_id = $1 and d.webhook_id = $2 and ($3::text is null or d.state = $3)
          and ($4::timestamptz is null or (d.created_at, d.id) < ($4, $5::uuid))
        order by d.created_at desc, d.id desc limit $6
        """,
        account_id,
        webhook_id,
        state,
        at,
        id_,
        limit,
    )
    return [delivery_out(row) for row in rows]


def delivery_out(row: asyncpg.Record) -> DeliveryOut:
    """Return the shape from `DELIVERY_COLUMNS`."""
    return DeliveryOut(
        id=row["delivery_id"],
        type=row["type"],
        seq=row["seq"],
        state=row["state"],
        attempts=row["attempt"],
        status=row["status"],
        error=row["error"],
        next_at=row["due_at"] if row["state"] == "due" else None,
        tried_at=row["tried_at"],
        created_at=row["created_at"],
    )


def _fence(due: DueDelivery) -> tuple[UUID, UUID, int]:
    return due.account_id, due.id, due.attempt
