"""The snooze loop: wakes conversations whose time has come."""

from helpdesk import clock
from helpdesk.actions.snoozing import wake_snoozed
from helpdesk.database import Database


class SnoozedStep:
    """One round over everything that is snoozed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> bool:
        """Do one round; True when more may be due."""
        async with self._database.unit_of_work() as work:
            return await wake_snoozed(work, now=clock.now())
