"""The door to live events: who connects, from which event on, and what they may say."""

from contextlib import suppress
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketException
from litestar.params import FromQuery

from helpdesk.actions.presence import MOST_REASON, close_console, open_console, set_away
from helpdesk.actors import Actor
from helpdesk.api.access import PUBLIC, allow, check_origin, cookie_name, session_actor
from helpdesk.api.parts import Parts
from helpdesk.errors import HelpdeskError, NotFound, SignedOut, TooMany, Unavailable
from helpdesk.live.hub import Hub
from helpdesk.live.listener import Listener
from helpdesk.live.socket import ClientFrame, Socket
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.events import Head, get_head
from helpdesk.queries.sessions import list_session_actors, take_ticket
from helpdesk.queries.visible import require_visible
from helpdesk.whispers import Whisper

AnySocket = WebSocket[Any, Any, Any]
TELL_SECONDS = 3.0


class Live(msgspec.Struct):
    """The live part of a running server."""

    hub: Hub
    listener: Listener


@websocket("/ws", opt=allow(PUBLIC))
async def live_events(
    socket: AnySocket,
    epoch: FromQuery[str | None] = None,
    after: FromQuery[int | None] = None,
    ticket: FromQuery[str | None] = None,
) -> None:
    """Serve live events; what is refused before the upgrade is answered with 403."""
    parts: Parts = socket.app.state.parts
    live: Live = socket.app.state.live
    try:
        actor = await _authenticate(socket, parts, ticket)
        head = await _head(parts, actor.account_id)
    except HelpdeskError as error:
        raise WebSocketException(code=4403, detail=error.detail) from error
    await socket.accept()
    start = head.seq if after is None else after
    await socket.send_json({"type": "hello", "epoch": head.epoch_for(actor), "seq": head.seq})
    if after is not None and not head.can_resume(actor, epoch, after):
        await socket.send_json({"type": "resync"})
        await socket.close(code=1000)
        return
    await _serve(socket, parts, live, actor, head, start)


async def _authenticate(socket: AnySocket, parts: Parts, ticket: str | None) -> Actor:
    if ticket:
        return await _ticket_actor(parts, ticket)
    cookie = socket.cookies.get(cookie_name(parts))
    if not cookie:
        raise SignedOut("Sign in first.")
    if not socket.headers.get("origin"):
        raise SignedOut("A socket by cookie needs an Origin. Ask for a ticket instead.")
    check_origin(socket, parts)
    return await session_actor(parts, cookie)


async def _ticket_actor(parts: Parts, ticket: str) -> Actor:
    account, _, secret = ticket.partition(".")
    try:
        account_id = UUID(hex=account)
    except ValueError:
        raise SignedOut("This ticket is not known.") from None
    async with parts.database.unit_of_work(account_id) as work:
        session_id = await take_ticket(work.session, account_id, parts.vault.digest(secret))
        found = (
            await list_session_actors(work.session, [(account_id, session_id)])
            if session_id
            else {}
        )
    if session_id is None or session_id not in found:
        raise SignedOut("This ticket was used or is too old.")
    return found[session_id]


async def _head(parts: Parts, account_id: UUID) -> Head:
    async with parts.database.unit_of_work(account_id) as work:
        return await get_head(work.session, account_id)


async def _serve(
    connection: AnySocket, parts: Parts, live: Live, actor: Actor, head: Head, start: int
) -> None:
    socket = Socket(connection, actor, uuid4())
    try:
        stream = live.hub.join(socket, head)
        await _open_console(parts, actor, socket.console_id)
        await live.listener.fill(actor.account_id)
        await socket.run(stream, start, live.listener.read, Says(parts, actor).heard)
    except (TooMany, Unavailable) as error:
        await connection.close(code=1013, reason=error.detail[:100])
    finally:
        live.hub.leave(socket)
        with suppress(Unavailable):  # the node's pulse takes away what is left behind
            await _close_console(parts, actor, socket.console_id)


async def _open_console(parts: Parts, actor: Actor, console_id: UUID) -> None:
    if actor.agent_id is None:
        return
    async with parts.database.unit_of_work(actor.account_id) as work:
        most = parts.settings.sockets_per_agent
        await open_console(work, actor, console_id, parts.bus.node_id, most=most)


async def _close_console(parts: Parts, actor: Actor, console_id: UUID) -> None:
    if actor.agent_id is None:
        return
    async with parts.database.unit_of_work(actor.account_id) as work:
        await close_console(work, actor, console_id)


def _line(text: str) -> str:
    """Return what can be shown of a reason, in one line."""
    return "".join(char for char in text if char.isprintable()).strip()[:MOST_REASON]


class Says:
    """What one console says, and who is told."""

    def __init__(self, parts: Parts, actor: Actor) -> None:
        self._parts = parts
        self._actor = actor
        self._told: dict[tuple[UUID | None, str, bool], float] = {}

    async def heard(self, frame: ClientFrame) -> None:
        """Act on one frame; what does not concern the console is left unheard."""
        if frame.type == "presence":
            await self._set_away(is_away=frame.away, reason=_line(frame.reason))
        elif frame.conversation_id and self._actor.agent_id and self._is_news(frame):
            await self._tell(frame, frame.conversation_id, self._actor.agent_id)

    def _is_news(self, frame: ClientFrame) -> bool:
        """Whether the same was not said of the conversation within the last 3 s."""
        now = monotonic()
        self._told = {said: at for said, at in self._told.items() if now - at < TELL_SECONDS}
        said = (frame.conversation_id, frame.type, frame.active)
        if said in self._told:
            return False
        self._told[said] = now
        return True

    async def _set_away(self, *, is_away: bool, reason: str) -> None:
        actor = self._actor
        if actor.agent_id is None:
            return
        async with self._parts.database.unit_of_work(actor.account_id) as work:
            await set_away(work, actor.agent_id, is_away=is_away, reason=reason)

    async def _tell(self, frame: ClientFrame, conversation_id: UUID, agent_id: UUID) -> None:
        actor = self._actor
        try:
            async with self._parts.database.unit_of_work(actor.account_id) as work:
                row = await get_conversation(work.session, actor.account_id, conversation_id)
                require_visible(actor, row)
        except NotFound:
            return
        state = "started" if frame.active else "stopped"
        whisper = Whisper(
            account_id=actor.account_id,
            type=f"{frame.type}.{state}",
            agent_id=agent_id,
            name=actor.name[:60],
            conversation_id=row.id,
            owner_id=row.assignee_id,
            division_id=row.division_id,
        )
        await self._parts.database.whisper(whisper.body())
