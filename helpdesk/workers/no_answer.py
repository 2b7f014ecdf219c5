"""The no-answer loop: what an owner leaves without any reply goes to somebody else."""

from helpdesk import clock
from helpdesk.actions.conversation_owners import requeue_unanswered
from helpdesk.database import Database


class NoAnswerStep:
    """One round over everything that its owners let wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> bool:
        """Do one round; True when there may be more."""
        async with self._database.unit_of_work() as work:
            return await requeue_unanswered(work, now=clock.now())
