"""Sessions and tokens: who is behind a secret."""

from datetime import datetime
from uuid import UUID

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.actors import Actor
from helpdesk.database import execute, fetch
from helpdesk.queries.push_subscriptions import (
    COUNTS,
    Key,
    lock_agents,
    remove_subscriptions,
)
from helpdesk.tables.session import Session

_ACTOR = """
select s.account_id, s.id as session_id, s.kind, s.seen_at,
       u.id as user_id, u.name as user_name, u.role,
       a.id as agent_id, a.name as agent_name, a.device_id, a.division_id, a.sees, a.is_enabled,
       a.rights_version
from session s
left join "user" u on u.account_id = s.account_id and u.id = s.user_id and u.deleted_at is null
left join agent a on a.account_id = s.account_id and a.deleted_at is null
  and (a.id = s.agent_id or a.user_id = s.user_id)
"""
SESSION_ALIVE = f"""
s.ended_at is null and s.expires_at > clock_timestamp()
and (s.seen_at > clock_timestamp() - interval '12 hours' or {COUNTS})
"""
"""Whether a session `s` lives: used within 12 hours, or there by push, which uses nothing."""


async def find_session(
    session: AsyncSession, account_id: UUID, token_digest: bytes
) -> tuple[Actor, datetime] | None:
    """Return who a living session belongs to, and when it was last seen."""
    rows = await fetch(
        session,
        _ACTOR + f" where s.account_id = $1 and s.token_digest = $2 and {SESSION_ALIVE}",
        account_id,
        token_digest,
    )
    actors = [(actor, row["seen_at"]) for row in rows if (actor := session_actor(row))]
    return actors[0] if actors else None


async def list_session_actors(
    session: AsyncSession, keys: list[tuple[UUID, UUID]]
) -> dict[UUID, Actor]:
    """Return who living sessions, given as (account, id), belong to, by session."""
    rows = await fetch(
        session,
        _ACTOR
        + f"""
        where (s.account_id, s.id) in (select * from unnest($1::uuid[], $2::uuid[]))
          and {SESSION_ALIVE}
        """,
        [account_id for account_id, _ in keys],
        [id_ for _, id_ in keys],
    )
    return {row["session_id"]: actor for row in rows if (actor := session_actor(row))}


def session_actor(row: asyncpg.Record) -> Actor | None:
    """Return the actor of a session, or None when the person or seat is gone or disabled."""
    if row["kind"] == "user":
        return _user(row) if row["user_id"] else None
    if row["agent_id"] is None or not row["is_enabled"]:
        return None
    return Actor(
        account_id=row["account_id"],
        role="agent",
        kind="agent",
        id=row["agent_id"],
        name=row["agent_name"],
        agent_id=row["agent_id"],
        device_id=row["device_id"],
        division_id=row["division_id"],
        sees=row["sees"],
        session_id=row["session_id"],
        rights=str(row["rights_version"]),
    )


def _user(row: asyncpg.Record) -> Actor:
    return Actor(
        account_id=row["account_id"],
        role=row["role"],
        kind="user",
        id=row["user_id"],
        name=row["user_name"],
        agent_id=row["agent_id"],
        session_id=row["session_id"],
        rights=row["role"],
    )


async def insert_session(session: AsyncSession, row: Session) -> None:
    """Insert a session."""
    session.add(row)
    await session.flush()


async def touch_session(session: AsyncSession, account_id: UUID, id_: UUID) -> None:
    """Note that a session was used."""
    await execute(
        session,
        "update session set seen_at = clock_timestamp() where account_id = $1 and id = $2",
        account_id,
        id_,
    )


async def end_sessions(
    session: AsyncSession,
    account_id: UUID,
    *,
    id_: UUID | None = None,
    agent_id: UUID | None = None,
    user_id: UUID | None = None,
) -> list[Key]:
    """End one session, or all of an agent or a user, and what their browsers take.

    Returns the agents, as (account, id), who were there by push until now.
    """
    wanted = """
    account_id = $1 and ended_at is null
    and ($2::uuid is null or id = $2) and ($3::uuid is null or agent_id = $3)
    and ($4::uuid is null or user_id = $4)
    and ($2::uuid is not null or $3::uuid is not null or $4::uuid is not null)
    """
    who = (account_id, id_, agent_id, user_id)
    rows = await fetch(session, f"select account_id, id from session where {wanted}", *who)
    sessions = [(row[0], row[1]) for row in rows]
    await lock_agents(session, sessions)
    await execute(session, f"update session set ended_at = clock_timestamp() where {wanted}", *who)
    return await remove_subscriptions(session, sessions)


async def find_token(session: AsyncSession, digest: str) -> Actor | None:
    """Return whom an account or device token stands for."""
    rows = await fetch(
        session,
        """
        select t.kind, t.account_id, t.id, d.name, d.number
        from directory t left join device d on d.account_id = t.account_id and d.id = t.id
        where t.kind in ('account_token', 'device_token') and t.key = $1
        """,
        digest,
    )
    if not rows:
        return None
    row = rows[0]
    is_device = row["kind"] == "device_token"
    return Actor(
        account_id=row["account_id"],
        role="device" if is_device else "account",
        kind="token",
        id=row["id"],
        name=row["name"] if is_device else "API",
        device_id=row["id"] if is_device else None,
    )


async def insert_ticket(
    session: AsyncSession, account_id: UUID, digest: bytes, session_id: UUID
) -> None:
    """Insert a ticket that opens one socket within 30 s; old ones are removed."""
    await execute(session, "delete from ticket where expires_at < clock_timestamp()")
    await execute(
        session,
        """
        insert into ticket (account_id, token_digest, session_id, expires_at)
        values ($1, $2, $3, clock_timestamp() + interval '30 seconds')
        """,
        account_id,
        digest,
        session_id,
    )


async def take_ticket(session: AsyncSession, account_id: UUID, digest: bytes) -> UUID | None:
    """Use a ticket up and return its session; None when it was used, is too old or unknown."""
    rows = await fetch(
        session,
        """
        delete from ticket where account_id = $1 and token_digest = $2
          and expires_at > clock_timestamp() returning session_id
        """,
        account_id,
        digest,
    )
    return rows[0][0] if rows else None


async def find_agent_by_token(
    session: AsyncSession, number: str, token_digest: bytes
) -> tuple[UUID, UUID] | None:
    """Return the (account, id) of the enabled agent with a token on a device's number."""
    rows = await fetch(
        session,
        """
        select a.account_id, a.id from directory t
        join agent a on a.account_id = t.account_id and a.device_id = t.id
        where t.kind = 'device_number' and t.key = $1 and a.token_digest = $2
          and a.is_enabled and a.deleted_at is null and a.user_id is null
        """,
        number,
        token_digest,
    )
    return (rows[0][0], rows[0][1]) if rows else None


async def find_user_by_email(session: AsyncSession, email: str) -> tuple[UUID, UUID, str] | None:
    """Return the (account, id, password hash) of the living user with an e-mail."""
    rows = await fetch(
        session,
        """
        select u.account_id, u.id, u.password_hash from directory t
        join "user" u on u.account_id = t.account_id and u.id = t.id
        where t.kind = 'email' and t.key = $1 and u.deleted_at is null
        """,
        email,
    )
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


async def set_password(
    session: AsyncSession, account_id: UUID, user_id: UUID, password_hash: str
) -> None:
    """Store a person's new password."""
    await execute(
        session,
        'update "user" set password_hash = $3 where account_id = $1 and id = $2',
        account_id,
        user_id,
        password_hash,
    )
