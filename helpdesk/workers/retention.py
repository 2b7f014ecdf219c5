"""The retention loop: once an hour it forgets what is kept for a limited time only."""

from helpdesk.actions.retention import forget_old
from helpdesk.database import Database

HOUR_SECONDS = 3600.0


class RetentionStep:
    """One round."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> bool:
        """Forget; there is never more to do at once."""
        async with self._database.unit_of_work() as work:
            await forget_old(work)
        return False
