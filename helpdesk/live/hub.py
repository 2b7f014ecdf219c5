"""The hub: which sockets are open here, for whom, and what they are told."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from helpdesk.actors import Actor
from helpdesk.bus import Wake
from helpdesk.errors import TooMany
from helpdesk.events import EventRow
from helpdesk.live.socket import Socket
from helpdesk.live.stream import Stream
from helpdesk.queries.events import Head
from helpdesk.settings import Settings
from helpdesk.whispers import Whisper

SOCKETS_PER_SESSION = 5
LEAST_PER_ACCOUNT = 200


class Hub:
    """Streams by account and sockets by session, in this process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._streams: dict[UUID, Stream] = {}
        self._sockets: dict[UUID, set[Socket]] = {}

    @property
    def accounts(self) -> list[UUID]:
        """The accounts with sockets here."""
        return list(self._streams)

    @property
    def sockets(self) -> list[Socket]:
        """Every open socket."""
        return [socket for sockets in self._sockets.values() for socket in sockets]

    @property
    def consoles(self) -> list[UUID]:
        """The consoles that are open here."""
        return [socket.console_id for socket in self.sockets]

    def stream(self, account_id: UUID) -> Stream | None:
        """Return the account's stream while somebody reads it."""
        return self._streams.get(account_id)

    def join(self, socket: Socket, head: Head) -> Stream:
        """Add a socket; the stream starts at `head` when nobody reads it here yet.

        Raises TooMany past the limits: of a session, and of an account in this process.
        """
        account_id = socket.actor.account_id
        sockets = self._sockets.setdefault(account_id, set())
        most = max(LEAST_PER_ACCOUNT, self._settings.sockets_per_agent * head.agents)
        of_session = sum(s.actor.session_id == socket.actor.session_id for s in sockets)
        if len(sockets) >= most or of_session >= SOCKETS_PER_SESSION:
            raise TooMany("Too many windows are open. Close one first.", retry_after=5)
        sockets.add(socket)
        stream = self._streams.setdefault(account_id, Stream(head.seq))
        stream.readers.add(socket)
        return stream

    def leave(self, socket: Socket) -> None:
        """Remove a socket; the last one takes the stream with it."""
        account_id = socket.actor.account_id
        sockets = self._sockets.get(account_id, set())
        sockets.discard(socket)
        if stream := self._streams.get(account_id):
            stream.readers.discard(socket)
        if not sockets:
            self._sockets.pop(account_id, None)
            self._streams.pop(account_id, None)

    def on_wake(self, wake: Wake) -> None:
        """Take rows committed in this process."""
        by_account: dict[UUID, list[EventRow]] = {}
        for row in wake.rows:
            by_account.setdefault(row.account_id, []).append(row)
        for account_id, rows in by_account.items():
            if stream := self._streams.get(account_id):
                stream.add(rows)

    def on_whisper(self, body: str) -> None:
        """Pass an ephemeral frame to whom it concerns."""
        whisper = msgspec.json.decode(body, type=Whisper)
        for socket in self._sockets.get(whisper.account_id, ()):
            if whisper.concerns(socket.actor):
                socket.whisper(whisper.frame())

    def close_all(self, code: int) -> None:
        """Close every socket."""
        for socket in self.sockets:
            socket.close(code)

    def check(self, present: dict[UUID, Actor], checked: Iterable[Socket]) -> None:
        """Close sockets whose session ended (4001) or whose rights changed (4003)."""
        for socket in checked:
            actor = present.get(socket.session_id)
            if actor is None:
                socket.close(4001)
            elif (actor.rights, actor.agent_id) != (socket.actor.rights, socket.actor.agent_id):
                socket.close(4003)
