"""How events are numbered: the statement that stores them, and what it is given.

The same statement notes what webhooks are due to be told; an account without any costs one look.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from helpdesk.audiences import Audience
from helpdesk.event_subjects import contact_of, conversation_of, device_of
from helpdesk.events import (
    Event,
    EventRow,
    encode,
    type_of,
)

Collected = tuple[UUID, Event, Audience]
"""Account, what happened in it, and whom it concerns."""

_encoder = msgspec.json.Encoder()

APPEND = """
with head as materialized (
  select account_id, seq from event_counter where account_id = any($1::uuid[])
  order by account_id for update),
appended as materialized (
  select * from rows from (
    json_to_recordset($2::json)
      as (account_id uuid, place bigint, type text, at timestamptz, conversation_id uuid,
        contact_id uuid, device_id uuid, is_for_all boolean, agent_ids uuid[], division_ids uuid[],
        former_agent_ids uuid[], former_division_ids uuid[]),
    unnest($6::json[])) v(account_id, place, type, at, conversation_id, contact_id, device_id,
      is_for_all, agent_ids, division_ids, former_agent_ids, former_division_ids, body)),
bumped as (
  update event_counter c set seq = h.seq + n.places
  from head h join (select account_id, max(place) as places from appended group by 1) n
    using (account_id)
  where c.account_id = h.account_id),
stored as (
  insert into event (account_id, seq, type, at, body, conversation_id, contact_id, is_for_all,
                     agent_ids, division_ids, former_agent_ids, former_division_ids)
  select account_id, h.seq + place, type, at, body, conversation_id, contact_id, is_for_all,
         agent_ids, division_ids, former_agent_ids, former_division_ids
  from appended join head h using (account_id)),
hook as materialized (
  select w.account_id, w.id, w.kind, w.event_types, w.device_ids, d.is_autoread, d.is_group_routed,
    d.is_personal_told, d.is_own_told
  from webhook w left join device d on d.account_id = w.account_id and d.id = w.device_id
  where w.account_id = any($1::uuid[]) and w.is_enabled and w.deleted_at is null),
hooked as (
  insert into webhook_delivery (account_id, id, webhook_id, seq, type, subject_id, state, attempt,
                                retries_left, due_at, error, created_at)
  select h.account_id, gen_random_uuid(), h.id, c.seq + a.place, a.type,
    coalesce(a.conversation_id, a.contact_id, a.device_id, a.account_id), 'due', 0, $5,
    clock_timestamp(), '', clock_timestamp()
  from hook h join head c using (account_id) join appended a using (account_id)
  left join contact p on p.account_id = a.account_id and p.id = a.contact_id
    and h.kind = 'webhook'
  where (h.event_types = '{}' or a.type = any(h.event_types))
    and (h.device_ids = '{}' or a.device_id = any(h.device_ids))
    and case h.kind
      when 'webhook' then h.is_autoread
        and case p.kind when 'group' then h.is_group_routed else h.is_personal_told end
        and (a.type = 'message.received'
          or h.is_own_told and (a.body #>> '{message,is_from_phone}')::boolean)
      when 'webhookstatus' then not (a.body #>> '{message,is_from_phone}')::boolean
      when 'webhookchaining' then false
      else true end
  returning 1)
select account_id, seq, (select count(pg_notify($3, note)) from unnest($4::text[]) note),
  exists (select from hooked) as is_hooked
from head
"""
"""$1 accounts, $2 the JSON text of their `rows_of`, $3 channel, $4 notes, $5 how often a
webhook is retried, $6 the bodies: within the document PostgreSQL would read each twice."""


def rows_of(collected: Sequence[Collected]) -> tuple[list[EventRow], str]:
    """Return the events as they are stored; `seq` is still the place within the account's.

    Beside them stands one JSON text of all, but for their bodies.
    """
    last: Counter[UUID] = Counter()
    rows, columns = [], []
    for account_id, event, audience in collected:
        last[account_id] += 1
        row = _row(account_id, last[account_id], event, audience)
        rows.append(row)
        columns.append(_columns(row, device_of(event)))
    return rows, _encoder.encode(columns).decode()


def _row(account_id: UUID, place: int, event: Event, audience: Audience) -> EventRow:
    return EventRow(
        account_id=account_id,
        seq=place,
        type=type_of(event),
        at=event.at,
        body=encode(event),
        conversation_id=conversation_of(event),
        contact_id=contact_of(event),
        audience=audience,
    )


def _columns(row: EventRow, device_id: UUID | None) -> dict[str, Any]:
    audience = row.audience
    return {
        "account_id": row.account_id,
        "place": row.seq,
        "type": row.type,
        "at": row.at,
        "conversation_id": row.conversation_id,
        "contact_id": row.contact_id,
        "device_id": device_id,
        "is_for_all": audience.is_for_all,
        "agent_ids": audience.agent_ids,
        "division_ids": audience.division_ids,
        "former_agent_ids": audience.former_agent_ids,
        "former_division_ids": audience.former_division_ids,
    }
