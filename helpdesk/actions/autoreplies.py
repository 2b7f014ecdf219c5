"""Autoreplies: added, changed, removed."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from helpdesk.actions.autoreplying import ROTATOR_VARIABLE
from helpdesk.actions.content import check_poll
from helpdesk.actions.fill import VARIABLES
from helpdesk.actions.rule_checks import check_hours, check_pattern, check_words
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError, NotFound
from helpdesk.events import AutoreplyChanged
from helpdesk.queries.autoreplies import (
    find_autoreply,
    get_autoreply,
    insert_autoreply,
    lock_autoreply,
    measure_list,
    set_autoreply,
)
from helpdesk.queries.devices import lock_device
from helpdesk.queries.fields import list_fields
from helpdesk.queries.media import get_file
from helpdesk.queries.rotators import get_rotator
from helpdesk.queries.templates import get_template
from helpdesk.render import check_automatic, contact_variable, find_blanks
from helpdesk.shapes.autoreplies import AutoreplyOut
from helpdesk.shapes.messages import Poll
from helpdesk.shapes.rules import HoursCondition
from helpdesk.shapes.words import AutoreplyKind
from helpdesk.tables.columns import new_id

MOST_AUTOREPLIES = 200
PLACE = f"{{{ROTATOR_VARIABLE}}}"


class AutoreplyDraft(Struct, frozen=True, kw_only=True):
    """An autoreply as somebody wants it; without `position` it comes after the device's last."""

    device_id: UUID
    name: str
    kind: AutoreplyKind
    position: int | None = None
    words: list[str] = []
    pattern: str = ""
    hours: HoursCondition | None = None
    text: str = ""
    template_id: UUID | None = None
    media_id: UUID | None = None
    poll: Poll | None = None
    rotator_id: UUID | None = None
    enabled: bool = True


async def add_autoreply(work: UnitOfWork, new: AutoreplyDraft, *, now: datetime) -> AutoreplyOut:
    """Add an autoreply.

    Raises NotFound for an unknown device, Conflict when the device has too many, InputError, by
    field, for what could not be tried or says nothing.
    """
    await _check(work, new)
    await lock_device(work.session, work.account_id, new.device_id)
    line = await measure_list(work.session, work.account_id, new.device_id)
    if line.count >= MOST_AUTOREPLIES:
        raise Conflict(
            f"The device has {MOST_AUTOREPLIES} autoreplies. Delete one first.",
            reason="too_many_autoreplies",
        )
    id_ = new_id()
    position = line.next_position if new.position is None else new.position
    await insert_autoreply(
        work.session,
        {
            "account_id": work.account_id,
            "id": id_,
            **_columns(replace(new, position=position)),
            "created_at": now,
        },
    )
    return await _tell(work, id_, now)


async def change_autoreply(
    work: UnitOfWork, id_: UUID, changes: Mapping[str, Any], *, now: datetime
) -> AutoreplyOut:
    """Change fields of an autoreply, given as in `AutoreplyDraft`. Raises as `add_autoreply`."""
    present = await get_autoreply(work.session, work.account_id, id_)
    if not changes:
        return present
    if "device_id" in changes:
        await lock_device(work.session, work.account_id, changes["device_id"])
    present = await lock_autoreply(work.session, work.account_id, id_)
    changed = replace(draft_of(present), **changes)
    await _check(work, changed)
    await set_autoreply(work.session, work.account_id, id_, _columns(changed))
    return await _tell(work, id_, now)


async def remove_autoreply(work: UnitOfWork, id_: UUID, *, now: datetime) -> None:
    """Remove an autoreply."""
    await lock_autoreply(work.session, work.account_id, id_)
    await set_autoreply(work.session, work.account_id, id_, {"deleted_at": now})
    await _tell(work, id_, now)


