"""The expiry loop: tells which packages ran out, and whose messages of the month are used up."""

from helpdesk import clock
from helpdesk.actions.expiries import tell_expired, tell_used_up
from helpdesk.database import Database

EVERY_SECONDS = 5.0


class ExpiryStep:
    """One round over every package."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> bool:
        """Tell; there is never more to do at once."""
        async with self._database.unit_of_work() as work:
            await tell_expired(work, now=clock.now())
            await tell_used_up(work, now=clock.now())
        return False
