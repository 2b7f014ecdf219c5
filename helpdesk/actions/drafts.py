"""Drafts: what somebody began to write is kept for their other devices, which are told of it."""

from datetime import datetime
from uuid import UUID

from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.drafts import Place, delete_draft, find_draft, store_draft
from helpdesk.queries.media import find_files
from helpdesk.queries.visible import require_visible
from helpdesk.shapes.drafts import DraftBody, DraftOut
from helpdesk.shapes.words import DraftKind
from helpdesk.whispers import Whisper


async def keep_draft(
    work: UnitOfWork,
    actor: Actor,
    conversation_id: UUID,
    kind: DraftKind,
    body: DraftBody,
    *,
    expected_version: int,
    now: datetime,
) -> DraftOut:
    """Keep a draft in the place of the version that its writer knows; 0 where there was none.

    Raises NotFound when the actor cannot see the conversation, InputError for a file that is not
    stored, Conflict (with the `draft` that is there) when another device was faster.
    """
    row = await get_conversation(work.session, actor.account_id, conversation_id)
    require_visible(actor, row)
    await _require_files(work, body)
    place: Place = (actor.account_id, actor.id, conversation_id, kind)
    draft = await store_draft(work.session, place, body, expected=expected_version, now=now)
    if draft is None:
        raise _changed(await find_draft(work.session, place))
    await _tell(work, actor, conversation_id, kind, draft.version)
    return draft


async def drop_draft(
    work: UnitOfWork, actor: Actor, conversation_id: UUID, kind: DraftKind, *, expected_version: int
) -> None:
    """Delete a draft that was sent or given up; nothing happens where there is none.

    Raises NotFound when there is no such conversation, Conflict (with the `draft` that is there)
    when it was changed on another device.
    """
    await get_conversation(work.session, actor.account_id, conversation_id)
    place: Place = (actor.account_id, actor.id, conversation_id, kind)
    await delete_draft(work.session, place, expected=expected_version)
    if draft := await find_draft(work.session, place):
        raise _changed(draft)
    await _tell(work, actor, conversation_id, kind, 0)


async def _require_files(work: UnitOfWork, body: DraftBody) -> None:
    stored = await find_files(work.session, [(work.account_id, each) for each in body.media_ids])
    if missing := [each for each in body.media_ids if (work.account_id, each) not in stored]:
        raise InputError(
            "A file of the draft is not there.",
            errors={"body.media_ids": f"There is no stored file {missing[0]}."},
        )


def _changed(draft: DraftOut | None) -> Conflict:
    return Conflict("The draft was changed on another device.", reason="draft_changed", draft=draft)


async def _tell(
    work: UnitOfWork, actor: Actor, conversation_id: UUID, kind: DraftKind, version: int
) -> None:
    whisper = Whisper(
        account_id=work.account_id,
        type="draft.changed",
        agent_id=actor.id,
        conversation_id=conversation_id,
        is_for_writer=True,
        kind=kind,
        version=version,
    )
    await work.whisper(whisper.body())
