"""The broadcast loop: counts how far broadcasts have come, and takes back what is cancelled."""

from helpdesk import clock
from helpdesk.actions.broadcast_progress import count_due_broadcast
from helpdesk.database import Database


class BroadcastStep:
    """Counts one broadcast whose time it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> bool:
        """Do it; True when another one may be due."""
        async with self._database.unit_of_work() as work:
            return await count_due_broadcast(work, now=clock.now())
