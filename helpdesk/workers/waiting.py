"""The waiting loop: routes what is due, drains the queues, oldest first, and tells who waits on."""

from helpdesk import clock
from helpdesk.actions.automatic import tell_busy
from helpdesk.actions.menus import CanPoll, no_polls
from helpdesk.actions.waiting import assign_waiting, route_due, route_unanswered
from helpdesk.database import Database
from helpdesk.queries.automatic import list_untold
from helpdesk.queries.divisions import list_queues


class WaitingStep:
    """One round over everything that waits."""

    def __init__(self, database: Database, can_poll: CanPoll = no_polls) -> None:
        self._database = database
        self._can_poll = can_poll

    async def __call__(self) -> bool:
        """Do one round; True when more may be waiting."""
        async with self._database.unit_of_work() as work:
            await route_due(work, now=clock.now(), can_poll=self._can_poll)
        async with self._database.unit_of_work() as work:
            await route_unanswered(work, now=clock.now())
        async with self._database.unit_of_work() as work:
            queues = await list_queues(work.session)
            untold = await list_untold(work.session)
        has_more = False
        for division in queues:
            async with self._database.unit_of_work() as work:
                has_more |= await assign_waiting(work, division, now=clock.now())
        for division in untold:
            async with self._database.unit_of_work() as work:
                has_more |= await tell_busy(work, division, now=clock.now())
        return has_more
