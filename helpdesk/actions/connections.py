"""News from a gateway that a device is connected, or no longer is."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.events import DeviceConnected, DeviceDisconnected
from helpdesk.gateways import DeviceState
from helpdesk.queries.devices import brief_of, set_connections
from helpdesk.queries.outbox import hurry_items
from helpdesk.queries.pauses import end_pause


class ConnectionNews(Struct, frozen=True):
    """A device's state as its gateway tells it."""

    account_id: UUID
    device_id: UUID
    state: DeviceState


async def record_connections(
    work: UnitOfWork, news: Sequence[ConnectionNews], *, now: datetime
) -> None:
    """Store the newest state of each device and tell everybody of changes.

    What waited for a device to be connected again is due at once.
    """
    newest = {(each.account_id, each.device_id): each.state for each in news}
    if not newest:
        return
    changed = await set_connections(
        work.session,
        [
            (account_id, id_, "connect" if state.is_connected else "disconnect", state.reason)
            for (account_id, id_), state in newest.items()
        ],
    )
    for row in changed:
        device = brief_of(row)
        happened = DeviceConnected if device.status == "connect" else DeviceDisconnected
        work.collect(
            happened(at=now, device=device), Audience.EVERYBODY, account_id=row["account_id"]
        )
        if device.status == "connect":
            await end_pause(work.session, row["account_id"], row["id"])
            await hurry_items(work.session, row["account_id"], row["id"])
        work.wake("outbox")
