"""Notes: lines that stay in the house, for those who see the conversation."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from helpdesk.actions.disposal import lock_seen
from helpdesk.actions.outgoing import Addressee, Content, new_message
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import InputError
from helpdesk.events import NoteAdded
from helpdesk.queries.client_ids import insert_client_id
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import store_conversations
from helpdesk.queries.mentions import find_seeing, insert_mentions
from helpdesk.queries.messages import find_messages, insert_messages, next_numbers
from helpdesk.shapes.conversations import ConversationOut
from helpdesk.shapes.messages import MessageOut
from helpdesk.tables.columns import new_id


class Noted(Struct, frozen=True):
    """The note, and whether this call made it."""

    message: MessageOut
    is_new: bool


async def add_note(
    work: UnitOfWork,
    actor: Actor,
    conversation_id: UUID,
    client_id: UUID,
    text: str,
    *,
    mentions: Sequence[UUID] = (),
    now: datetime,
) -> Noted:
    """Write a note once per client id; unread and waiting stay as they are.

    The agents in `mentions` are called: it stands in their list until they look.

    Raises NotFound when the actor cannot see the conversation, InputError when the text is empty,
    a called agent does not see the conversation, or the client id was used for something else.
    """
    if not text.strip():
        raise InputError("The note is empty.", errors={"text": "Give a text."})
    called = sorted(set(mentions))
    said = b"\0".join([text.encode(), *(each.bytes for each in called)])
    id_, digest = new_id(), sha256(b"note" + conversation_id.bytes + said).digest()
    known = await insert_client_id(
        work.session, actor.account_id, client_id, message_id=id_, body_digest=digest
    )
    if known:
        return await _repeat(work, actor, known, digest)
    row, _ = await lock_seen(work, actor, conversation_id)
    await _require_seeing(work, row, called)
    line = await write_note(work, actor, row, text, now=now, id_=id_, client_id=client_id)
    await insert_mentions(work.session, row, id_, called)
    line = replace(line, mentions=called)
    await store_conversations(work.session, [row])
    collect_note(work, line, row.out(), now=now)
    return Noted(line, is_new=True)


async def _require_seeing(work: UnitOfWork, row: ConversationRow, called: Sequence[UUID]) -> None:
    """Raise InputError where one of the called agents does not see the conversation."""
    seeing = await find_seeing(work.session, row, called)
    if blind := [str(each) for each in called if each not in seeing]:
        raise InputError(
            f"{len(blind)} of the mentioned agents cannot see this conversation: "
            f"{', '.join(blind)}. Leave them out, or transfer it to them.",
            errors={"mentions": "Give agents who can see this conversation."},
        )


async def _repeat(
    work: UnitOfWork, actor: Actor, known: tuple[UUID, bytes], digest: bytes
) -> Noted:
    message_id, body_digest = known
    if body_digest != digest:
        raise InputError(
            "This client_id was used for another message. Make a new one.",
            errors={"client_id": "Used for another message. Give a new one."},
        )
    found = await find_messages(work.session, [(actor.account_id, message_id)])
    return Noted(found[message_id], is_new=False)


async def write_note(
    work: UnitOfWork,
    actor: Actor,
    row: ConversationRow,
    text: str,
    *,
    now: datetime,
    id_: UUID | None = None,
    client_id: UUID | None = None,
) -> MessageOut:
    """Store a note in a locked conversation, whose newest line it is; the caller stores that."""
    (number,) = await next_numbers(work.session, 1)
    sent = new_message(
        actor.out(),
        Addressee(device_id=row.device.id, contact_id=row.address_id, row=row),
        Content(text=text),
        id_=id_ or new_id(),
        number=number,
        now=now,
        client_id=client_id,
    )
    line = replace(sent, direction="note", status=None)
    row.show_last(line)
    await insert_messages(work.session, [(row.account_id, line)])
    return line


def collect_note(
    work: UnitOfWork, line: MessageOut, conversation: ConversationOut, *, now: datetime
) -> None:
    """Collect that the note was written, for those who see the conversation."""
    work.collect(
        NoteAdded(
            at=now, conversation_id=line.conversation_id, message=line, conversation=conversation
        ),
        Audience.of(conversation),
    )
