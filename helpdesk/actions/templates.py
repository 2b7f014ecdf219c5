"""Templates: added, changed, removed; and how one would read in a conversation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from helpdesk.actions.content import check_location, check_poll
from helpdesk.actions.fill import (
    VARIABLES,
    find_unfilled,
    get_offered_template,
    load_values,
    with_given,
)
from helpdesk.actors import Actor
from helpdesk.archives import MOST_TEMPLATES
from helpdesk.audiences import Audience
from helpdesk.database import Session, UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.events import TemplateChanged
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.divisions import lock_division_alive
from helpdesk.queries.fields import keep_fields
from helpdesk.queries.media import get_file
from helpdesk.queries.templates import (
    brief,
    count_templates,
    find_template,
    insert_template,
    is_shortcut_free,
    lock_shortcuts,
    lock_template,
    set_offers,
    set_template,
)
from helpdesk.queries.visible import require_visible
from helpdesk.render import check_places, contact_variable, find_blanks, render
from helpdesk.shapes.messages import Location, Poll
from helpdesk.shapes.setup import TemplateOut
from helpdesk.tables.columns import new_id


class TemplateDraft(Struct, frozen=True, kw_only=True):
    """A template as somebody wants it; no divisions mean every division."""

    name: str
    shortcut: str
    text: str = ""
    media_id: UUID | None = None
    location: Location | None = None
    poll: Poll | None = None
    division_ids: list[UUID] = []


class Preview(Struct, frozen=True):
    """A template filled for a conversation; `blanks` are the names that it asks for: those of its
    blanks, and variables of the contact that have no value, such as `contact.name`."""

    text: str
    blanks: list[str]


async def add_template(work: UnitOfWork, new: TemplateDraft, *, now: datetime) -> TemplateOut:
    """Add a template.

    Raises Conflict when the shortcut is in use or the account has too many, InputError when it is
    empty or cannot be filled in.
    """
    template_id = new_id()
    await lock_shortcuts(work.session, work.account_id)
    if await count_templates(work.session, work.account_id) >= MOST_TEMPLATES:
        raise Conflict(
            f"The account has {MOST_TEMPLATES:,} templates. Delete one first.",
            reason="too_many_templates",
        )
    await _keep_divisions(work, new.division_ids)
    await _check(work, new, besides=None)
    await insert_template(
        work.session,
        {
            "account_id": work.account_id,
            "id": template_id,
            **_columns(new),
            "uses": 0,
            "created_at": now,
        },
    )
    await set_offers(work.session, work.account_id, template_id, new.division_ids)
    return await _tell(work, template_id, now)


async def change_template(
    work: UnitOfWork, id_: UUID, changes: Mapping[str, Any], *, now: datetime
) -> TemplateOut:
    """Change fields of a template, given as in `TemplateDraft`."""
    await lock_shortcuts(work.session, work.account_id)
    await _keep_divisions(work, changes.get("division_ids", []))
    present = await lock_template(work.session, work.account_id, id_)
    changed = msgspec.structs.replace(draft_of(present), **changes)
    await _check(work, changed, besides=id_)
    await set_template(work.session, work.account_id, id_, _columns(changed))
    if "division_ids" in changes:
        await set_offers(work.session, work.account_id, id_, changed.division_ids)
    return await _tell(work, id_, now)


async def remove_template(work: UnitOfWork, id_: UUID, *, now: datetime) -> None:
    """Remove a template; its shortcut is free again."""
    await lock_template(work.session, work.account_id, id_)
    await set_template(work.session, work.account_id, id_, {"deleted_at": now})
    await _tell(work, id_, now)


async def preview_template(
    session: Session,
    actor: Actor,
    id_: UUID,
    conversation_id: UUID,
    blanks: Mapping[str, str],
    *,
    now: datetime,
) -> Preview:
    """Return what the template would say; a blank that is not given stays as it is written, and
    what is not known of the contact becomes one, as {?contact.name}.

    Raises NotFound for a conversation that the actor does not see, or a template that its division
    is not offered.
    """
    row = await get_conversation(session, actor.account_id, conversation_id)
    require_visible(actor, row)
    template = await get_offered_template(session, row, id_)
    values = await load_values(session, actor, row, now=now)
    unfilled = [name for name in find_unfilled(values) if f"{{{name}}}" in template.text]
    names = find_blanks(template.text)
    asked = {name: f"{{?{name}}}" for name in [*names, *unfilled]}
    given = {name: blanks[name] for name in asked if blanks.get(name, "").strip()}
    text = render(template.text, with_given(values, asked | given), asked | given)
    return Preview(text, list(asked))


def draft_of(template: TemplateOut) -> TemplateDraft:
    """Return what somebody would have to want to get this template."""
    return TemplateDraft(
        name=template.name,
        shortcut=template.shortcut,
        text=template.text,
        media_id=template.attachment.id if template.attachment else None,
        location=template.location,
        poll=template.poll,
        division_ids=template.division_ids,
    )


def _columns(draft: TemplateDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "shortcut": draft.shortcut,
        "text": draft.text,
        "media_id": draft.media_id,
        "location": draft.location,
        "poll": draft.poll,
    }


async def _check(work: UnitOfWork, draft: TemplateDraft, *, besides: UUID | None) -> None:
    fields = await keep_fields(work.session, work.account_id)
    _check_content(draft, [*VARIABLES, *(contact_variable(field.name) for field in fields)])
    if draft.media_id:
        file = await get_file(work.session, work.account_id, draft.media_id)
        if file.out.state != "stored":
            raise InputError(
                "This file is not here.",
                errors={"media_id": "Give the id of a file that was uploaded."},
            )
    if not await is_shortcut_free(work.session, work.account_id, draft.shortcut, besides=besides):
        raise Conflict(
            f"Another template has the shortcut {draft.shortcut}.",
            reason="shortcut_in_use",
            errors={"shortcut": "In use. Give another one."},
        )


async def _keep_divisions(work: UnitOfWork, divisions: list[UUID]) -> None:
    for division_id in sorted(set(divisions)):
        await lock_division_alive(work.session, work.account_id, division_id)


def _check_content(draft: TemplateDraft, variables: Sequence[str]) -> None:
    extras = [extra for extra in (draft.media_id, draft.location, draft.poll) if extra]
    if len(extras) > 1:
        raise InputError(
            "A template has a file, a location or a poll: one of them.",
            errors={"poll": "Give one of media_id, location, poll."},
        )
    if not (draft.text.strip() or extras):
        raise InputError(
            "The template is empty.", errors={"text": "Give a text, or a file, location or poll."}
        )
    check_places(draft.text, variables)
    if draft.poll:
        check_poll(draft.poll)
    if draft.location:
        check_location(draft.location)


async def _tell(work: UnitOfWork, id_: UUID, now: datetime) -> TemplateOut:
    template = await find_template(work.session, work.account_id, id_)
    if template is None:
        raise RuntimeError("the template vanished within its own unit of work")
    work.collect(TemplateChanged(at=now, template=brief(template)), Audience.EVERYBODY)
    return template
