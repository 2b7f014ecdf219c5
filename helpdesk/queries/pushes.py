"""Pushes: which news is due to go to which browser, and what became of it."""

from datetime import timedelta
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.queries.agents import ALIVE
from helpdesk.queries.sessions import SESSION_ALIVE


class DuePush(Struct, frozen=True, kw_only=True):
    """A push that one try is to send now; `seq` and `attempt` are its fence.

    `contact` is who wrote, `kind` and `text` what was written last: None and empty where that was
    not the contact. `noted_by` is the colleague whose note calls that person, None elsewhere.
    `unread` counts the lines that are new to that person in all open conversations of one's own:
    the number at the app's icon.
    """

    account_id: UUID
    session_id: UUID
    conversation_id: UUID
    seq: int
    attempt: int
    endpoint: str
    public_key: bytes
    auth_secret: bytes
    contact: str
    kind: str | None
    text: str
    noted_by: str | None
    unread: int


async def start_cursor(session: AsyncSession, account_id: UUID) -> None:
    """Follow an account's events from here on, if that is not done already."""
    await execute(
        session,
        """
        insert into push_cursor (account_id, seq)
        select account_id, seq from event_counter where account_id = $1 on conflict do nothing
        """,
        account_id,
    )


_TYPES = (
    "'message.received', 'conversation.assigned', 'conversation.transferred', "
    "'conversation.reopened'"
)

_NOTE = f"""
with behind as materialized (
  select c.account_id, c.seq, n.seq as head
  from push_cursor c join event_counter n on n.account_id = c.account_id
  where n.seq > c.seq order by c.account_id for update of c skip locked),
news as (
  select distinct on (e.account_id, e.conversation_id, t.agent_id)
    e.account_id, e.conversation_id, e.seq, t.agent_id
  from behind b join event e on e.account_id = b.account_id and e.seq > b.seq and e.seq <= b.head
  cross join lateral (
    select (e.body #>> '{{conversation,assignee_id}}')::uuid as agent_id where e.type in ({_TYPES})
    union all
    select id::uuid from json_array_elements_text(e.body #> '{{message,mentions}}') id
    where e.type = 'note.added') t
  where e.type in ({_TYPES}, 'note.added') and e.at > clock_timestamp() - $1::interval
  order by e.account_id, e.conversation_id, t.agent_id, e.seq desc),
told as (
  select p.account_id, p.session_id, n.conversation_id, n.seq
  from news n
  join agent a on a.account_id = n.account_id and a.id = n.agent_id
  join session s on s.account_id = a.account_id
    and (s.agent_id = a.id or s.user_id = a.user_id) and {SESSION_ALIVE}
  join push_subscription p on p.account_id = s.account_id and p.session_id = s.id
  where not exists (
    select from console c join node n on n.id = c.node_id
    where c.account_id = a.account_id and c.agent_id = a.id and {ALIVE})
  for key share of p skip locked),
noted as (
  insert into push (account_id, session_id, conversation_id, seq, attempt, due_at)
  select account_id, session_id, conversation_id, seq, 0, clock_timestamp() from told
  on conflict (account_id, session_id, conversation_id)
    do update set seq = excluded.seq, attempt = 0, due_at = excluded.due_at)
update push_cursor c set seq = b.head from behind b where c.account_id = b.account_id
returning 1
"""


async def note_pushes(session: AsyncSession, *, newest: timedelta) -> bool:
    """Look through what happened and note who is to be told; True when there was anything.

    Told is the owner of a conversation that a customer wrote in or that it was given, and whom a
    note calls, in each of its browsers, unless a console of it lives: that tells. News older than
    `newest` is none.
    """
    return bool(await fetch(session, _NOTE, newest))


async def claim_pushes(session: AsyncSession, *, most: int, lease: timedelta) -> list[DuePush]:
    """Claim pushes that are due, the longest due first."""
    rows = await fetch(
        session,
        """
        with due as (
          select account_id, session_id, conversation_id from push
          where due_at <= statement_timestamp() order by due_at limit $1 for update skip locked),
        claimed as (
          update push p set attempt = p.attempt + 1, due_at = clock_timestamp() + $2::interval
          from due d where p.account_id = d.account_id and p.session_id = d.session_id
            and p.conversation_id = d.conversation_id
          returning p.account_id, p.session_id, p.conversation_id, p.seq, p.attempt)
        select c.*, s.endpoint, s.public_key, s.auth_secret,
          coalesce(nullif(e.body #>> '{conversation,contact,name}', ''),
            e.body #>> '{conversation,contact,number}') as contact,
          case when e.body #>> '{message,kind}' is not null then e.body #>> '{message,kind}'
            when l.is_in then e.body #>> '{conversation,last_message,kind}' end as kind,
          coalesce(e.body #>> '{message,text}', case when l.is_in
            then e.body #>> '{conversation,last_message,text}' end, '') as text,
          case when e.type = 'note.added' then e.body #>> '{message,sender,name}' end as noted_by,
          u.unread
        from claimed c
        join push_subscription s on s.account_id = c.account_id and s.session_id = c.session_id
        join event e on e.account_id = c.account_id and e.seq = c.seq
        cross join lateral (
          select e.body #>> '{conversation,last_message,direction}' = 'in' as is_in) l
        cross join lateral (
          select coalesce(sum(greatest(0, o.received - coalesce(r.read_number, 0))), 0)::int
            as unread
          from session i
          join agent a on a.account_id = i.account_id
            and (a.id = i.agent_id or a.user_id = i.user_id)
          join conversation o on o.account_id = a.account_id and o.assignee_id = a.id
            and o.status = 'assigned'
          left join reading r on r.account_id = o.account_id and r.conversation_id = o.id
            and r.reader_id = coalesce(i.agent_id, i.user_id)
          where i.account_id = c.account_id and i.id = c.session_id) u
        """,
        most,
        lease,
    )
    return [DuePush(**dict(row)) for row in rows]


_OURS = "account_id = $1 and session_id = $2 and conversation_id = $3 and seq = $4 and attempt = $5"


async def remove_push(session: AsyncSession, due: DuePush) -> None:
    """Remove a push that was sent or given up, unless newer news took its place."""
    await execute(session, f"delete from push where {_OURS}", *_fence(due))


async def put_off_push(session: AsyncSession, due: DuePush, *, wait: timedelta) -> None:
    """Let a push be tried again after a wait, unless newer news took its place."""
    await execute(
        session,
        f"update push set due_at = clock_timestamp() + $6::interval where {_OURS}",
        *_fence(due),
        wait,
    )


def _fence(due: DuePush) -> tuple[UUID, UUID, UUID, int, int]:
    return due.account_id, due.session_id, due.conversation_id, due.seq, due.attempt
