"""Drafts over REST: one's own, the same on every device."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from helpdesk.actions.drafts import drop_draft, keep_draft
from helpdesk.api.access import PEOPLE, allow
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page, page, read_after
from helpdesk.errors import Conflict
from helpdesk.queries.drafts import list_drafts
from helpdesk.shapes.drafts import DraftBody, DraftOut
from helpdesk.shapes.words import DraftKind

MOST_VERSION = 2**53
Version = Annotated[int, Meta(ge=0, le=MOST_VERSION)]
Expected = Annotated[
    int, QueryParameter(ge=0, le=MOST_VERSION, description="The version one knows.")
]


class DraftKey(Struct, array_like=True, frozen=True):
    """A place in the list of drafts."""

    conversation_id: UUID
    kind: DraftKind


class DraftIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A draft in the place of the version that its writer knows; 0 where there was none."""

    kind: DraftKind
    expected_version: Version
    body: DraftBody


@get("/drafts", opt=allow(PEOPLE), operation_id="list_drafts")
async def list_all(
    reading: Reading, actor: Acting, after: After = None, limit: Limit = 50
) -> Page[DraftOut]:
    """List what one began to write, by conversation."""
    key = read_after(after, DraftKey)
    drafts = await list_drafts(
        reading,
        actor.account_id,
        actor.id,
        after=(key.conversation_id, key.kind) if key else None,
        limit=limit,
    )
    return page(drafts, limit, lambda draft: (draft.conversation_id, draft.kind))


@put(
    "/conversations/{conversation_id:uuid}/draft",
    opt=allow(PEOPLE) | faults(Conflict),
    operation_id="keep_draft",
)
async def keep(
    conversation_id: FromPath[UUID], data: JSONBody[DraftIn], work: Work, actor: Acting, now: Now
) -> DraftOut:
    """Keep a draft. 409 (`reason` `draft_changed`) carries the `draft` of another device."""
    return await keep_draft(
        work,
        actor,
        conversation_id,
        data.kind,
        data.body,
        expected_version=data.expected_version,
        now=now,
    )


@delete(
    "/conversations/{conversation_id:uuid}/draft",
    opt=allow(PEOPLE) | faults(Conflict),
    operation_id="drop_draft",
)
async def drop(
    conversation_id: FromPath[UUID],
    work: Work,
    actor: Acting,
    kind: FromQuery[DraftKind] = "reply",
    expected_version: FromQuery[Expected] = 0,
) -> None:
    """Delete a draft that was sent or given up. 409 carries the `draft` of another device."""
    await drop_draft(work, actor, conversation_id, kind, expected_version=expected_version)


router = Router("/", route_handlers=[list_all, keep, drop])
