"""Client ids: each names one message."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch


async def insert_client_id(
    session: AsyncSession,
    account_id: UUID,
    client_id: UUID,
    *,
    message_id: UUID,
    body_digest: bytes,
) -> tuple[UUID, bytes] | None:
    """Claim a client id for a message, or return the message and body that have it already.

    Waits for a concurrent claim to commit or to fail.
    """
    claimed = await fetch(
        session,
        """
        insert into client_id (account_id, client_id, message_id, body_digest)
        values ($1, $2, $3, $4) on conflict do nothing returning 1
        """,
        account_id,
        client_id,
        message_id,
        body_digest,
    )
    if claimed:
        return None
    rows = await fetch(
        session,
        "select message_id, body_digest from client_id where account_id = $1 and client_id = $2",
        account_id,
        client_id,
    )
    return rows[0][0], rows[0][1]
