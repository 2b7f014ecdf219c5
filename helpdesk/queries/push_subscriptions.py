"""Push subscriptions, and until when agents count as there by them.

Whoever changes subscriptions locks their agents first, and counts anew afterwards.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import SignedOut
from helpdesk.gateways.web_push import Browser

Key = tuple[UUID, UUID]
"""A session or an agent, as (account, id)."""

COUNTS = """
exists (
  select from push_subscription p join account t on t.id = p.account_id
  where p.account_id = s.account_id and p.session_id = s.id
    and p.last_open_at > clock_timestamp() - make_interval(hours => t.push_presence_hours))
"""
"""Whether the browser of a session `s` takes pushes and was open lately."""

_ITS_AGENT = "a.account_id = s.account_id and (a.id = s.agent_id or a.user_id = s.user_id)"
"""Which agent `a` a session `s` is of: its own, or the seat of its user."""


async def insert_subscription(
    session: AsyncSession, key: Key, browser: Browser, *, now: datetime
) -> list[Key]:
    """Store where a session's browser takes pushes; return the agents who count otherwise now.

    Raises SignedOut when the session ended meanwhile.
    The same browser's earlier sessions, of whichever account, take none any more: who signed in
    last sits in front of it. Only the browser itself knows its secret.
    """
    rows = await fetch(
        session,
        """
        select account_id, session_id from push_subscription
        where endpoint = $1 and auth_secret = $2
          and (account_id, session_id) <> ($3::uuid, $4::uuid)
        """,
        browser.endpoint,
        browser.auth_secret,
        *key,
    )
    earlier = [(row[0], row[1]) for row in rows]
    agents = await lock_agents(session, [*earlier, key])
    if not await fetch(
        session,
        "select from session where account_id = $1 and id = $2 and ended_at is null",
        *key,
    ):
        raise SignedOut("Sign in again.")
    await _delete(session, earlier)
    await execute(
        session,
        """
        insert into push_subscription
          (account_id, session_id, endpoint, public_key, auth_secret, last_open_at, created_at)
        values ($1, $2, $3, $4, $5, clock_timestamp(), $6)
        on conflict (account_id, session_id) do update set endpoint = excluded.endpoint,
          public_key = excluded.public_key, auth_secret = excluded.auth_secret,
          last_open_at = excluded.last_open_at
        """,
        *key,
        browser.endpoint,
        browser.public_key,
        browser.auth_secret,
        now,
    )
    return await count_reach(session, agents)


async def touch_subscription(session: AsyncSession, key: Key) -> None:
    """Note that the browser of a session was open until now, if it takes pushes."""
    rows = await fetch(
        session,
        "select from push_subscription where account_id = $1 and session_id = $2",
        *key,
    )
    if not rows:
        return
    agents = await lock_agents(session, [key])
    await execute(
        session,
        """
        update push_subscription set last_open_at = clock_timestamp()
        where account_id = $1 and session_id = $2
        """,
        *key,
    )
    await count_reach(session, agents)


async def remove_subscriptions(
    session: AsyncSession, keys: Iterable[Key], *, endpoint: str | None = None
) -> list[Key]:
    """Remove the sessions' subscriptions, with `endpoint` only where they still lead there.

    Returns the agents who count otherwise now.
    """
    known = await _with_subscription(session, keys)
    if not known:
        return []
    agents = await lock_agents(session, known)
    await _delete(session, known, endpoint=endpoint)
    return await count_reach(session, agents)


async def count_account_reach(session: AsyncSession, account_id: UUID) -> list[Key]:
    """Count anew, after a change of the account's hours; return the agents who count otherwise."""
    rows = await fetch(
        session,
        "select account_id, session_id from push_subscription where account_id = $1",
        account_id,
    )
    return await count_reach(
        session, await lock_agents(session, [(row[0], row[1]) for row in rows])
    )


async def count_reach(session: AsyncSession, agents: Iterable[Key]) -> list[Key]:
    """Store until when locked agents count as there by push; return who begins or ends to.

    That is so long after one of their browsers was last open as the account says, and never past
    the end of its session. Who ends to was seen until now.
    """
    pairs = list(agents)
    rows = await fetch(
        session,
        f"""
        with found as (
          select a.account_id, a.id, a.reachable_until as before, (
            select max(least(
              p.last_open_at + make_interval(hours => t.push_presence_hours), s.expires_at))
            from push_subscription p
            join session s on s.account_id = p.account_id and s.id = p.session_id
            join account t on t.id = p.account_id
            where p.account_id = a.account_id and {_ITS_AGENT} and s.ended_at is null) as until
          from agent a
          where (a.account_id, a.id) in (select * from unnest($1::uuid[], $2::uuid[]))),
        counted as (
          select account_id, id, coalesce(before > clock_timestamp(), false) as was,
                 case when until > clock_timestamp() then until end as until
          from found)
        update agent a set reachable_until = c.until,
          seen_at = case when c.was and c.until is null then clock_timestamp() else seen_at end
        from counted c where a.account_id = c.account_id and a.id = c.id
        returning a.account_id, a.id, c.was, c.until is not null
        """,
        [account_id for account_id, _ in pairs],
        [id_ for _, id_ in pairs],
    )
    return [(row[0], row[1]) for row in rows if row[2] != row[3]]


async def end_reach(session: AsyncSession) -> list[Key]:
    """Find the agents, of all accounts, whose time by push ran out; each is found once."""
    rows = await fetch(
        session,
        """
        with over as (
          select account_id, id, reachable_until from agent
          where reachable_until <= statement_timestamp()
          order by account_id, id for no key update skip locked)
        update agent a set reachable_until = null, seen_at = greatest(a.seen_at, o.reachable_until)
        from over o where a.account_id = o.account_id and a.id = o.id
        returning a.account_id, a.id
        """,
    )
    return [(row[0], row[1]) for row in rows]


async def _with_subscription(session: AsyncSession, keys: Iterable[Key]) -> list[Key]:
    rows = await fetch(
        session,
        """
        select account_id, session_id from push_subscription
        where (account_id, session_id) in (select * from unnest($1::uuid[], $2::uuid[]))
        """,
        *_columns(keys),
    )
    return [(row[0], row[1]) for row in rows]


async def lock_agents(session: AsyncSession, sessions: Iterable[Key]) -> list[Key]:
    """Lock the agents that sessions are of, in one order."""
    rows = await fetch(
        session,
        f"""
        select a.account_id, a.id from agent a join session s on {_ITS_AGENT}
        where (s.account_id, s.id) in (select * from unnest($1::uuid[], $2::uuid[]))
        order by a.account_id, a.id for no key update of a
        """,
        *_columns(sessions),
    )
    return [(row[0], row[1]) for row in rows]


async def _delete(
    session: AsyncSession, keys: Iterable[Key], *, endpoint: str | None = None
) -> None:
    await execute(
        session,
        """
        delete from push_subscription
        where (account_id, session_id) in (select * from unnest($1::uuid[], $2::uuid[]))
          and ($3::text is null or endpoint = $3)
        """,
        *_columns(keys),
        endpoint,
    )


def _columns(keys: Iterable[Key]) -> tuple[list[UUID], list[UUID]]:
    pairs = sorted(set(keys))
    return [account_id for account_id, _ in pairs], [id_ for _, id_ in pairs]
