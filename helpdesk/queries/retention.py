"""What is kept for a limited time only, by the database's clock."""

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute

_OLD = (
    "delete from idempotency where created_at < clock_timestamp() - interval '72 hours'",
    "delete from ticket where expires_at < clock_timestamp()",
    "delete from undo where expires_at < clock_timestamp()",
    "delete from throttle where window_started_at < clock_timestamp() - interval '1 day'",
    "delete from early_receipt where received_at < clock_timestamp() - interval '7 days'",
    "delete from webhook_delivery where created_at < clock_timestamp() - interval '7 days'",
    """
    delete from session where expires_at < clock_timestamp() - interval '30 days'
      or ended_at < clock_timestamp() - interval '30 days'
    """,
)


async def remove_old(session: AsyncSession) -> None:
    """Remove what is old: answers to repeated requests, tickets, ways back, throttles, early
    receipts, deliveries to webhooks, ended sessions."""
    for statement in _OLD:
        await execute(session, statement)
