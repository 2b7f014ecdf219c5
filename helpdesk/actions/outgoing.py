"""What goes out: its content, and its way into the outbox with message and event."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict, replace

from helpdesk.actions.content import check_location, check_poll, is_visible
from helpdesk.actions.packages import charge
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import InputError
from helpdesk.events import MessageQueued
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.conversations import store_conversations
from helpdesk.queries.messages import insert_messages
from helpdesk.queries.outbox import insert_outbox
from helpdesk.queries.polls import insert_asked
from helpdesk.shapes.messages import ActorOut, Location, MediaOut, MessageOut, Poll
from helpdesk.shapes.words import MessageKind

MOST_CHARS = 60_000
MEDIA_KINDS: Mapping[str, MessageKind] = {"image": "image", "video": "video", "audio": "audio"}


class Content(Struct, frozen=True, kw_only=True):
    """What is sent, everything filled in."""

    text: str = ""
    media: MediaOut | None = None
    location: Location | None = None
    poll: Poll | None = None
    is_forwarded: bool = False

    @property
    def kind(self) -> MessageKind:
        """The kind of message that this makes."""
        if self.poll:
            return "poll"
        if self.media:
            return MEDIA_KINDS.get(self.media.mime.partition("/")[0], "document")
        return "location" if self.location else "text"


class Addressee(Struct, frozen=True, kw_only=True):
    """Whom a message goes to, by which device, and in which conversation where one is open."""

    device_id: UUID
    contact_id: UUID
    row: ConversationRow | None


class Manner(Struct, frozen=True, kw_only=True):
    """How a message goes out, beside when; the gateway does of it what it can.

    `scheduled_at` is the time that was asked for, before delays. What shares a `sequence`, a number
    of the account's own, goes out one after the other. `typing_seconds` are shown before it. With a
    `broadcast_id` it waits while the broadcast is paused.
    """

    scheduled_at: datetime | None = None
    sequence: int | None = None
    typing_seconds: int = 0
    has_preview: bool = True
    broadcast_id: UUID | None = None


PLAIN = Manner()


class Queued(Struct, frozen=True):
    """A message that is to go out: its open conversation, when it is due, and how it goes."""

    message: MessageOut
    row: ConversationRow | None
    due_at: datetime
    manner: Manner = PLAIN


def signed(text: str, name: str) -> str:
    """Return a text under the name of who wrote it, as WhatsApp shows it in bold."""
    return f"*{name}*\n{text}"


def check_content(content: Content) -> None:
    """Raise InputError when nothing is in it, too much, or what does not go together."""
    if not (is_visible(content.text) or content.media or content.location or content.poll):
        raise InputError(
            "The message is empty.",
            errors={"text": "Give a text, or a file, location, poll or template."},
        )
    if len(content.text) > MOST_CHARS:
        raise InputError(
            f"A message has at most {MOST_CHARS:,} characters.",
            errors={"text": f"Give at most {MOST_CHARS:,} characters."},
        )
    if content.poll:
        check_poll(content.poll)
    if content.location:
        check_location(content.location)
    if sum(map(bool, (content.media, content.location, content.poll))) > 1:
        raise InputError(
            "Send a file, a location and a poll one by one.",
            errors={"poll": "Give one of media_id, location, poll."},
        )


def new_message(
    sender: ActorOut,
    to: Addressee,
    content: Content,
    *,
    id_: UUID,
    number: int,
    now: datetime,
    client_id: UUID | None = None,
    reply_to: UUID | None = None,
) -> MessageOut:
    """Return a message of ours that is not sent yet."""
    return MessageOut(
        id=id_,
        number=number,
        conversation_id=to.row.id if to.row else None,
        device_id=to.device_id,
        contact_id=to.contact_id,
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
        client_id=client_id,
        sender=sender,
        reply_to=reply_to,
        is_from_phone=False,
        is_possible_repeat=False,
        is_forwarded=content.is_forwarded,
        is_deleted=False,
        edited_at=None,
        reactions=[],
        sort_at=now,
        created_at=now,
        broadcast_id=None,
        mentions=[],
    )


async def queue_messages(
    work: UnitOfWork, queued: Sequence[Queued], *, now: datetime
) -> list[Queued]:
    """Store messages, what changed in their locked conversations, and their places in the outbox.

    Returns them as they are sent: what the server says by itself is left out where the device may
    not send it, for what somebody sends Conflict is raised then. What is due later holds nothing
    back that goes to the same contact before it.
    """
    if not queued:
        return []
    accepted = await _charge(work, queued, now)
    for each in accepted:
        if each.row:
            each.row.show_last(each.message)
    rows = {each.row.id: each.row for each in queued if each.row}
    await store_conversations(work.session, list(rows.values()))
    await _insert(work, accepted, now)
    return accepted


async def insert_queued(work: UnitOfWork, queued: Sequence[Queued], *, now: datetime) -> None:
    """Store messages and their places in the outbox; their conversations must have been stored.

    Raises Conflict as `queue_messages`.
    """
    if queued:
        await _insert(work, await _charge(work, queued, now), now)


async def _charge(work: UnitOfWork, queued: Sequence[Queued], now: datetime) -> list[Queued]:
    """Return what its device may send, as it may."""
    owned = [(_account(work, each), each.message) for each in queued]
    charged = await charge(work, owned, now=now)
    return [
        replace(each, message=message)
        for each, message in zip(queued, charged, strict=True)
        if message
    ]


async def _insert(work: UnitOfWork, queued: Sequence[Queued], now: datetime) -> None:
    if not queued:
        return
    owned = [(_account(work, each), each) for each in queued]
    await insert_messages(work.session, ((account_id, each.message) for account_id, each in owned))
    await insert_asked(
        work.session, [(id_, each.message) for id_, each in owned if each.message.poll], now=now
    )
    await insert_outbox(work.session, (outbox_row(*each) for each in owned))
    for account_id, each in owned:
        conversation = each.row.out() if each.row else None
        work.collect(
            MessageQueued(
                at=now,
                conversation_id=each.message.conversation_id,
                message=each.message,
                conversation=conversation,
            ),
            Audience.of(conversation),
            account_id=account_id,
        )
    work.wake("outbox")


def _account(work: UnitOfWork, queued: Queued) -> UUID:
    """Return whose it is; a unit of work that spans accounts sends into conversations alone."""
    return queued.row.account_id if queued.row else work.account_id


def outbox_row(account_id: UUID, queued: Queued) -> dict[str, object]:
    """Return the place in the outbox of a message that was never tried."""
    message = queued.message
    return {
        "account_id": account_id,
        "message_id": message.id,
        "device_id": message.device_id,
        "contact_id": message.contact_id,
        "number": message.number,
        "state": "queued",
        "due_at": queued.due_at,
        "attempt": 0,
        "expired_leases": 0,
        "created_at": queued.due_at,
        **asdict(queued.manner),
    }
