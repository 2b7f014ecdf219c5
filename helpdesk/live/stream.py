"""One account's newest events in memory, contiguous, and the sockets that read them."""

from collections import deque
from collections.abc import Iterable
from typing import Protocol

from helpdesk.events import EventRow

KEPT = 1_000


class Reader(Protocol):
    """Somebody who wants to know that there is more."""

    def nudge(self) -> None:
        """There is more to read."""
        ...


class Stream:
    """The last events of an account, without a gap.

    Readers come with their own cursor and are only nudged, so a slow one costs nothing but its own
    place: it reads from the database when it fell behind what is kept here. A row that comes before
    its predecessor is held until the gap is filled.
    """

    def __init__(self, head: int) -> None:
        self.head = head
        self.readers: set[Reader] = set()
        self._rows: deque[EventRow] = deque(maxlen=KEPT)
        self._held: dict[int, EventRow] = {}

    @property
    def has_gap(self) -> bool:
        """Whether a row waits for one before it."""
        return bool(self._held)

    def add(self, rows: Iterable[EventRow]) -> None:
        """Take rows in any order, again or not, and nudge the readers if the head moved."""
        before = self.head
        for row in rows:
            if row.seq > self.head:
                self._held[row.seq] = row
        while self.head + 1 in self._held:
            self._rows.append(self._held.pop(self.head + 1))
            self.head += 1
        if self.head > before:
            for reader in list(self.readers):
                reader.nudge()

    def after(self, cursor: int) -> list[EventRow] | None:
        """Return the rows after a cursor, or None when they are not all kept here."""
        if cursor >= self.head:
            return []
        if not self._rows or cursor < self._rows[0].seq - 1:
            return None
        return [self._rows[i] for i in range(cursor + 1 - self._rows[0].seq, len(self._rows))]
