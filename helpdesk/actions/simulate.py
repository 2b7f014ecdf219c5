"""The simulated phone: what was sent to a simulated customer, and what goes wrong on the way."""

from datetime import datetime, timedelta
from uuid import UUID

from helpdesk.database import UnitOfWork
from helpdesk.errors import NotFound
from helpdesk.gateways.simulated import Trouble
from helpdesk.queries.devices import lock_device
from helpdesk.queries.simulated import (
    claim_trouble,
    find_trouble,
    insert_shown,
    set_trouble,
)
from helpdesk.queries.simulated_abilities import set_typing
from helpdesk.tables.device import Device

SIMULATED = "simulated"


async def meet_trouble(work: UnitOfWork, device_id: UUID) -> Trouble:
    """Return what goes wrong with one send; a refusal that was asked for is used up by it."""
    return await claim_trouble(work.session, work.account_id, device_id)


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


async def type_on_phone(work: UnitOfWork, device_id: UUID, address: str, *, seconds: int) -> None:
    """Show on a customer's phone for so many seconds that the device types."""
    await set_typing(
        work.session, work.account_id, device_id, address, wait=timedelta(seconds=seconds)
    )


async def switch_trouble(
    work: UnitOfWork,
    device_id: UUID,
    *,
    slow_seconds: int | None = None,
    is_answer_lost: bool | None = None,
    is_next_refused: bool | None = None,
) -> tuple[Device, Trouble]:
    """Switch what goes wrong on a simulated device; None leaves it. Raises NotFound for others."""
    device = await lock_device(work.session, work.account_id, device_id)
    require_simulated(device)
    await set_trouble(
        work.session,
        work.account_id,
        device_id,
        slow_seconds=slow_seconds,
        is_answer_lost=is_answer_lost,
        is_next_refused=is_next_refused,
    )
    return device, await find_trouble(work.session, work.account_id, device_id)


def require_simulated(device: Device) -> None:
    """Raise NotFound unless the device is on the simulated gateway."""
    if device.gateway_kind != SIMULATED:
        raise NotFound("This device is not on the simulated gateway.")
