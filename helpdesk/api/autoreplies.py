"""Autoreplies over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType, field

from helpdesk.actions.autoreplies import (
    AutoreplyDraft,
    add_autoreply,
    change_autoreply,
    remove_autoreply,
)
from helpdesk.actions.try_autoreplies import AutoreplyTrial, try_autoreplies
from helpdesk.api.access import MANAGING, allow
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page, page, read_after, require_time
from helpdesk.api.rules import Position, RuleKey, Text
from helpdesk.errors import Conflict, NotFound
from helpdesk.queries.autoreplies import get_autoreply, list_autoreplies
from helpdesk.shapes.autoreplies import AutoreplyOut, AutoreplyTriedOut
from helpdesk.shapes.messages import Poll
from helpdesk.shapes.rules import HoursCondition
from helpdesk.shapes.setup import TemplateText
from helpdesk.shapes.words import AutoreplyKind, Moment, Name


class AutoreplyIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new autoreply; without `position` it comes after the device's last one.

    `words` go with the kinds `exact`, `contains` and `starts_with`, `pattern` with `matches`, a
    rotator with `default`. The answer is a template, or a `text` with a file, a poll or a rotator.
    """

    device_id: UUID
    name: Name
    kind: AutoreplyKind
    position: Position | None = None
    words: list[str] = field(default_factory=list)
    pattern: str = ""
    hours: HoursCondition | None = None
    text: TemplateText = ""
    template_id: UUID | None = None
    media_id: UUID | None = None
    poll: Poll | None = None
    rotator_id: UUID | None = None
    enabled: bool = True


class AutoreplyPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of an autoreply; what is absent stays."""

    device_id: UUID | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    kind: AutoreplyKind | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    words: list[str] | UnsetType = UNSET
    pattern: str | UnsetType = UNSET
    hours: HoursCondition | UnsetType | None = UNSET
    text: TemplateText | UnsetType = UNSET
    template_id: UUID | UnsetType | None = UNSET
    media_id: UUID | UnsetType | None = UNSET
    poll: Poll | UnsetType | None = UNSET
    rotator_id: UUID | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET


class AutoreplyTryIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A message that a customer might write, now or at another moment."""

    device_id: UUID
    text: Annotated[Text, Meta(min_length=1)]
    at: Moment | None = None


@get("/autoreplies", opt=allow(MANAGING), operation_id="list_autoreplies")
async def list_all(
    reading: Reading,
    actor: Acting,
    device_id: FromQuery[UUID | None] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[AutoreplyOut]:
    """List autoreplies in the order in which they are tried."""
    key = read_after(after, RuleKey)
    autoreplies = await list_autoreplies(
        reading,
        actor.account_id,
        device_id=device_id,
        after=(key.position, key.id) if key else None,
        limit=limit,
    )
    return page(autoreplies, limit, lambda each: RuleKey(each.position, each.id))


@post(
    "/autoreplies", opt=allow(MANAGING) | faults(Conflict, NotFound), operation_id="add_autoreply"
)
async def add(data: JSONBody[AutoreplyIn], work: Work, now: Now) -> AutoreplyOut:
    """Add an autoreply."""
    draft = AutoreplyDraft(**{name: getattr(data, name) for name in data.__struct_fields__})
    return await add_autoreply(work, draft, now=now)


@get("/autoreplies/{autoreply_id:uuid}", opt=allow(MANAGING), operation_id="get_autoreply")
async def read(autoreply_id: FromPath[UUID], reading: Reading, actor: Acting) -> AutoreplyOut:
    """Read an autoreply."""
    return await get_autoreply(reading, actor.account_id, autoreply_id)


@patch("/autoreplies/{autoreply_id:uuid}", opt=allow(MANAGING), operation_id="change_autoreply")
async def change(
    autoreply_id: FromPath[UUID], data: JSONBody[AutoreplyPatch], work: Work, now: Now
) -> AutoreplyOut:
    """Change an autoreply."""
    return await change_autoreply(work, autoreply_id, columns_of(data), now=now)


@delete("/autoreplies/{autoreply_id:uuid}", opt=allow(MANAGING), operation_id="remove_autoreply")
async def remove(autoreply_id: FromPath[UUID], work: Work, now: Now) -> None:
    """Remove an autoreply."""
    await remove_autoreply(work, autoreply_id, now=now)


@post(
    "/autoreplies/try",
    opt=allow(MANAGING) | faults(NotFound),
    status_code=200,
    operation_id="try_autoreplies",
)
async def attempt(
    data: JSONBody[AutoreplyTryIn], reading: Reading, actor: Acting, now: Now
) -> AutoreplyTriedOut:
    """Tell which autoreply would answer a person whom no agent serves, and why not another.

    Nothing is sent.
    """
    if data.at:
        require_time("at", data.at)
    trial = AutoreplyTrial(device_id=data.device_id, text=data.text, at=data.at or now)
    return await try_autoreplies(reading, actor.account_id, trial)


router = Router("/", route_handlers=[list_all, add, read, change, remove, attempt])
