"""Answers to requests that may be sent again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.queries.bulk import insert_rows
from helpdesk.tables.idempotency import Idempotency


class RequestKey(Struct, frozen=True):
    """What makes a request the same: who calls, which route, and the caller's own key."""

    account_id: UUID
    caller: str
    route: str
    key: str

    def columns(self) -> dict[str, Any]:
        """Return the key's columns."""
        return {
            "account_id": self.account_id,
            "caller": self.caller,
            "route": self.route,
            "key": self.key,
        }


class StoredAnswer(Struct, frozen=True):
    """The answer that was given; the body is sealed."""

    body_digest: bytes
    status: int
    content_type: str
    answer_sealed: bytes


async def try_lock_key(session: AsyncSession, key: RequestKey) -> bool:
    """Hold the key until the transaction ends; False when another request holds it."""
    rows = await fetch(
        session,
        "select pg_try_advisory_xact_lock(hashtextextended($1, 7))",
        f"{key.account_id} {key.caller} {key.route} {key.key}",
    )
    return bool(rows[0][0])


async def find_answer(session: AsyncSession, key: RequestKey) -> StoredAnswer | None:
    """Return the answer given within the last 72 hours."""
    rows = await fetch(
        session,
        """
        select body_digest, status, content_type, answer_sealed from idempotency
        where account_id = $1 and caller = $2 and route = $3 and key = $4
          and created_at > clock_timestamp() - interval '72 hours'
        """,
        *key.columns().values(),
    )
    return StoredAnswer(*rows[0]) if rows else None


async def insert_answer(session: AsyncSession, key: RequestKey, answer: Mapping[str, Any]) -> None:
    """Keep an answer; one that is too old is replaced."""
    await execute(
        session,
        """
        delete from idempotency
        where account_id = $1 and caller = $2 and route = $3 and key = $4
        """,
        *key.columns().values(),
    )
    await insert_rows(session, Idempotency, [key.columns() | dict(answer)])
