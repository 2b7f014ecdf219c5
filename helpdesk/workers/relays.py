"""The relay loop: passes files that came in on to other numbers."""

from helpdesk import clock
from helpdesk.actions.relays import list_relaying, pass_on
from helpdesk.database import Database


class RelayStep:
    """One round over every account that has something to pass on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> bool:
        """Pass on; True when there may be more."""
        async with self._database.unit_of_work() as work:
            accounts = await list_relaying(work)
        for account_id in accounts:
            async with self._database.unit_of_work(account_id) as work:
                await pass_on(work, now=clock.now())
        return bool(accounts)
