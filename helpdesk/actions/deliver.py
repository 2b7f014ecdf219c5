"""Delivering: claims a due send, and records what the gateway said of it.

Between the two no transaction is open. Only the attempt that claimed may settle: the attempt number
is the fence. What may have arrived is never sent again by machine, unless the gateway takes the
same reference twice without harm.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from random import Random, SystemRandom
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.outgoing import signed
from helpdesk.actions.receipts import Fate, announce_messages
from helpdesk.database import UnitOfWork
from helpdesk.errors import GatewayError, Rejected, Unknown, Unreachable
from helpdesk.gateways import Sent
from helpdesk.queries.conversations import lock_conversations, recount_waiting
from helpdesk.queries.messages import find_messages, set_delivery
from helpdesk.queries.outbox import (
    Claim,
    Expired,
    claim_due,
    count_expiry,
    find_expired,
    hold_item,
    lock_claim,
    remove_held,
    remove_item,
    requeue_item,
)
from helpdesk.queries.pauses import end_pause, find_late, lock_late, pause_device
from helpdesk.queries.receipts import take_early
from helpdesk.shapes.messages import MessageOut

GIVE_UP_AFTER = timedelta(hours=24)
HOLD_UNKNOWN = timedelta(seconds=60)
EXPIRED = "expired"
"""How the failure of what could not be sent for a day begins."""
LONGEST_WAIT = timedelta(seconds=60)
MOST_EXPIRED_LEASES = 5
STOPPED = "The server stopped while it was sending this."
SYSTEM_RANDOM = SystemRandom()


class Due(Struct, frozen=True):
    """A claimed send with its message."""

    claim: Claim
    message: MessageOut

    @property
    def text(self) -> str:
        """The text as it goes out: an agent's under the agent's name, where the division says so.

        What a program or the server itself wrote has nobody's name, and neither has a file.
        """
        text, sender = self.message.text, self.message.sender
        is_agents = sender.kind == "agent" and self.message.kind == "text"
        return signed(text, sender.name) if is_agents and self.claim.shows_agent_name else text


async def claim_sends(
    work: UnitOfWork, *, busy_devices: Sequence[UUID], per_device: int, most: int
) -> list[Due]:
    """Claim due sends; the lease is 30 s by the database's clock."""
    claims = await claim_due(
        work.session, busy_devices=busy_devices, per_device=per_device, most=most
    )
    messages = await find_messages(
        work.session, [(claim.account_id, claim.message_id) for claim in claims]
    )
    return [Due(claim, messages[claim.message_id]) for claim in claims]


async def settle_sent(work: UnitOfWork, due: Due, sent: Sent, *, now: datetime) -> None:
    """Record that the gateway took the message, and receipts that came before we knew its id."""
    if not await _is_still_ours(work, due):
        return
    claim, fate = due.claim, Fate("sent")
    if sent.provider_id:
        for news, reason in await take_early(
            work.session, claim.account_id, claim.device_id, sent.provider_id
        ):
            fate = fate.after(news, reason)
    if claim.was_paused:
        await end_pause(work.session, claim.account_id, claim.device_id)
    await remove_item(work.session, claim.account_id, claim.message_id)
    await set_delivery(
        work.session,
        claim.account_id,
        claim.message_id,
        status=fate.status,
        failure=fate.failure,
        provider_id=sent.provider_id,
        state_id=sent.state_id,
    )
    work.wake("outbox")
    if fate.status == "failed":
        await _recount(work, claim.account_id, due.message.conversation_id)
    await announce_messages(work, [(claim.account_id, claim.message_id)], now=now)


async def settle_failed(
    work: UnitOfWork,
    due: Due,
    error: GatewayError,
    *,
    now: datetime,
    random: Random = SYSTEM_RANDOM,
) -> None:
    """Record that the gateway did not take the message, and decide what happens next."""
    if not await _is_still_ours(work, due):
        return
    key = (due.claim.account_id, due.claim.message_id)
    wait = _wait(due.claim.attempt, error, random)
    if error.facts.get("is_disconnected"):
        await pause_device(work.session, due.claim.account_id, due.claim.device_id, wait=wait)
    match error:
        case Unreachable() if now - due.claim.created_at < GIVE_UP_AFTER:
            await requeue_item(work.session, *key, wait=wait, error=error.detail)
            return
        case Unreachable():
            await _expire(work, key, due.message.conversation_id, error.detail)
        case Unknown():
            await hold_item(work.session, *key, hold=HOLD_UNKNOWN, error=error.detail)
            await set_delivery(work.session, *key, status="unknown", failure=error.detail)
        case Rejected() | GatewayError():
            await remove_item(work.session, *key)
            await set_delivery(work.session, *key, status="failed", failure=error.detail)
            await _recount(work, due.claim.account_id, due.message.conversation_id)
            work.wake("outbox")
    await announce_messages(work, [key], now=now)


