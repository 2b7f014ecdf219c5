"""The expiry loop: tells which packages ran out."""

from helpdesk import clock
from helpdesk.actions.expiries import tell_expired
from helpdesk.database import Database

EVERY_SECONDS = 5.0


class ExpiryStep:
    """One round over every package that ran out since the last one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> bool:
        """Tell; there is never more to do at once."""
        async with self._database.unit_of_work() as work:
            await tell_expired(work, now=clock.now())
        return False
