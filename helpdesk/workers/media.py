"""The media worker: fetches the files of messages while the gateway still has them."""

import logging

from helpdesk import clock
from helpdesk.actions.fetch import claim_due_files, settle_file, settle_missed
from helpdesk.actions.file_types import find_mime
from helpdesk.actions.media import count_pages, describe_file
from helpdesk.database import Database
from helpdesk.errors import GatewayError, InputError, Unavailable
from helpdesk.files import Files
from helpdesk.gateways.links import Fetched, fetch_link
from helpdesk.gateways.outbound import Outbound
from helpdesk.queries.media import DueFile
from helpdesk.workers.slots import Slots

log = logging.getLogger(__name__)

SLOTS = 8


class MediaWorker:
    """The fetches of one process; `limit` is the largest file in bytes."""

    def __init__(self, database: Database, outbound: Outbound, files: Files, *, limit: int) -> None:
        self._database = database
        self._outbound = outbound
        self._files = files
        self._limit = limit
        self._slots = Slots(SLOTS, what="a file")

    async def __call__(self) -> bool:
        """Claim what is due and start fetching it; True when more may be due."""
        free = await self._slots.free()
        if not free:
            return True
        async with self._database.unit_of_work() as work:
            dues = await claim_due_files(work, most=free)
        for due in dues:
            self._slots.start(self._fetch(due), name=f"fetch {due.id}")
        return bool(dues)

    async def drain(self) -> None:
        """Cancel the fetches in flight; their leases run out, and they are tried again."""
        await self._slots.drain()

    async def _fetch(self, due: DueFile) -> None:
        try:
            fetched = await fetch_link(self._outbound, due.url, limit=self._limit)
            await self._store(due, fetched)
        except InputError:
            await self._refuse(due)
        except GatewayError as error:
            await (self._refuse if "limit" in error.facts else self._miss)(due)
        except Unavailable:
            log.warning("a file could not be stored; it is tried again")

    async def _store(self, due: DueFile, fetched: Fetched) -> None:
        """Keep the file. Raises InputError where it is empty or of a kind that is not taken."""
        if not fetched.content:
            raise InputError("The file is empty.", errors={"file": "Empty."})
        name = due.filename or fetched.name
        mime = find_mime(fetched.content, name)
        columns = describe_file(fetched.content, name, mime)
        path = await self._files.save(due.account_id, fetched.content)
        columns |= {"path": path, "pages": await count_pages(self._files, path, mime)}
        async with self._database.unit_of_work(due.account_id) as work:
            is_ours = await settle_file(work, due, columns, now=clock.now())
        if not is_ours:
            await self._files.discard(path)

    async def _refuse(self, due: DueFile) -> None:
        async with self._database.unit_of_work(due.account_id) as work:
            await settle_file(work, due, {"state": "refused"}, now=clock.now())

    async def _miss(self, due: DueFile) -> None:
        async with self._database.unit_of_work(due.account_id) as work:
            await settle_missed(work, due, now=clock.now())
