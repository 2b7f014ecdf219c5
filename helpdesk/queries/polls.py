"""Polls that were asked: stored with what asks and answers them, and counted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid5

import asyncpg
import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows
from helpdesk.shapes.messages import MessageOut, Poll
from helpdesk.shapes.polls import ChoiceResult, PollOut, VoteOut
from helpdesk.tables.poll import Poll as PollRow
from helpdesk.tables.poll import PollMessage

Owned = tuple[UUID, MessageOut]
"""A message with its account."""

MATCHED_CHARS = 256
"""Of a question, as far as a gateway tells it with a vote."""

_LAST_VOTES = """
  select distinct on (q.person) q.person, m.choices, m.sort_at, m.id, m.conversation_id
  from poll_message v
  join message m on m.account_id = v.account_id and m.id = v.message_id and m.direction = 'in'
  join lateral (select coalesce(c.merged_into_id, c.id) as person from contact c
    where c.account_id = m.account_id and c.id = coalesce(m.member_contact_id, m.contact_id)
    limit 1) q on true
  where v.account_id = p.account_id and v.poll_id = p.id
  order by q.person, m.sort_at desc, m.number desc
"""
"""Each person's last vote in the poll `p`, also one that was taken back and chooses nothing."""

_SELECT = f"""
select p.id, p.device_id, p.name, p.choices, p.is_multiple, p.created_at, s.asked,
       coalesce(r.voters, 0) as voters, coalesce(r.votes, '{{}}') as votes
from poll p
cross join lateral (
  select count(*) as asked from poll_message a
  join message m on m.account_id = a.account_id and m.id = a.message_id and m.direction = 'out'
  where a.account_id = p.account_id and a.poll_id = p.id) s
left join lateral (
  select max(t.voters) as voters, jsonb_object_agg(t.choice, t.votes) as votes
  from (
    select btrim(e.choice) as choice, count(distinct l.person) as votes, max(l.voters) as voters
    from (select k.*, count(*) over () as voters from ({_LAST_VOTES}) k
          where k.choices <> '[]') l
    cross join lateral jsonb_array_elements_text(l.choices) e(choice)
    group by 1) t) r on true
"""


def poll_id(device_id: UUID, poll: Poll) -> UUID:
    """Return the id of a question by a device, always the same for the same."""
    return uuid5(device_id, msgspec.json.encode(_trimmed(poll)).decode())


def _trimmed(poll: Poll) -> Poll:
    choices = [choice.strip() for choice in poll.choices]
    return Poll(name=poll.name.strip(), choices=choices, is_multiple=poll.is_multiple)


async def insert_asked(session: AsyncSession, messages: Iterable[Owned], *, now: datetime) -> None:
    """Store the polls that stored messages of ours ask, each once, and which message asks which."""
    polls: dict[tuple[UUID, UUID], dict[str, object]] = {}
    asked = []
    for account_id, message in messages:
        if message.poll is None:
            continue
        poll = _trimmed(message.poll)
        id_ = poll_id(message.device_id, poll)
        polls[account_id, id_] = {
            "account_id": account_id,
            "id": id_,
            "device_id": message.device_id,
            "name": poll.name,
            "choices": msgspec.json.encode(poll.choices).decode(),
            "is_multiple": poll.is_multiple,
            "created_at": now,
        }
        asked.append({"account_id": account_id, "message_id": message.id, "poll_id": id_})
    await insert_rows(
        session,
        PollRow,
        [polls[key] for key in sorted(polls)],
        order_by="v.account_id, v.id",
        on_conflict="do nothing",
    )
    await insert_rows(session, PollMessage, asked)


