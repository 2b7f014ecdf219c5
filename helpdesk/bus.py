"""The bus: tells this process and the others that something was committed.

It is a hint and never carries truth: every reader goes by what the database says, and whether there
is anything is asked there once a second anyway (`helpdesk.workers.due`).
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID, uuid4

import asyncpg
from msgspec import Struct

from helpdesk.events import EventRow

log = logging.getLogger(__name__)

CHANNEL = "helpdesk"
WHISPER_CHANNEL = "helpdesk_whisper"
ACCOUNTS_PER_NOTE = 150  # 33 bytes each; PostgreSQL refuses payloads of 8,000 bytes
WHISPER_BYTES = 500
RECONNECT_SECONDS = 1.0


class Wake(Struct, frozen=True, kw_only=True):
    """Something was committed: for these accounts, of interest to these loops.

    `rows` are the events themselves where the commit was in this process. `is_lost` says that wakes
    may have been missed, so everybody had better look.
    """

    accounts: frozenset[UUID] = frozenset()
    topics: frozenset[str] = frozenset()
    rows: Sequence[EventRow] = ()
    is_lost: bool = False


class Bus:
    """Wakes and whispers, to subscribers in this process and by NOTIFY to other processes."""

    def __init__(self) -> None:
        self.node_id = uuid4()
        self._wakers: list[Callable[[Wake], None]] = []
        self._hearers: list[Callable[[str], None]] = []

    def subscribe(self, waker: Callable[[Wake], None]) -> None:
        """Call `waker` for every wake; it must return at once."""
        self._wakers.append(waker)

    def hear(self, hearer: Callable[[str], None]) -> None:
        """Call `hearer` with the JSON text of every whisper, from whichever process."""
        self._hearers.append(hearer)

    def announce(self, wake: Wake) -> None:
        """Tell this process; called after the commit."""
        for waker in self._wakers:
            waker(wake)

    def notes(self, accounts: Iterable[UUID], topics: Iterable[str]) -> list[str]:
        """Return the NOTIFY payloads that tell the other processes."""
        words = ",".join(sorted(topics))
        ids = [account.hex for account in accounts]
        chunks = [ids[i : i + ACCOUNTS_PER_NOTE] for i in range(0, len(ids), ACCOUNTS_PER_NOTE)]
        return [f"{self.node_id.hex};{words};{','.join(chunk)}" for chunk in chunks or [[]]]

    async def listen(self, url: str) -> None:
        """Hear the other processes until cancelled; a lost connection is opened again."""
        while True:
            try:
                await self._listen_once(url)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                log.warning("lost the bus, trying again: %s", type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_once(self, url: str) -> None:
        connection = await asyncpg.connect(driver_dsn(url), timeout=5)
        try:
            await connection.add_listener(CHANNEL, self._on_note)
            await connection.add_listener(WHISPER_CHANNEL, self._on_whisper)
            self.announce(Wake(is_lost=True))
            while not connection.is_closed():
                await asyncio.sleep(RECONNECT_SECONDS)
                await connection.fetchval("select 1", timeout=5)
        finally:
            connection.terminate()

    def _on_note(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        node, topics, accounts = str(payload).split(";")
        if node == self.node_id.hex:
            return
        self.announce(
            Wake(
                accounts=frozenset(UUID(hex=text) for text in accounts.split(",") if text),
                topics=frozenset(topic for topic in topics.split(",") if topic),
            )
        )

    def _on_whisper(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        for hearer in self._hearers:
            hearer(str(payload))


def driver_dsn(url: str) -> str:
    """Return the SQLAlchemy URL as asyncpg itself takes it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