async def expire_paused(work: UnitOfWork, *, now: datetime, most: int = 200) -> int:
    """Give up what waited for a day on devices that are disconnected, and return how much it was.

    Nobody tries each of them: a device that is paused is tried with a few messages.
    """
    late = await find_late(work.session, now - GIVE_UP_AFTER, limit=most)
    await lock_conversations(
        work.session,
        [(each.account_id, each.conversation_id) for each in late if each.conversation_id],
    )
    keys = [(each.account_id, each.message_id) for each in late]
    locked = await lock_late(work.session, keys)
    for each in late:
        if (each.account_id, each.message_id) in locked:
            await _expire(
                work, (each.account_id, each.message_id), each.conversation_id, each.error
            )
    await announce_messages(work, [key for key in keys if key in locked], now=now)
    return len(late)


async def _expire(
    work: UnitOfWork, key: tuple[UUID, UUID], conversation_id: UUID | None, reason: str
) -> None:
    """Let a locked item fail that could not be sent for a day."""
    failure = f"{EXPIRED}: {reason}" if reason else EXPIRED
    await remove_item(work.session, *key)
    await set_delivery(work.session, *key, status="failed", failure=failure)
    await _recount(work, key[0], conversation_id)
    work.wake("outbox")


async def recover_expired(
    work: UnitOfWork, *, idempotent_kinds: Collection[str], now: datetime, most: int = 200
) -> int:
    """Take up sends whose worker died: again where that is safe, else their fate is unknown."""
    expired = await find_expired(work.session, limit=most)
    await lock_conversations(
        work.session,
        [(each.account_id, each.conversation_id) for each in expired if each.conversation_id],
    )
    for each in expired:
        times = await count_expiry(work.session, each.account_id, each.message_id)
        if times:
            is_safe = each.gateway_kind in idempotent_kinds
            await _recover(work, each, times=times, is_safe=is_safe, now=now)
    await remove_held(work.session)
    return len(expired)


async def _recover(
    work: UnitOfWork, expired: Expired, *, times: int, is_safe: bool, now: datetime
) -> None:
    key = (expired.account_id, expired.message_id)
    if not is_safe:
        await hold_item(work.session, *key, hold=HOLD_UNKNOWN, error=STOPPED)
        await set_delivery(work.session, *key, status="unknown", failure=STOPPED)
    elif times < MOST_EXPIRED_LEASES:
        await requeue_item(work.session, *key, wait=timedelta(0), error=STOPPED)
        return
    else:
        await remove_item(work.session, *key)
        await set_delivery(work.session, *key, status="failed", failure=STOPPED)
        await _recount(work, expired.account_id, expired.conversation_id)
    await announce_messages(work, [key], now=now)


async def _recount(work: UnitOfWork, account_id: UUID, conversation_id: UUID | None) -> None:
    """Let the customer wait again whose answer failed."""
    if conversation_id:
        await recount_waiting(work.session, [(account_id, conversation_id)])


async def _is_still_ours(work: UnitOfWork, due: Due) -> bool:
    """Lock conversation and item, in that order, unless the lease went to another attempt."""
    claim, conversation_id = due.claim, due.message.conversation_id
    if conversation_id:
        await lock_conversations(work.session, [(claim.account_id, conversation_id)])
    return await lock_claim(work.session, claim.account_id, claim.message_id, claim.attempt)


def _wait(attempt: int, error: GatewayError, random: Random) -> timedelta:
    """Return 1, 2, 4 … 60 s with a fifth of jitter, or what the gateway asked for."""
    asked = error.facts.get("retry_after")
    if isinstance(asked, int | float):
        return timedelta(seconds=float(asked))
    wait = min(timedelta(seconds=2 ** min(attempt - 1, 10)), LONGEST_WAIT)
    return wait * random.uniform(0.8, 1.2)