async def insert_votes(session: AsyncSession, messages: Iterable[Owned]) -> None:
    """Store in which polls stored messages vote: the last of that question that the chat was asked.

    A vote in what was never asked here belongs to no poll.
    """
    votes = [
        (
            account_id,
            message.id,
            message.device_id,
            message.contact_id,
            message.poll.name.strip()[:MATCHED_CHARS] if message.poll else "",
            msgspec.json.encode([choice.strip() for choice in message.choices]).decode(),
        )
        for account_id, message in messages
        if message.kind == "poll_vote" and message.direction == "in"
    ]
    if votes:
        await fetch(session, _VOTES, *(list(column) for column in zip(*votes, strict=True)))


_VOTES = f"""
insert into poll_message (account_id, message_id, poll_id)
select v.account_id, v.message_id, l.poll_id
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[])
  v(account_id, message_id, device_id, contact_id, name, choices)
cross join lateral (
  select a.poll_id from message m
  join poll_message a on a.account_id = m.account_id and a.message_id = m.id
  join poll p on p.account_id = a.account_id and p.id = a.poll_id
  where m.account_id = v.account_id and m.contact_id = v.contact_id
    and m.device_id = v.device_id and m.direction = 'out'
    and (v.name = '' or left(p.name, {MATCHED_CHARS}) = v.name) and v.choices::jsonb <@ p.choices
  order by m.number desc limit 1) l
"""


async def find_poll(session: AsyncSession, account_id: UUID, id_: UUID) -> PollOut:
    """Return a poll by its id, or that of a message which asks or answers it. Raises NotFound."""
    rows = await fetch(
        session,
        _SELECT
        + """
        where p.account_id = $1 and p.id = coalesce(
          (select poll_id from poll_message where account_id = $1 and message_id = $2), $2)
        """,
        account_id,
        id_,
    )
    if not rows:
        raise NotFound("There is no such poll.")
    return _out(rows[0])


async def list_polls(
    session: AsyncSession,
    account_id: UUID,
    *,
    device_id: UUID | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[PollOut]:
    """Return polls, of one device where given, those asked last for the first time first."""
    created_at, id_ = after or (None, None)
    rows = await fetch(
        session,
        _SELECT
        + """
        where p.account_id = $1 and ($2::uuid is null or p.device_id = $2)
          and ($3::timestamptz is null or (p.created_at, p.id) < ($3, $4::uuid))
        order by p.created_at desc, p.id desc limit $5
        """,
        account_id,
        device_id,
        created_at,
        id_,
        limit,
    )
    return [_out(row) for row in rows]


async def list_votes(
    session: AsyncSession,
    account_id: UUID,
    poll: UUID,
    *,
    after: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[VoteOut]:
    """Return each person's last vote in a poll, newest first."""
    voted_at, id_ = after or (None, None)
    rows = await fetch(
        session,
        f"""
        select l.person, c.name, c.address, l.choices, l.sort_at, l.id, l.conversation_id
        from poll p cross join lateral ({_LAST_VOTES}) l
        join contact c on c.account_id = p.account_id and c.id = l.person
        where p.account_id = $1 and p.id = $2 and l.choices <> '[]'
          and ($3::timestamptz is null or (l.sort_at, l.id) < ($3, $4::uuid))
        order by l.sort_at desc, l.id desc limit $5
        """,
        account_id,
        poll,
        voted_at,
        id_,
        limit,
    )
    return [
        VoteOut(
            contact_id=row[0],
            contact_name=row[1],
            number=row[2],
            choices=row[3],
            voted_at=row[4],
            message_id=row[5],
            conversation_id=row[6],
        )
        for row in rows
    ]


def _out(row: asyncpg.Record) -> PollOut:
    votes: Mapping[str, int] = row["votes"]
    return PollOut(
        id=row["id"],
        device_id=row["device_id"],
        name=row["name"],
        is_multiple=row["is_multiple"],
        results=[
            ChoiceResult(choice=choice, votes=votes.get(choice, 0)) for choice in row["choices"]
        ],
        asked=row["asked"],
        voters=row["voters"],
        asked_at=row["created_at"],
    )
