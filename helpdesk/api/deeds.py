"""What people do with conversations, over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Router, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions import conversations as actions
from helpdesk.actions.snoozing import snooze_conversation
from helpdesk.actions.undo import undo_deed
from helpdesk.api.access import ANYBODY, MANAGING, PEOPLE, STAFF, allow
from helpdesk.api.deps import Acting, Now, Work
from helpdesk.errors import InputError
from helpdesk.shapes.conversations import ConversationOut, DeedOut
from helpdesk.shapes.words import Moment


class TakeIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Whom the taker believes to be the owner: nobody, unless it is taken over."""

    expected_assignee_id: UUID | None = None


class TransferIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where to: exactly one of the two. `note` becomes a note in the conversation."""

    agent_id: UUID | None = None
    division_id: UUID | None = None
    note: Annotated[str, Meta(max_length=2_000)] = ""


class AssignIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who is to own it, and who is believed to own it now: null is nobody, absent is anybody."""

    agent_id: UUID
    expected_assignee_id: UUID | UnsetType | None = UNSET


class ResolveIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Why it is done, where that is worth keeping."""

    reason: Annotated[str, Meta(max_length=200)] = ""


class SnoozeIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """When it comes back, unless the contact writes before: 1 minute to 1 year ahead."""

    until: Moment


@post(
    "/conversations/{conversation_id:uuid}/take",
    opt=allow(PEOPLE),
    status_code=200,
    operation_id="take_conversation",
)
async def take(
    conversation_id: FromPath[UUID],
    work: Work,
    actor: Acting,
    now: Now,
    data: JSONBody[TakeIn | None] = None,
) -> ConversationOut:
    """Become the owner. Of two who do it at once one gets 200, the other 409."""
    expected = data.expected_assignee_id if data else None
    return await actions.take_conversation(work, actor, conversation_id, expected=expected, now=now)


@post(
    "/conversations/{conversation_id:uuid}/assign",
    opt=allow(MANAGING),
    status_code=200,
    operation_id="assign_conversation",
)
async def assign(
    conversation_id: FromPath[UUID], data: JSONBody[AssignIn], work: Work, actor: Acting, now: Now
) -> ConversationOut:
    """Make an agent the owner. 409 names the owner when it is not the expected one any more."""
    return await actions.assign_conversation(
        work,
        actor,
        conversation_id,
        data.agent_id,
        expected=data.expected_assignee_id,
        now=now,
    )


@post(
    "/conversations/{conversation_id:uuid}/transfer",
    opt=allow(STAFF),
    status_code=200,
    operation_id="transfer_conversation",
)
async def transfer(
    conversation_id: FromPath[UUID], data: JSONBody[TransferIn], work: Work, actor: Acting, now: Now
) -> DeedOut:
    """Hand over to an agent, or to a division, which takes a turn."""
    if data.agent_id and not data.division_id:
        return await actions.transfer_to_agent(
            work, actor, conversation_id, data.agent_id, note=data.note, now=now
        )
    if data.division_id and not data.agent_id:
        return await actions.transfer_to_division(
            work, actor, conversation_id, data.division_id, note=data.note, now=now
        )
    raise InputError(
        "Name an agent or a division.", errors={"agent_id": "Give this or division_id, not both."}
    )


@post(
    "/conversations/{conversation_id:uuid}/release",
    opt=allow(STAFF),
    status_code=200,
    operation_id="release_conversation",
)
async def release(conversation_id: FromPath[UUID], work: Work, actor: Acting, now: Now) -> DeedOut:
    """Give back to the division's queue."""
    return await actions.release_conversation(work, actor, conversation_id, now=now)


@post(
    "/conversations/{conversation_id:uuid}/resolve",
    opt=allow(STAFF),
    status_code=200,
    operation_id="resolve_conversation",
)
async def resolve(
    conversation_id: FromPath[UUID],
    work: Work,
    actor: Acting,
    now: Now,
    data: JSONBody[ResolveIn | None] = None,
) -> DeedOut:
    """Mark as done, for a reason where one is given."""
    reason = data.reason if data else ""
    return await actions.resolve_conversation(work, actor, conversation_id, reason=reason, now=now)


@post(
    "/conversations/{conversation_id:uuid}/snooze",
    opt=allow(STAFF),
    status_code=200,
    operation_id="snooze_conversation",
)
async def snooze(
    conversation_id: FromPath[UUID], data: JSONBody[SnoozeIn], work: Work, actor: Acting, now: Now
) -> DeedOut:
    """Let it rest until a time, or until the contact writes; it keeps its owner."""
    return await snooze_conversation(work, actor, conversation_id, data.until, now=now)


@post(
    "/conversations/{conversation_id:uuid}/reopen",
    opt=allow(STAFF),
    status_code=200,
    operation_id="reopen_conversation",
)
async def reopen(
    conversation_id: FromPath[UUID], work: Work, actor: Acting, now: Now
) -> ConversationOut:
    """Open again what is resolved, or wake what is snoozed."""
    return await actions.reopen_conversation(work, actor, conversation_id, now=now)


@post(
    "/conversations/{conversation_id:uuid}/read",
    opt=allow(ANYBODY),
    status_code=200,
    operation_id="read_conversation",
)
async def mark_read(
    conversation_id: FromPath[UUID], work: Work, actor: Acting, now: Now
) -> ConversationOut:
    """Note that I have read all that was received; the owner's look clears the unread count."""
    return await actions.read_conversation(work, actor, conversation_id, now=now)


@post("/undo/{undo_id:uuid}", opt=allow(PEOPLE), status_code=200, operation_id="undo_deed")
async def undo(undo_id: FromPath[UUID], work: Work, actor: Acting, now: Now) -> ConversationOut:
    """Undo what I did less than 30 seconds ago, by the `undo_id` of its answer.

    409 names what was done since: its new owner, a newer conversation, or what changed.
    """
    return await undo_deed(work, actor, undo_id, now=now)


router = Router(
    "/",
    route_handlers=[
        take,
        assign,
        transfer,
        release,
        resolve,
        snooze,
        reopen,
        mark_read,
        undo,
    ],
)
