"""Replying: the message, its place in the outbox and its event, in one unit of work."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec
from msgspec import Struct

from helpdesk.actions.crossing import require_uncrossed
from helpdesk.actions.disposal import require_unblocked
from helpdesk.actions.fill import get_offered_template, load_values, with_given
from helpdesk.actions.outgoing import (
    Addressee,
    Content,
    Queued,
    check_content,
    new_message,
    queue_messages,
)
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.queries.accounts import get_account
from helpdesk.queries.agents import find_agent
from helpdesk.queries.client_ids import insert_client_id
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import lock_conversation
from helpdesk.queries.media import get_file
from helpdesk.queries.messages import find_messages, next_numbers
from helpdesk.queries.templates import count_uses
from helpdesk.queries.visible import require_visible
from helpdesk.render import render
from helpdesk.shapes.messages import Location, MessageOut, Poll
from helpdesk.tables.columns import new_id


class Draft(Struct, frozen=True, kw_only=True):
    """What somebody wants to send; `blanks` fill the template's.

    `used_template_ids` are those that the text was made of; they are counted, and nothing else.
    """

    client_id: UUID | None = None
    text: str = ""
    template_id: UUID | None = None
    used_template_ids: list[UUID] = []
    blanks: Mapping[str, str] = {}
    media_id: UUID | None = None
    location: Location | None = None
    poll: Poll | None = None
    reply_to: UUID | None = None
    is_forwarded: bool = False


class Replied(Struct, frozen=True):
    """The message, and whether this call made it."""

    message: MessageOut
    is_new: bool


async def reply(
    work: UnitOfWork,
    actor: Actor,
    conversation_id: UUID,
    draft: Draft,
    *,
    now: datetime,
    expected_last: UUID | None = None,
) -> Replied:
    """Accept an answer once per client id.

    `expected_last` is the line that came last, as far as the writer knows. Raises NotFound when the
    actor cannot see the conversation, Conflict when it is somebody else's (the owner is named),
    resolved, its contact blocked, somebody else wrote meanwhile, or the device may send no more,
    InputError when the content or the repeated client id is off.
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
    require_unblocked(row)
    await _require_owner(work, actor, row)
    if expected_last:
        await require_uncrossed(work, actor, row, expected_last)
    content = await _content(work, actor, row, draft, now)
    message = await _queue(work, actor, row, draft, content, message_id, now)
    await _count_templates(work, draft, now)
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
            errors={"client_id": "Used for another message. Give a new one."},
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
        text = text or render(template.text, with_given(values, draft.blanks), draft.blanks)
        media_id = media_id or (template.attachment.id if template.attachment else None)
        location = location or template.location
        poll = poll or template.poll
    file = await get_file(work.session, actor.account_id, media_id) if media_id else None
    media = file.out if file else None
    if media and media.state != "stored":
        raise InputError(
            "This file is not here.",
            errors={"media_id": "Give the id of a file that was uploaded."},
        )
    await _check_quoted(work, row, draft.reply_to)
    content = Content(
        text=text, media=media, location=location, poll=poll, is_forwarded=draft.is_forwarded
    )
    check_content(content)
    return content


async def _count_templates(work: UnitOfWork, draft: Draft, now: datetime) -> None:
    """Count the templates that were used; one that was deleted meanwhile is in nobody's way."""
    used = {*draft.used_template_ids, *filter(None, (draft.template_id,))}
    if used:
        await count_uses(work.session, work.account_id, used, now=now)


async def _check_quoted(work: UnitOfWork, row: ConversationRow, reply_to: UUID | None) -> None:
    if reply_to is None:
        return
    found = (await find_messages(work.session, [(row.account_id, reply_to)])).get(reply_to)
    if found is None or found.conversation_id != row.id or found.direction == "note":
        raise InputError(
            "The message that this answers is not in the conversation.",
            errors={"reply_to": "Give the id of a message of this conversation, which is no note."},
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
    (number,) = await next_numbers(work.session, 1)
    message = new_message(
        actor.out(),
        Addressee(device_id=row.device.id, contact_id=row.address_id, row=row),
        content,
        id_=message_id,
        number=number,
        now=now,
        client_id=draft.client_id,
        reply_to=draft.reply_to,
    )
    row.note_answer()
    (queued,) = await queue_messages(work, [Queued(message, row, now)], now=now)
    return queued.message
