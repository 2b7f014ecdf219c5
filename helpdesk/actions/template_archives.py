"""Archives of templates: made of what the account has, and taken in, each template by itself."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import UUID

from msgspec import Struct, structs

from helpdesk.actions.file_types import clean_name
from helpdesk.actions.media import add_file
from helpdesk.actions.templates import TemplateDraft, add_template, change_template, draft_of
from helpdesk.archives import Archive, name_of, write_archive
from helpdesk.database import Session, UnitOfWork
from helpdesk.errors import Conflict, HelpdeskError, InputError, NotFound
from helpdesk.files import Files
from helpdesk.queries.divisions import list_divisions, lock_division_alive
from helpdesk.queries.media import get_file
from helpdesk.queries.templates import list_templates, lock_shortcuts
from helpdesk.shapes.archives import ImportedOut, Outcome, TemplateItem
from helpdesk.shapes.setup import TemplateOut
from helpdesk.tables.columns import new_id


class Entry(Struct, frozen=True):
    """One template of an archive: what it says, or by field why that cannot be read."""

    item: TemplateItem | None
    name: str
    shortcut: str
    errors: dict[str, str]


class Stored(Struct, frozen=True):
    """A file of the archive that was stored: its id, and where it is on the disk."""

    id: UUID
    place: str


class Importing(Struct, frozen=True):
    """What an import works with: the archive, and what the account has, by folded names.

    `stored` are files of the archive by their paths there: several templates may share one.
    """

    work: UnitOfWork
    files: Files
    archive: Archive
    most_file_bytes: int
    divisions: dict[str, UUID]
    templates: dict[str, TemplateOut]
    stored: dict[str, Stored]
    now: datetime


async def export_templates(session: Session, files: Files, account_id: UUID) -> BinaryIO:
    """Write all templates into an archive and return it, a file without a name, at its start.

    Raises Conflict when a template's file is not on the disk any more.
    """
    divisions = {each.id: each.name for each in await list_divisions(session, account_id)}
    items, places = [], {}
    for template in await list_templates(session, account_id):
        path = None
        if template.attachment:
            path = f"files/{template.shortcut}/{template.attachment.filename}"
            places[path] = await _locate(session, files, account_id, template)
        items.append(
            TemplateItem(
                name=template.name,
                shortcut=template.shortcut,
                text=template.text,
                location=template.location,
                poll=template.poll,
                divisions=sorted(divisions[each] for each in template.division_ids),
                attachment=path,
            )
        )
    return await asyncio.to_thread(_write, items, places)


async def _locate(session: Session, files: Files, account_id: UUID, template: TemplateOut) -> Path:
    try:
        media_id = template.attachment.id if template.attachment else new_id()
        file = await get_file(session, account_id, media_id)
        return await files.locate(file.path or "")
    except NotFound as error:
        raise Conflict(
            f"The file of /{template.shortcut} is not here any more. Give it another one first.",
            reason="file_missing",
        ) from error


def _write(items: Sequence[TemplateItem], places: dict[str, Path]) -> BinaryIO:
    file: BinaryIO = TemporaryFile()  # noqa: SIM115 - whoever asked for it reads and closes it
    write_archive(file, items, places)
    file.seek(0)
    return file


async def import_templates(
    work: UnitOfWork,
    files: Files,
    archive: Archive,
    entries: Sequence[Entry],
    *,
    most_file_bytes: int,
    now: datetime,
) -> list[ImportedOut]:
    """Take in each template by itself: one that has a known shortcut changes the template that has
    it, and what is refused leaves the others alone. The same archive again changes nothing."""
    await lock_shortcuts(work.session, work.account_id)
    divisions = await list_divisions(work.session, work.account_id)
    for division_id in sorted(each.id for each in divisions):
        await lock_division_alive(work.session, work.account_id, division_id)
    known = await list_templates(work.session, work.account_id)
    importing = Importing(
        work=work,
        files=files,
        archive=archive,
        most_file_bytes=most_file_bytes,
        divisions={_folded(each.name): each.id for each in divisions},
        templates={_folded(each.shortcut): each for each in known},
        stored={},
        now=now,
    )
    seen: set[str] = set()
    return [await _import(importing, entry, seen) for entry in entries]


async def _import(importing: Importing, entry: Entry, seen: set[str]) -> ImportedOut:
    outcome: Outcome = "refused"
    errors, before = entry.errors, set(importing.stored)
    try:
        if entry.item:
            _require_unseen(entry.item, seen)
            async with importing.work.savepoint():
                outcome = await _take_in(importing, entry.item)
    except (InputError, Conflict) as error:
        errors = _errors_of(error)
        for path in set(importing.stored) - before:
            await importing.files.discard(importing.stored.pop(path).place)
    return ImportedOut(name=entry.name, shortcut=entry.shortcut, outcome=outcome, errors=errors)


def _require_unseen(item: TemplateItem, seen: set[str]) -> None:
    shortcut = _folded(item.shortcut)
    if shortcut in seen:
        raise InputError(
            "The archive has this shortcut twice.",
            errors={"shortcut": "The archive has it twice. Give another one."},
        )
    seen.add(shortcut)


async def _take_in(importing: Importing, item: TemplateItem) -> Outcome:
    work, now = importing.work, importing.now
    present = importing.templates.get(_folded(item.shortcut))
    division_ids = _division_ids(importing, item)
    draft = TemplateDraft(
        name=item.name,
        shortcut=item.shortcut,
        text=item.text,
        media_id=await _attach(importing, item, present) if item.attachment else None,
        location=item.location,
        poll=item.poll,
        division_ids=division_ids,
    )
    if present is None:
        await add_template(work, draft, now=now)
        return "added"
    if draft_of(present) == draft:
        return "unchanged"
    await change_template(work, present.id, structs.asdict(draft), now=now)
    return "changed"


def _division_ids(importing: Importing, item: TemplateItem) -> list[UUID]:
    """Return the divisions in the order in which a template tells its own."""
    for name in item.divisions:
        if _folded(name) not in importing.divisions:
            raise InputError(
                "There is no such division.",
                errors={"divisions": f"There is no division {name}. Make it first."},
            )
    return sorted({importing.divisions[_folded(name)] for name in item.divisions})


async def _attach(importing: Importing, item: TemplateItem, present: TemplateOut | None) -> UUID:
    """Return the file that the template has already, where it is the same; else store it once."""
    path, work = item.attachment or "", importing.work
    if path in importing.stored:
        return importing.stored[path].id
    content = await asyncio.to_thread(
        importing.archive.read, path, most_bytes=importing.most_file_bytes
    )
    same = present and await _find_same(importing, present, name_of(path), content)
    if same:
        return same
    try:
        file = await add_file(
            work, importing.files, name=name_of(path), content=content, now=importing.now
        )
    except InputError as error:
        raise InputError(error.detail, errors={"attachment": error.detail}) from error
    place = (await get_file(work.session, work.account_id, file.id)).path or ""
    importing.stored[path] = Stored(file.id, place)
    return file.id


async def _find_same(
    importing: Importing, present: TemplateOut, name: str, content: bytes
) -> UUID | None:
    """Return the template's file where it has this name and content."""
    known, work = present.attachment, importing.work
    if (
        known is None
        or known.size != len(content)
        or clean_name(name, known.mime) != known.filename
    ):
        return None
    stored = await get_file(work.session, work.account_id, known.id)
    try:
        place = await importing.files.locate(stored.path or "")
    except NotFound:
        return None
    return known.id if await asyncio.to_thread(place.read_bytes) == content else None


def _errors_of(error: HelpdeskError) -> dict[str, str]:
    errors = error.facts.get("errors")
    return errors if isinstance(errors, dict) else {"body": error.detail}


def _folded(name: str) -> str:
    return name.strip().lower()
