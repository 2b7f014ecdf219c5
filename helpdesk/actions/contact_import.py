"""Importing contacts: each row is judged by itself, and what is right is taken.

An empty cell leaves what is there, and labels are added: none is taken off. So the same file once
more changes nothing. A value that the contact has already stays, also where its field would not
take it any more.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from helpdesk import phone
from helpdesk.actions.contact_files import (
    RESERVED,
    ContactFile,
    FileRow,
    Names,
    match_columns,
    split_labels,
)
from helpdesk.actions.contacts import tell_contacts
from helpdesk.actions.fields import MOST_VALUE_CHARS, read_value
from helpdesk.database import UnitOfWork
from helpdesk.queries.contact_rows import (
    Address,
    ContactRow,
    find_contacts,
    lock_contacts,
    set_contacts,
)
from helpdesk.queries.fields import keep_fields
from helpdesk.queries.labels import keep_labels, list_labels
from helpdesk.shapes.contacts import FaultCode, FieldOut, ImportFault, ImportOut

MOST_NAME_CHARS = 256
MOST_LABELS = 20
TOO_MANY_LABELS = f"A contact has at most {MOST_LABELS} labels."
MOST_FAULTS = 200
SHORTENED = re.compile(r"[^\W\d_]")


class Line(Struct, frozen=True):
    """A row that is right: whom it is about, and what it says of it."""

    number: int
    address: str
    name: str
    labels: list[UUID]
    fields: dict[UUID, str]


class Judge(Struct):
    """What rows are judged by: contacts by address, labels by name, fields by column; and what was
    found wrong."""

    known: Mapping[str, ContactRow]
    labels: Names[UUID]
    fields: Mapping[str, FieldOut]
    faults: list[ImportFault]

    def blame(
        self, line: int, column: str, code: FaultCode, message: str, *, about: object = ""
    ) -> None:
        """Note what is wrong with the row of a line; `about` is what the message names."""
        self.faults.append(
            ImportFault(line=line, column=column, code=code, about=str(about), message=message)
        )


class _Previewed(Exception):
    """Takes back what a preview did."""


async def import_contacts(
    work: UnitOfWork, file: ContactFile, *, is_preview: bool = False, now: datetime
) -> ImportOut:
    """Take the rows of a file that are right, and say what is wrong with the others.

    A preview says the same and leaves everything as it is.
    """
    with suppress(_Previewed):
        async with work.savepoint():
            imported = await _import(work, file, now)
            if is_preview:
                raise _Previewed
    return imported


async def _import(work: UnitOfWork, file: ContactFile, now: datetime) -> ImportOut:
    session, account_id = work.session, work.account_id
    await keep_labels(session, account_id)
    fields = await keep_fields(session, account_id)
    labels = await list_labels(session, account_id)
    columns = match_columns(file.columns, [field.name for field in fields])
    known = await find_contacts(
        session, {(account_id, address) for row in file.rows if (address := _address(row))}
    )
    judge = Judge(
        known={address: contact for (_, address), contact in known.items()},
        labels=Names({label.name: label.id for label in labels}),
        fields={columns[field.name]: field for field in fields if field.name in columns},
        faults=[],
    )
    lines = [line for row in file.rows if (line := _read(judge, row))]
    wanted = {(account_id, line.address) for line in lines}
    wanted |= {
        (account_id, number)
        for line in lines
        if line.address in judge.known
        for number in judge.known[line.address].numbers
    }
    locked = await lock_contacts(session, dict.fromkeys(wanted, ("person", "")), now=now)
    new = locked.keys() - known.keys()
    moved = [
        after
        for line, before in _each_once(judge, account_id, lines, locked)
        if (after := _filled(judge, line, before))
        and (after != before or (account_id, line.address) in new)
    ]
    await set_contacts(session, moved)
    await tell_contacts(work, moved, now=now)
    failed = len({fault.line for fault in judge.faults})
    return ImportOut(
        added=len(new),
        changed=len(moved) - len(new),
        unchanged=len(file.rows) - failed - len(moved),
        failed=failed,
        faults=sorted(judge.faults, key=lambda fault: fault.line)[:MOST_FAULTS],
        unused_columns=[
            name for name in file.columns if name and name not in RESERVED | judge.fields.keys()
        ],
        next_line=file.next_line,
    )


def _address(row: FileRow) -> str:
    """Return whom a row is about; empty where that is no number, and no id of a gateway."""
    number = row.cells["number"]
    if "@" in number:
        return number
    return "" if SHORTENED.search(number) else phone.normalise(number) or ""


def _read(judge: Judge, row: FileRow) -> Line | None:
    """Return what a row says, or None where something in it is wrong."""
    before = len(judge.faults)
    address, name = _address(row), row.cells.get("name", "")
    known = judge.known.get(address)
    if not address:
        message = "Give 8 to 15 digits, all of them written out."
        judge.blame(row.line, "number", "number", message)
    elif "@" in address and known is None:
        judge.blame(row.line, "number", "no_contact", "There is no contact with this id.")
    if len(name) > MOST_NAME_CHARS:
        message = f"Give at most {MOST_NAME_CHARS} characters."
        judge.blame(row.line, "name", "too_long", message, about=MOST_NAME_CHARS)
    if row.cells[""]:
        judge.blame(row.line, "", "too_many_cells", "There are more cells than columns.")
    labels = _read_labels(judge, row)
    fields = _read_fields(judge, row, known.fields if known else {})
    if len(judge.faults) == before:
        return Line(row.line, address, name, labels, fields)
    return None


def _read_labels(judge: Judge, row: FileRow) -> list[UUID]:
    found = []
    for name in split_labels(row.cells.get("labels", "")):
        label_id = judge.labels.find(name)
        if label_id:
            found.append(label_id)
        else:
            message = f"There is no label {name}."
            judge.blame(row.line, "labels", "no_label", message, about=name)
    if len(found) > MOST_LABELS:
        judge.blame(row.line, "labels", "too_many_labels", TOO_MANY_LABELS, about=MOST_LABELS)
    return found


def _read_fields(judge: Judge, row: FileRow, has: Mapping[UUID, str]) -> dict[UUID, str]:
    """Return the values that are to be written; what the contact has already may stay."""
    found = {}
    for column, field in judge.fields.items():
        cell = row.cells.get(column, "")
        if cell == has.get(field.id):
            continue
        try:
            if kept := read_value(field, cell):
                found[field.id] = kept
        except ValueError as error:
            code, about = _misfit(field, cell)
            judge.blame(row.line, field.name, code, str(error), about=about)
    return found


def _misfit(field: FieldOut, cell: str) -> tuple[FaultCode, object]:
    """Return why a value does not fit, and what has to be named for it."""
    if len(cell.strip()) > MOST_VALUE_CHARS:
        return "too_long", MOST_VALUE_CHARS
    if field.kind == "choice":
        return "no_choice", ", ".join(field.choices)
    return ("no_date" if field.kind == "date" else "no_number"), ""


def _each_once(
    judge: Judge, account_id: UUID, lines: Sequence[Line], locked: Mapping[Address, ContactRow]
) -> list[tuple[Line, ContactRow]]:
    """Return each contact with the first line that is about it; further ones are to blame."""
    firsts: dict[UUID, Line] = {}
    found = []
    for line in lines:
        contact = locked[account_id, line.address]
        first = firsts.setdefault(contact.id, line)
        if first is not line:
            message = f"The same contact as in line {first.number}."
            judge.blame(line.number, "number", "repeated", message, about=first.number)
        elif any((account_id, number) not in locked for number in contact.numbers):
            message = "The contact was changed just now. Try again."
            judge.blame(line.number, "number", "changed", message)
        else:
            found.append((line, contact))
    return found


def _filled(judge: Judge, line: Line, contact: ContactRow) -> ContactRow | None:
    """Return the contact as the line has it."""
    labels = contact.labels + [each for each in line.labels if each not in contact.labels]
    if len(labels) > MOST_LABELS:
        judge.blame(line.number, "labels", "too_many_labels", TOO_MANY_LABELS, about=MOST_LABELS)
        return None
    name = line.name or contact.name
    return replace(
        contact,
        name=name,
        is_named=contact.is_named or name != contact.name,
        labels=labels,
        fields=contact.fields | line.fields,
    )
