"""The push worker: tells owners whose console is closed, in the browsers that take it."""

import logging

import msgspec

from helpdesk.actions.pushes import (
    claim_due_pushes,
    note_news,
    settle_gone,
    settle_missed,
    settle_sent,
)
from helpdesk.database import Database
from helpdesk.errors import GatewayError, InputError, Rejected, Unavailable
from helpdesk.gateways.web_push import Browser, Gone, WebPush, to_base64url
from helpdesk.queries.pushes import DuePush
from helpdesk.workers.slots import Slots

log = logging.getLogger(__name__)

SLOTS = 16
MOST_NAME_CHARS = 80
MOST_TEXT_CHARS = 120


class PushWorker:
    """The pushes of one process."""

    def __init__(self, database: Database, web_push: WebPush) -> None:
        self._database = database
        self._web_push = web_push
        self._slots = Slots(SLOTS, what="a push")

    async def __call__(self) -> bool:
        """Note what is due, claim it and start sending it; True when more may be due."""
        async with self._database.unit_of_work() as work:
            await note_news(work)
        free = await self._slots.free()
        if not free:
            return True
        async with self._database.unit_of_work() as work:
            dues = await claim_due_pushes(work, most=free)
        for due in dues:
            self._slots.start(self._send(due), name=f"push of {due.conversation_id}")
        return bool(dues)

    async def drain(self) -> None:
        """Cancel the sends in flight; their leases run out, and they are tried again."""
        await self._slots.drain()

    async def _send(self, due: DuePush) -> None:
        browser = Browser(
            endpoint=due.endpoint, public_key=due.public_key, auth_secret=due.auth_secret
        )
        topic = to_base64url(due.conversation_id.bytes)
        try:
            await self._web_push.send(browser, content_of(due), topic=topic)
        except (Gone, InputError):
            await self._settle_gone(due)
        except Rejected as error:
            log.warning("a push was refused: %s", error.detail)
            await self._settle_sent(due)
        except GatewayError as error:
            async with self._database.unit_of_work() as work:
                await settle_missed(work, due, error.facts)
        except Unavailable:
            log.warning("the database is away; a push may be sent again")
        else:
            await self._settle_sent(due)

    async def _settle_sent(self, due: DuePush) -> None:
        async with self._database.unit_of_work() as work:
            await settle_sent(work, due)

    async def _settle_gone(self, due: DuePush) -> None:
        async with self._database.unit_of_work() as work:
            await settle_gone(work, due)


def content_of(due: DuePush) -> bytes:
    """Return what the service worker reads: JSON well below the 3,993 bytes that fit."""
    return msgspec.json.encode(
        {
            "conversation_id": due.conversation_id,
            "contact": due.contact[:MOST_NAME_CHARS],
            "kind": due.kind,
            "text": due.text[:MOST_TEXT_CHARS],
            "noted_by": due.noted_by and due.noted_by[:MOST_NAME_CHARS],
            "unread": due.unread,
        }
    )
