"""The look at what is due: once a second for all loops together, where each would ask by itself."""

from helpdesk.bus import Wake
from helpdesk.database import Database
from helpdesk.queries.due import list_due_topics

DUE_SECONDS = 1.0


class DueStep:
    """Wakes the loops of this process that have something to do, whether or not a hint came."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> bool:
        """Look once; what there is more of, the loops themselves go on with."""
        async with self._database.unit_of_work() as work:
            topics = await list_due_topics(work.session)
        if topics:
            self._database.bus.announce(Wake(topics=topics))
        return False
