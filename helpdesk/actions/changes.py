"""What contacts do with a message afterwards: react to it, edit it, delete it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.receipts import announce_messages
from helpdesk.database import UnitOfWork
from helpdesk.events import MessageUpdated
from helpdesk.gateways import Change
from helpdesk.queries.changes import (
    ProviderKey,
    find_by_provider,
    lock_reactions,
    set_deleted,
    set_edited,
    set_reactions,
)
from helpdesk.queries.conversations import lock_conversations
from helpdesk.queries.messages import find_messages
from helpdesk.shapes.messages import ReactionOut


class DeviceChange(Struct, frozen=True):
    """A change and the device whose gateway told of it."""

    account_id: UUID
    device_id: UUID
    change: Change

    @property
    def key(self) -> ProviderKey:
        """Where the message is found that it changes."""
        return self.account_id, self.device_id, self.change.provider_id


async def record_changes(
    work: UnitOfWork, changes: Sequence[DeviceChange], *, now: datetime
) -> None:
    """Change messages that are here and tell who reads them; a repeated change changes nothing."""
    if not changes:
        return
    ids = await find_by_provider(work.session, [each.key for each in changes])
    keys = [(account_id, id_) for (account_id, _, _), id_ in ids.items()]
    before = await find_messages(work.session, keys)
    await lock_conversations(
        work.session,
        [
            (account_id, conversation_id)
            for account_id, id_ in keys
            if (conversation_id := before[id_].conversation_id)
        ],
    )
    before = await find_messages(work.session, keys)
    for each in changes:
        if id_ := ids.get(each.key):
            await _apply(work, each.account_id, id_, each.change, now)
    after = await find_messages(work.session, keys)
    moved = [(account_id, id_) for account_id, id_ in keys if before[id_] != after[id_]]
    await announce_messages(work, moved, now=now, happened=MessageUpdated)


async def _apply(
    work: UnitOfWork, account_id: UUID, id_: UUID, change: Change, now: datetime
) -> None:
    match change.kind:
        case "reacted":
            others = [
                each
                for each in await lock_reactions(work.session, account_id, id_)
                if each.by != change.by
            ]
            mine = [ReactionOut(by=change.by, emoji=change.text)] if change.text else []
            await set_reactions(work.session, account_id, id_, others + mine)
        case "edited":
            await set_edited(work.session, account_id, id_, change.text, now=now)
        case "deleted":
            await set_deleted(work.session, account_id, id_)
