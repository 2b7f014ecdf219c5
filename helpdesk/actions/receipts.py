"""Receipts: what became of a message; a status only ever goes forward.

A failure that is reported of what arrived stays beside it as a note.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.events import (
    MessageDelivered,
    MessageEvent,
    MessageFailed,
    MessageQueued,
    MessageRead,
    MessageSent,
    MessageUnknown,
    MessageUpdated,
)
from helpdesk.gateways import Receipt
from helpdesk.queries.conversations import (
    lock_conversations,
    read_conversations,
    recount_waiting,
)
from helpdesk.queries.messages import find_messages, set_delivery
from helpdesk.queries.outbox import remove_item
from helpdesk.queries.receipts import SentMessage, find_sent, insert_early, lock_fates

RANK = {"queued": 0, "sending": 0, "unknown": 1, "sent": 2, "delivered": 3, "read": 4}
HAPPENED: dict[str, type[MessageEvent]] = {
    "queued": MessageQueued,
    "sent": MessageSent,
    "delivered": MessageDelivered,
    "read": MessageRead,
    "failed": MessageFailed,
    "unknown": MessageUnknown,
}


UNSAID = "The gateway gave no reason."


class Fate(Struct, frozen=True):
    """What is known of a message; `failure` is a note where the status says that it arrived."""

    status: str
    failure: str = ""

    def after(self, news: str, reason: str) -> "Fate":
        """Return what is known after a receipt, whatever the order in which they come.

        Why nobody knew is no longer of interest when somebody does; a failure once reported is.
        """
        status = newer_status(self.status, news)
        known = "" if self.status == "unknown" else self.failure
        return Fate(status, (reason or known or UNSAID) if news == "failed" else known)


class DeviceReceipt(Struct, frozen=True):
    """A receipt and the device whose gateway sent it."""

    account_id: UUID
    device_id: UUID
    receipt: Receipt


def newer_status(old: str, new: str) -> str:
    """Return the status after a receipt: it never goes back.

    `failed` counts only while nothing better is known: once delivered, a failure is no downgrade.
    """
    if new == "failed":
        return "failed" if RANK.get(old, 0) < RANK["delivered"] else old
    if old == "failed":
        return new if RANK[new] >= RANK["delivered"] else old
    return new if RANK[new] > RANK[old] else old


async def record_receipts(
    work: UnitOfWork, receipts: Sequence[DeviceReceipt], *, now: datetime
) -> None:
    """Move the statuses of what was sent; receipts for ids not known yet are kept."""
    if not receipts:
        return
    keys = [
        (r.account_id, r.device_id, r.receipt.provider_id, r.receipt.state_id) for r in receipts
    ]
    found = await find_sent(work.session, keys)
    await _keep_early(work, receipts, {sent.place for sent in found}, now)
    await lock_conversations(
        work.session,
        [(sent.account_id, sent.conversation_id) for sent in found if sent.conversation_id],
    )
    before = await lock_fates(work.session, [(sent.account_id, sent.id) for sent in found])
    after = dict(before)
    for sent in found:
        receipt = receipts[sent.place - 1].receipt
        status, failure, state_id = after[sent.id]
        fate = Fate(status, failure).after(receipt.status, receipt.reason)
        new = (fate.status, fate.failure, receipt.state_id or state_id)
        if new != after[sent.id]:
            after[sent.id] = new
            await _store(work, sent, fate, new[2])
    turned = [sent for sent in found if _has_failed(before[sent.id]) != _has_failed(after[sent.id])]
    await recount_waiting(
        work.session,
        [(sent.account_id, sent.conversation_id) for sent in turned if sent.conversation_id],
    )
    moved: dict[tuple[UUID, UUID], None] = {}
    noted: dict[tuple[UUID, UUID], None] = {}
    for sent in found:
        old, new = before[sent.id], after[sent.id]
        if old[:2] != new[:2]:
            (moved if old[0] != new[0] else noted)[sent.account_id, sent.id] = None
    await announce_messages(work, list(moved), now=now)
    await announce_messages(work, list(noted), now=now, happened=MessageUpdated)


def _has_failed(fate: tuple[str, str, str | None]) -> bool:
    return fate[0] == "failed"


async def _keep_early(
    work: UnitOfWork, receipts: Sequence[DeviceReceipt], known: set[int], now: datetime
) -> None:
    await insert_early(
        work.session,
        [
            (r.account_id, r.device_id, r.receipt.provider_id, r.receipt.status, r.receipt.reason)
            for place, r in enumerate(receipts, start=1)
            if place not in known and r.receipt.provider_id
        ],
        now=now,
    )


async def _store(work: UnitOfWork, sent: SentMessage, fate: Fate, state_id: str | None) -> None:
    await remove_item(work.session, sent.account_id, sent.id)
    await set_delivery(
        work.session,
        sent.account_id,
        sent.id,
        status=fate.status,
        failure=fate.failure,
        state_id=state_id,
    )


async def announce_messages(
    work: UnitOfWork,
    keys: Sequence[tuple[UUID, UUID]],
    *,
    now: datetime,
    happened: type[MessageEvent] | None = None,
) -> None:
    """Collect an event of each message, that of its present status unless another one is named.

    Their conversations must be locked.
    """
    if not keys:
        return
    messages = await find_messages(work.session, keys)
    conversations = await read_conversations(
        work.session,
        [
            (account_id, message.conversation_id)
            for account_id, id_ in keys
            if (message := messages[id_]).conversation_id
        ],
    )
    for account_id, id_ in keys:
        message = messages[id_]
        row = conversations.get(message.conversation_id or id_)
        conversation = row.out() if row else None
        kind = happened or HAPPENED[message.status or "queued"]
        work.collect(
            kind(
                at=now,
                conversation_id=message.conversation_id,
                message=message,
                conversation=conversation,
            ),
            Audience.of(conversation),
            account_id=account_id,
        )
