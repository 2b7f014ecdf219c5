"""Replying: the message, its place in the outbox and its event, in one unit of work."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec
from msgspec import Struct

from helpdesk.actions.content import check_location, check_poll
from helpdesk.actions.fill import get_offered_template, load_values
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.events import Audience, MessageQueued
from helpdesk.queries.accounts import get_account
from helpdesk.queries.agents import find_agent
from helpdesk.queries.client_ids import insert_client_id
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import lock_conversation, store_conversations
from helpdesk.queries.media import get_file
from helpdesk.queries.messages import find_messages, insert_messages, next_numbers
from helpdesk.queries.outbox import insert_outbox
from helpdesk.queries.visible import require_visible
from helpdesk.render import render
from helpdesk.shapes import Location, MediaOut, MessageKind, MessageOut, Poll
from helpdesk.tables.columns import new_id

MOST_CHARS = 60_000
MEDIA_KINDS: Mapping[str, MessageKind] = {"image": "image", "video": "video", "audio": "audio"}


class Draft(Struct, frozen=True, kw_only=True):
    """What somebody wants to send; `blanks` fill the template's."""

    client_id: UUID | None = None
    text: str = ""
    template_id: UUID | None = None
    blanks: Mapping[str, str] = {}
    media_id: UUID | None = None
    location: Location | None = None
    poll: Poll | None = None
    reply_to: UUID | None = None


class Content(Struct, frozen=True, kw_only=True):
    """What is sent, everything filled in."""

    text: str
    media: MediaOut | None
    location: Location | None
    poll: Poll | None

    @property
    def kind(self) -> MessageKind:
        """The kind of message that this makes."""
        if self.poll:
            return "poll"
        if self.media:
            return MEDIA_KINDS.get(self.media.mime.partition("/")[0], "document")
        return "location" if self.location else "text"


class Replied(Struct, frozen=True):
    """The message, and whether this call made it."""

    message: MessageOut
    is_new: bool


async def reply(
    work: UnitOfWork, actor: Actor, conversation_id: UUID, draft: Draft, *, now: datetime
) -> Replied:
    """Accept an answer once per client id.

    Raises NotFound when the actor cannot see the conversation, Conflict when it is somebody else's
    (the owner is named) or resolved, InputError when the content or the repeated client id is off.
    """
    message_id = new_id()
    if draft.client_id:
        known = await insert_client_id(
            work.session,
            actor.account_id,
            draft.client_id,
            message_id=message_id,
            body_digest=_digest(conversation_id, draft),
        )
        if known:
            return await _repeat(work, actor, known, conversation_id, draft)
    row = await lock_conversation(work.session, actor.account_id, conversation_id)
    require_visible(actor, row)
    await _require_owner(work, actor, row)
    content = await _content(work, actor, row, draft, now)
    message = await _queue(work, actor, row, draft, content, message_id, now)
    return Replied(message, is_new=True)


def _digest(conversation_id: UUID, draft: Draft) -> bytes:
    return sha256(conversation_id.bytes + msgspec.json.encode(draft, order="sorted")).digest()


async def _repeat(
    work: UnitOfWork,
    actor: Actor,
    known: tuple[UUID, bytes],
    conversation_id: UUID,
    draft: Draft,
) -> Replied:
    message_id, body_digest = known
    if body_digest != _digest(conversation_id, draft):
        raise InputError(
            "This client_id was used for another message. Make a new one.",
            errors={"client_id": "used for another message"},
        )
    found = await find_messages(work.session, [(actor.account_id, message_id)])
    return Replied(found[message_id], is_new=False)


async def _require_owner(work: UnitOfWork, actor: Actor, row: ConversationRow) -> None:
    if row.status == "resolved":
        raise Conflict(
            "The conversation is resolved. Reopen it first.",
            reason="resolved",
            conversation=row.out(),
        )
    if actor.kind == "token" or (actor.agent_id and row.assignee_id == actor.agent_id):
        return
    account = await get_account(work.session, actor.account_id)
    if account.is_reply_open:
        return
    owner = row.assignee_id and await find_agent(work.session, actor.account_id, row.assignee_id)
    name = owner.name if owner else "nobody yet"
    raise Conflict(
        f"The conversation belongs to {name}. Take it first.",
        reason="not_owner",
        owner={"id": owner.id, "name": owner.name} if owner else None,
        conversation=row.out(),
    )