def draft_of(autoreply: AutoreplyOut) -> AutoreplyDraft:
    """Return what somebody would have to want to get this autoreply."""
    same = set(AutoreplyDraft.__struct_fields__) - {"media_id"}
    media_id = autoreply.attachment.id if autoreply.attachment else None
    return AutoreplyDraft(**{name: getattr(autoreply, name) for name in same}, media_id=media_id)


def _columns(draft: AutoreplyDraft) -> dict[str, Any]:
    columns = {name: getattr(draft, name) for name in AutoreplyDraft.__struct_fields__}
    columns["is_enabled"] = columns.pop("enabled")
    return columns


async def _check(work: UnitOfWork, draft: AutoreplyDraft) -> None:
    _check_trigger(draft)
    _check_parts(draft)
    await _check_named(work, draft)
    known = [
        contact_variable(each.name) for each in await list_fields(work.session, work.account_id)
    ]
    variables = [name for name in VARIABLES if name != "agent.name"] + known
    if draft.rotator_id:
        variables.append(ROTATOR_VARIABLE)
    check_automatic(draft.text, variables, field="text")


def _check_trigger(draft: AutoreplyDraft) -> None:
    if draft.kind == "matches":
        check_pattern(draft.pattern, "pattern")
    elif draft.pattern:
        raise _refusal("pattern", 'Give a pattern with the kind "matches" alone.')
    if draft.kind in ("exact", "contains", "starts_with"):
        check_words(draft.words, "words")
    elif draft.words:
        raise _refusal("words", 'Give no words with the kinds "matches" and "default".')
    if draft.hours:
        check_hours(draft.hours, "hours")


def _check_parts(draft: AutoreplyDraft) -> None:
    """Refuse an answer that says nothing, or holds what does not go together."""
    extras = {
        name: getattr(draft, name) for name in ("template_id", "media_id", "poll", "rotator_id")
    }
    given = [name for name, value in extras.items() if value]
    if len(given) > 1:
        raise _refusal(given[1], "Give one of a template, a file, a poll and a rotator.")
    if draft.template_id and draft.text:
        raise _refusal("text", "Give no text beside a template, which has its own.")
    if not (given or draft.text.strip()):
        raise _refusal("text", "Give a text, or a template, file, poll or rotator.")
    if draft.rotator_id and draft.kind != "default":
        raise _refusal("rotator_id", 'Give a rotator with the kind "default" alone.')
    if draft.rotator_id and draft.text and PLACE not in draft.text:
        raise _refusal("text", f"Say where the rotator's number stands: {PLACE}.")
    if draft.poll:
        check_poll(draft.poll)


async def _check_named(work: UnitOfWork, draft: AutoreplyDraft) -> None:
    """Refuse what is named and not there, by the field that names it."""
    session, account_id = work.session, work.account_id
    if draft.template_id:
        with _known("template_id"):
            template = await get_template(session, account_id, draft.template_id)
        if blanks := find_blanks(template.text):
            told = f"Nobody fills in its blank {{?{blanks[0]}}}: it is sent by itself."
            raise _refusal("template_id", told)
    if draft.rotator_id:
        with _known("rotator_id"):
            await get_rotator(session, account_id, draft.rotator_id)
    if draft.media_id:
        with _known("media_id"):
            file = await get_file(session, account_id, draft.media_id)
        if file.out.state != "stored":
            raise _refusal("media_id", "Give the id of a file that was uploaded.")


@contextmanager
def _known(field: str) -> Generator[None]:
    try:
        yield
    except NotFound as error:
        raise _refusal(field, error.detail) from None


def _refusal(field: str, reason: str) -> InputError:
    return InputError(reason, errors={field: reason})


async def _tell(work: UnitOfWork, id_: UUID, now: datetime) -> AutoreplyOut:
    autoreply = await find_autoreply(work.session, work.account_id, id_)
    if autoreply is None:
        raise RuntimeError("the autoreply vanished within its own unit of work")
    work.collect(AutoreplyChanged(at=now, autoreply=autoreply), Audience.SUPERVISORS)
    return autoreply
