"""Fetching files that came with messages: claimed, then stored, tried again, or given up.

Between the two no transaction is open; only the try that claimed a file may settle it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from helpdesk.actions.receipts import announce_messages
from helpdesk.database import UnitOfWork
from helpdesk.events import MessageUpdated
from helpdesk.queries.conversations import lock_conversations
from helpdesk.queries.media import (
    DueFile,
    claim_files,
    find_waiting_message,
    put_off_file,
    set_fetched,
)

GIVE_UP_AFTER = timedelta(minutes=25)
"""Gateways keep a file for 30 minutes (Fonnte's documentation, webhook attachments)."""
LONGEST_WAIT = timedelta(minutes=5)


async def claim_due_files(work: UnitOfWork, *, most: int) -> list[DueFile]:
    """Claim files to fetch now; the lease is a minute by the database's clock."""
    return await claim_files(work.session, most=most)


async def settle_file(
    work: UnitOfWork, due: DueFile, columns: Mapping[str, Any], *, now: datetime
) -> bool:
    """Store what became of a file and tell who reads its message; False when it came too late."""
    message_id, conversation_id = await find_waiting_message(work.session, due)
    if conversation_id:
        await lock_conversations(work.session, [(due.account_id, conversation_id)])
    if not await set_fetched(work.session, due, columns):
        return False
    key = (due.account_id, message_id)
    await announce_messages(work, [key], now=now, happened=MessageUpdated)
    work.wake("relays")
    return True


async def settle_missed(work: UnitOfWork, due: DueFile, *, now: datetime) -> None:
    """Try again after 1, 2, 4 … 300 s, or after 25 minutes give the file up."""
    wait = min(timedelta(seconds=2 ** min(due.attempt - 1, 10)), LONGEST_WAIT)
    if now + wait - due.created_at < GIVE_UP_AFTER:
        await put_off_file(work.session, due, wait=wait)
    else:
        await settle_file(work, due, {"state": "expired"}, now=now)