async def _content(
    work: UnitOfWork, actor: Actor, row: ConversationRow, draft: Draft, now: datetime
) -> Content:
    text, media_id, location, poll = draft.text, draft.media_id, draft.location, draft.poll
    if draft.template_id:
        template = await get_offered_template(work.session, row, draft.template_id)
        values = await load_values(work.session, actor, row, now=now)
        text = text or render(template.text, values, draft.blanks)
        media_id = media_id or (template.attachment.id if template.attachment else None)
        location = location or template.location
        poll = poll or template.poll
    file = await get_file(work.session, actor.account_id, media_id) if media_id else None
    media = file.out if file else None
    if media and media.state != "stored":
        raise InputError("This file is not here.", errors={"media_id": "not stored"})
    await _check_quoted(work, row, draft.reply_to)
    content = Content(text=text, media=media, location=location, poll=poll)
    _check(content)
    return content


async def _check_quoted(work: UnitOfWork, row: ConversationRow, reply_to: UUID | None) -> None:
    if reply_to is None:
        return
    found = await find_messages(work.session, [(row.account_id, reply_to)])
    if reply_to not in found or found[reply_to].conversation_id != row.id:
        raise InputError(
            "The message that this answers is not in the conversation.",
            errors={"reply_to": "not in this conversation"},
        )


def _check(content: Content) -> None:
    if not (content.text.strip() or content.media or content.location or content.poll):
        raise InputError("The message is empty.", errors={"text": "empty"})
    if len(content.text) > MOST_CHARS:
        raise InputError(
            f"A message has at most {MOST_CHARS:,} characters.", errors={"text": "too long"}
        )
    if content.poll:
        check_poll(content.poll)
    if content.location:
        check_location(content.location)
    if sum(map(bool, (content.media, content.location, content.poll))) > 1:
        raise InputError(
            "Send a file, a location and a poll one by one.", errors={"poll": "one at a time"}
        )


async def _queue(
    work: UnitOfWork,
    actor: Actor,
    row: ConversationRow,
    draft: Draft,
    content: Content,
    message_id: UUID,
    now: datetime,
) -> MessageOut:
    before = row.out()
    (number,) = await next_numbers(work.session, 1)
    message = MessageOut(
        id=message_id,
        number=number,
        conversation_id=row.id,
        device_id=row.device.id,
        contact_id=row.contact.id,
        member_id=None,
        direction="out",
        kind=content.kind,
        text=content.text,
        media=content.media,
        location=content.location,
        poll=content.poll,
        choices=[],
        status="queued",
        failure="",
        client_id=draft.client_id,
        sender=actor.out(),
        reply_to=draft.reply_to,
        is_from_phone=False,
        is_possible_repeat=False,
        is_forwarded=False,
        sort_at=now,
        created_at=now,
    )
    row.show_last(message)
    row.unread, row.waiting_since, row.waiting_number = 0, None, None
    await store_conversations(work.session, [row])
    await insert_messages(work.session, [(actor.account_id, message)])
    await insert_outbox(work.session, [_outbox_row(actor.account_id, message)])
    after = row.out()
    work.collect(
        MessageQueued(at=now, conversation_id=row.id, message=message, conversation=after),
        Audience.of(after, before),
    )
    work.wake("outbox")
    return message


def _outbox_row(account_id: UUID, message: MessageOut) -> dict[str, object]:
    return {
        "account_id": account_id,
        "message_id": message.id,
        "device_id": message.device_id,
        "contact_id": message.contact_id,
        "number": message.number,
        "state": "queued",
        "due_at": message.created_at,
        "attempt": 0,
        "expired_leases": 0,
        "created_at": message.created_at,
    }
