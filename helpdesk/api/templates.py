"""Templates over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType, field

from helpdesk.actions.templates import (
    Preview,
    TemplateDraft,
    add_template,
    change_template,
    preview_template,
    remove_template,
)
from helpdesk.api.access import MANAGING, STAFF, allow
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page, page, read_after
from helpdesk.errors import Conflict, NotFound
from helpdesk.queries.templates import get_template, list_templates
from helpdesk.shapes.messages import Location, Poll
from helpdesk.shapes.setup import Shortcut, TemplateOut, TemplateText
from helpdesk.shapes.words import Name

Blank = Annotated[str, Meta(max_length=2_000)]
Divisions = Annotated[list[UUID], Meta(max_length=200)]


class TemplateIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new template; without divisions it is offered in every one."""

    name: Name
    shortcut: Shortcut
    text: TemplateText = ""
    media_id: UUID | None = None
    location: Location | None = None
    poll: Poll | None = None
    division_ids: Divisions = field(default_factory=list)


class TemplatePatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a template; what is absent stays."""

    name: Name | UnsetType = UNSET
    shortcut: Shortcut | UnsetType = UNSET
    text: TemplateText | UnsetType = UNSET
    media_id: UUID | UnsetType | None = UNSET
    location: Location | UnsetType | None = UNSET
    poll: Poll | UnsetType | None = UNSET
    division_ids: Divisions | UnsetType = UNSET


class RenderIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """For which conversation, and what goes into the blanks as far as it is known."""

    conversation_id: UUID
    blanks: dict[str, Blank] = field(default_factory=dict)


@get("/templates", opt=allow(STAFF), operation_id="list_templates")
async def list_all(
    reading: Reading, actor: Acting, after: After = None, limit: Limit = 50
) -> Page[TemplateOut]:
    """List templates."""
    templates = await list_templates(
        reading, actor.account_id, after=read_after(after, UUID), limit=limit
    )
    return page(templates, limit, lambda template: template.id)


@post("/templates", opt=allow(MANAGING) | faults(NotFound), operation_id="add_template")
async def add(data: JSONBody[TemplateIn], work: Work, now: Now) -> TemplateOut:
    """Add a template. Its shortcut is unique, whatever the case of its letters."""
    new = TemplateDraft(**{name: getattr(data, name) for name in data.__struct_fields__})
    return await add_template(work, new, now=now)


@get("/templates/{template_id:uuid}", opt=allow(STAFF), operation_id="get_template")
async def read(template_id: FromPath[UUID], reading: Reading, actor: Acting) -> TemplateOut:
    """Read a template."""
    return await get_template(reading, actor.account_id, template_id)


@patch(
    "/templates/{template_id:uuid}",
    opt=allow(MANAGING) | faults(Conflict),
    operation_id="change_template",
)
async def change(
    template_id: FromPath[UUID], data: JSONBody[TemplatePatch], work: Work, now: Now
) -> TemplateOut:
    """Change a template."""
    return await change_template(work, template_id, columns_of(data), now=now)


@delete("/templates/{template_id:uuid}", opt=allow(MANAGING), operation_id="remove_template")
async def remove(template_id: FromPath[UUID], work: Work, now: Now) -> None:
    """Remove a template; its shortcut is free again."""
    await remove_template(work, template_id, now=now)


@post(
    "/templates/{template_id:uuid}/render",
    opt=allow(STAFF),
    status_code=200,
    operation_id="render_template",
)
async def render(
    template_id: FromPath[UUID], data: JSONBody[RenderIn], reading: Reading, actor: Acting, now: Now
) -> Preview:
    """Preview a template in a conversation; nothing is sent. Blanks not given stay visible."""
    return await preview_template(
        reading, actor, template_id, data.conversation_id, data.blanks, now=now
    )


router = Router("/", route_handlers=[list_all, add, read, change, remove, render])
