"""Removing a device with its own token alone: a code, sent to the account's people, confirms it."""

from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import randbelow
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.devices import remove_device
from helpdesk.actions.outgoing import Content
from helpdesk.actions.send import Send, send_to_addresses
from helpdesk.actors import SYSTEM, Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, TooMany
from helpdesk.phone import normalise
from helpdesk.queries.accounts import get_account
from helpdesk.queries.devices import list_devices, lock_device
from helpdesk.queries.removal_codes import find_owner_email, find_removal_code, set_removal_code
from helpdesk.queries.throttles import clear_failures, count_failure, find_block
from helpdesk.vault import Vault

BETWEEN_CODES = timedelta(minutes=10)
GOOD_FOR = timedelta(hours=1)
MOST_WRONG = 5
WINDOW = timedelta(hours=1)
THROTTLE = "removal"


class Letter(Struct, frozen=True):
    """A text for the owner's e-mail, to be sent after the commit."""

    to: str
    subject: str
    text: str


async def ask_removal_code(
    work: UnitOfWork, vault: Vault, actor: Actor, *, now: datetime
) -> Letter | None:
    """Make a code and send it to the account's WhatsApp number, or return it as a letter.

    Raises TooMany with `retry_after` within ten minutes of the code before.
    """
    device = await lock_device(work.session, work.account_id, actor.id)
    known = await find_removal_code(work.session, work.account_id, device.id)
    if known and now - known.created_at < BETWEEN_CODES:
        raise _too_early(known.created_at + BETWEEN_CODES, now)
    code = f"{randbelow(1_000_000):06d}"
    digest = _digest(vault, device.id, code)
    await set_removal_code(work.session, work.account_id, device.id, digest, now=now)
    text = f"{code} is the code to delete the device {device.name} ({device.number_raw})."
    if await _send_text(work, actor, text, now):
        return None
    email = await find_owner_email(work.session, work.account_id)
    return Letter(email, f"Delete {device.name}?", text)


async def confirm_removal(
    work: UnitOfWork, vault: Vault, device_id: UUID, code: str, *, now: datetime
) -> bool:
    """Remove the device if the code is right; a wrong one is counted, and False returned.

    Of several tried at once each waits for the one before, so that none escapes the counting.
    Raises Conflict (`no_code`) when none is good, TooMany after too many wrong ones, and as
    `remove_device`.
    """
    await lock_device(work.session, work.account_id, device_id)
    if until := await find_block(work.session, THROTTLE, str(device_id)):
        raise _too_early(until, now)
    known = await find_removal_code(work.session, work.account_id, device_id)
    if known is None or now - known.created_at > GOOD_FOR:
        raise Conflict("Ask for a code first.", reason="no_code")
    if not compare_digest(known.digest, _digest(vault, device_id, code)):
        key = str(device_id)
        await count_failure(work.session, THROTTLE, key, free=MOST_WRONG, window=WINDOW)
        return False
    await clear_failures(work.session, THROTTLE, str(device_id))
    await remove_device(work, device_id, now=now)
    return True


async def _send_text(work: UnitOfWork, actor: Actor, text: str, now: datetime) -> bool:
    """Send to the account's number where that can be done; tell whether.

    Nobody but supervisors gets to see it: who has the device's token reads its conversations.
    """
    account = await get_account(work.session, work.account_id)
    address = normalise(account.code_number)
    devices = await list_devices(work.session, work.account_id)
    connected = [device.id for device in devices if device.status == "connect"]
    if address is None or not connected:
        return False
    sender = actor.id if actor.id in connected else connected[0]
    send = Send(
        sender=SYSTEM,
        device_id=sender,
        address=address,
        content=Content(text=text),
        due_at=now,
        is_apart=True,
    )
    return bool(await send_to_addresses(work, [send], now=now))


def _digest(vault: Vault, device_id: UUID, code: str) -> bytes:
    return vault.digest(f"{device_id} {code.strip()}")


def _too_early(until: datetime, now: datetime) -> TooMany:
    seconds = max(1, round((until - now).total_seconds()))
    return TooMany("Wait before the next try.", retry_after=seconds)
