"""The listener: fills the streams with what other processes committed, and checks sessions.

Wakes are hints. Once a second it asks the database anyway, with one query for the numbers of all
accounts and one for the sessions, so a lost hint costs a second and nothing else.
"""

import asyncio
from contextlib import suppress
from time import monotonic
from uuid import UUID

from helpdesk.bus import Wake
from helpdesk.database import Database
from helpdesk.errors import Unavailable
from helpdesk.events import EventRow
from helpdesk.live.hub import Hub
from helpdesk.queries.events import list_events, list_heads
from helpdesk.queries.sessions import list_session_actors

FLOOR_SECONDS = 1.0
PAGE = 500


class Listener:
    """Follows the accounts that have sockets in this process."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self._database = database
        self._hub = hub
        self._dirty: set[UUID] = set()
        self._is_check_due = False
        self._woken = asyncio.Event()
        self._floor_at = 0.0

    def on_wake(self, wake: Wake) -> None:
        """Note which accounts to look at."""
        self._hub.on_wake(wake)
        streams = {account_id: self._hub.stream(account_id) for account_id in wake.accounts}
        self._dirty |= {
            account_id
            for account_id, stream in streams.items()
            if stream and (not wake.rows or stream.has_gap)
        }
        self._is_check_due |= "rights" in wake.topics
        if self._dirty or self._is_check_due:
            self._woken.set()

    async def run(self) -> None:
        """Run until cancelled, or a fault; the runner starts it again."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._floor_at - monotonic()):
                    await self._woken.wait()
            self._woken.clear()
            is_floor = monotonic() >= self._floor_at
            if is_floor:
                self._floor_at = monotonic() + FLOOR_SECONDS
            try:
                await self._round(is_floor=is_floor)
            except Unavailable:
                await asyncio.sleep(FLOOR_SECONDS)

    async def _round(self, *, is_floor: bool) -> None:
        dirty, self._dirty = self._dirty, set()
        if is_floor:
            dirty |= await self._behind()
        for account_id in dirty:
            await self.fill(account_id)
        if is_floor or self._is_check_due:
            self._is_check_due = False
            await self._check_sessions()
        self._close_slow()

    async def _behind(self) -> set[UUID]:
        accounts = self._hub.accounts
        if not accounts:
            return set()
        async with self._database.unit_of_work() as work:
            heads = await list_heads(work.session, accounts)
        return {
            account_id
            for account_id, head in heads.items()
            if (stream := self._hub.stream(account_id)) and stream.head < head
        }

    async def fill(self, account_id: UUID) -> None:
        """Bring an account's stream up to what is committed."""
        while stream := self._hub.stream(account_id):
            rows = await self.read(account_id, stream.head)
            stream.add(rows)
            if len(rows) < PAGE:
                return

    async def read(self, account_id: UUID, after: int) -> list[EventRow]:
        """Return a page of stored events after a number."""
        async with self._database.unit_of_work(account_id) as work:
            return await list_events(work.session, account_id, after=after, limit=PAGE)

    async def _check_sessions(self) -> None:
        sockets = self._hub.sockets
        if not sockets:
            return
        keys = [(socket.actor.account_id, socket.session_id) for socket in sockets]
        async with self._database.unit_of_work() as work:
            present = await list_session_actors(work.session, keys)
        self._hub.check(present, sockets)

    def _close_slow(self) -> None:
        for socket in self._hub.sockets:
            stream = self._hub.stream(socket.actor.account_id)
            if stream and socket.is_slow(stream.head):
                socket.close(4008)
