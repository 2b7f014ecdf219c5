"""The simulated phone: what was sent to a simulated customer."""

from datetime import datetime
from uuid import UUID

from helpdesk.database import UnitOfWork
from helpdesk.queries.simulated import insert_shown


async def show_on_phone(
    work: UnitOfWork,
    device_id: UUID,
    *,
    reference: str,
    address: str,
    content: str,
    now: datetime,
) -> None:
    """Keep a message on the phone, once for each reference."""
    await insert_shown(
        work.session,
        {
            "account_id": work.account_id,
            "device_id": device_id,
            "reference": reference,
            "address": address,
            "content": content,
            "created_at": now,
        },
    )
