"""Packages that run out: from then on the device has the free one, and everybody is told once."""

from datetime import datetime

from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.events import DeviceChanged
from helpdesk.queries.devices import brief_of, set_expired


async def tell_expired(work: UnitOfWork, *, now: datetime) -> None:
    """Tell of the devices whose package ran out, each once."""
    for row in await set_expired(work.session):
        work.collect(
            DeviceChanged(at=now, device=brief_of(row)),
            Audience.EVERYBODY,
            account_id=row["account_id"],
        )
