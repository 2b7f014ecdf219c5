"""Relays: what came in with a file is passed on to the number that its device names for that.

The file may have to be fetched first. What is passed on is sent by the device itself: the system
says it, so that a device that may send no more, or no files, is silent.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from helpdesk.actions.outgoing import MOST_CHARS, Content, signed
from helpdesk.actions.send import Send, send_to_addresses
from helpdesk.actions.threads import Received
from helpdesk.actors import SYSTEM
from helpdesk.database import UnitOfWork
from helpdesk.queries.relays import DueRelay, insert_relays, list_relaying_accounts, take_relays

BATCH = 50


async def note_relays(work: UnitOfWork, received: Sequence[Received]) -> None:
    """Note what is to be passed on of messages that are stored."""
    relays = [
        (each.device.account_id, each.message_id, each.device.relay_address)
        for each in received
        if each.device.relay_address and each.is_heard
        if each.inbound.attachment or each.inbound.media_id
    ]
    if relays:
        await insert_relays(work.session, relays)
        work.wake("relays")


async def list_relaying(work: UnitOfWork) -> list[UUID]:
    """Return the accounts for which `pass_on` has something to do."""
    return await list_relaying_accounts(work.session)


async def pass_on(work: UnitOfWork, *, now: datetime) -> None:
    """Send what can be passed on, each file once."""
    due = await take_relays(work.session, work.account_id, most=BATCH)
    if due:
        await send_to_addresses(work, [_send(each, now) for each in due], now=now)


def _send(due: DueRelay, now: datetime) -> Send:
    """Return the message under the name and the number of who wrote it."""
    name = due.message.sender.name
    writer = due.sender if name in {"", due.sender} else f"{name} {due.sender}"
    return Send(
        sender=SYSTEM,
        device_id=due.message.device_id,
        address=due.address,
        content=Content(
            text=signed(due.message.text, writer).strip()[:MOST_CHARS],
            media=due.message.media,
            is_forwarded=True,
        ),
        due_at=now,
    )
