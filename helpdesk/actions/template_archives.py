"""Archives of templates: made of what the account has, and taken in, each template by itself.

An archive is taken in piece by piece, each a unit of work: none holds what others wait for long.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import UUID

from msgspec import Struct, field, structs

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


class Import(Struct, frozen=True):
    """One archive that is taken in, from piece to piece.

    `seen` are the shortcuts so far, and `stored` files of the archive by their paths there: several
    templates may share one.
    """

    files: Files
    archive: Archive
    most_file_bytes: int
    seen: set[str] = field(default_factory=set)
    stored: dict[str, UUID] = field(default_factory=dict)


class Piece(Struct, frozen=True):
    """What one piece of an import works with: what the account has, by folded names."""

    work: UnitOfWork
    whole: Import
    divisions: dict[str, UUID]
    templates: dict[str, TemplateOut]
    now: datetime


async def export_templates(
    session: Session, files: Files, account_id: UUID, *, most_bytes: int
) -> BinaryIO:
    """Write all templates into an archive and return it, a file without a name, at its start.

    Raises Conflict when a template's file is not on the disk any more, or all are more bytes than
    an archive may have.
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
    return await asyncio.to_thread(_write, items, places, most_bytes)


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


def _write(items: Sequence[TemplateItem], places: dict[str, Path], most_bytes: int) -> BinaryIO:
    file: BinaryIO = TemporaryFile()  # noqa: SIM115 - whoever asked for it reads and closes it
    write_archive(file, items, places, most_bytes=most_bytes)
    file.seek(0)
    return file


async def import_templates(
    work: UnitOfWork, whole: Import, entries: Sequence[Entry], *, now: datetime
) -> list[ImportedOut]:
    """Take in each template of a piece by itself: one that has a known shortcut changes the one
    that has it, and what is refused leaves the others alone. The same again changes nothing."""
    await lock_shortcuts(work.session, work.account_id)
    divisions = await list_divisions(work.session, work.account_id)
    for division_id in sorted(each.id for each in divisions):
        await lock_division_alive(work.session, work.account_id, division_id)
    known = await list_templates(work.session, work.account_id)
    piece = Piece(
        work=work,
        whole=whole,
        divisions={_folded(each.name): each.id for each in divisions},
        templates={_folded(each.shortcut): each for each in known},
        now=now,
    )
    return [await _import(piece, entry) for entry in entries]


async def _import(piece: Piece, entry: Entry) -> ImportedOut:
    outcome: Outcome = "refused"
    errors, stored = entry.errors, piece.whole.stored
    before = set(stored)
    try:
        if entry.item:
            _require_unseen(entry.item, piece.whole.seen)
            async with piece.work.savepoint():
                outcome = await _take_in(piece, entry.item)
    except (InputError, Conflict) as error:
        errors = _errors_of(error)
        for path in set(stored) - before:
            del stored[path]
    return ImportedOut(name=entry.name, shortcut=entry.shortcut, outcome=outcome, errors=errors)


def _require_unseen(item: TemplateItem, seen: set[str]) -> None:
    shortcut = _folded(item.shortcut)
    if shortcut in seen:
        raise InputError(
            "The archive has this shortcut twice.",
            errors={"shortcut": "The archive has it twice. Give another one."},
        )
    seen.add(shortcut)


async def _take_in(piece: Piece, item: TemplateItem) -> Outcome:
    work, now = piece.work, piece.now
    present = piece.templates.get(_folded(item.shortcut))
    division_ids = _division_ids(piece, item)
    draft = TemplateDraft(
        name=item.name,
        shortcut=item.shortcut,
        text=item.text,
        media_id=await _attach(piece, item, present) if item.attachment else None,
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


def _division_ids(piece: Piece, item: TemplateItem) -> list[UUID]:
    """Return the divisions in the order in which a template tells its own."""
    for name in item.divisions:
        if _folded(name) not in piece.divisions:
            raise InputError(
                "There is no such division.",
                errors={"divisions": f"There is no division {name}. Make it first."},
            )
    return sorted({piece.divisions[_folded(name)] for name in item.divisions})


async def _attach(piece: Piece, item: TemplateItem, present: TemplateOut | None) -> UUID:
    """Return the file that the template has already, where it is the same; else store it once."""
    path, work, whole = item.attachment or "", piece.work, piece.whole
    if path in whole.stored:
        return whole.stored[path]
    content = await asyncio.to_thread(whole.archive.read, path, most_bytes=whole.most_file_bytes)
    same = present and await _find_same(piece, present, name_of(path), content)
    if same:
        return same
    try:
        file = await add_file(work, whole.files, name=name_of(path), content=content, now=piece.now)
    except InputError as error:
        raise InputError(error.detail, errors={"attachment": error.detail}) from error
    whole.stored[path] = file.id
    return file.id


async def _find_same(piece: Piece, present: TemplateOut, name: str, content: bytes) -> UUID | None:
    """Return the template's file where it has this name and content."""
    known, work = present.attachment, piece.work
    if (
        known is None
        or known.size != len(content)
        or clean_name(name, known.mime) != known.filename
    ):
        return None
    stored = await get_file(work.session, work.account_id, known.id)
    try:
        place = await piece.whole.files.locate(stored.path or "")
    except NotFound:
        return None
    return known.id if await asyncio.to_thread(place.read_bytes) == content else None


def _errors_of(error: HelpdeskError) -> dict[str, str]:
    errors = error.facts.get("errors")
    return errors if isinstance(errors, dict) else {"body": error.detail}


def _folded(name: str) -> str:
    return name.strip().lower()
