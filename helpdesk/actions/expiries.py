"""Packages that run out, by their time or by the month's messages: everybody is told once."""

from datetime import datetime

import asyncpg

from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.events import DeviceChanged
from helpdesk.queries.devices import brief_of, set_expired
from helpdesk.queries.packages import set_used_up


async def tell_expired(work: UnitOfWork, *, now: datetime) -> None:
    """Tell of the devices whose package ran out, each once: they have the free one from then on."""
    _tell(work, await set_expired(work.session), now)


async def tell_used_up(work: UnitOfWork, *, now: datetime) -> None:
    """Tell of the devices that have sent all that their package allows in a month, or can again."""
    _tell(work, await set_used_up(work.session, now=now), now)


def _tell(work: UnitOfWork, rows: list[asyncpg.Record], now: datetime) -> None:
    for row in rows:
        work.collect(
            DeviceChanged(at=now, device=brief_of(row)),
            Audience.EVERYBODY,
            account_id=row["account_id"],
        )
