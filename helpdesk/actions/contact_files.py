"""Files of contacts: CSV as spreadsheets write and read it (RFC 4180). Pure.

A cell that a spreadsheet would take for a formula goes out with an apostrophe before it, which is
taken off again when the file comes back.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from helpdesk.errors import InputError

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 200
DELIMITERS = ",;"
BETWEEN_LABELS = "|"
FORMULA = re.compile(r"'*[=+\-@\t\r]")


class FileRow(Struct, frozen=True):
    """One row of a file: the line where it begins, and its cells by the column's name."""

    line: int
    cells: dict[str, str]


class ContactFile(Struct, frozen=True):
    """A file that was read: the columns as they are written, and its rows."""

    columns: list[str]
    rows: list[FileRow]


def read_file(content: bytes) -> ContactFile:
    """Read a file with a head, in which one column is `number`; cells are without spaces around.

    Column names are in lower case. Raises InputError for what is no such file, or is too large.
    """
    if len(content) > MOST_BYTES:
        raise _refusal(f"A file has at most {MOST_BYTES // 1024**2} MB. Split it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refusal("The file is not UTF-8. Save it as CSV UTF-8.") from None
    if "\0" in text:
        raise _refusal("This is no CSV file.")
    for delimiter in DELIMITERS:
        columns, rows = _parse(text, delimiter)
        if "number" in columns:
            _require_distinct(columns)
            return ContactFile(columns, rows)
    raise _refusal("There is no column number. Name the columns in the first line.")


def _parse(text: str, delimiter: str) -> tuple[list[str], list[FileRow]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        columns = [_plain(cell).casefold() for cell in next(reader, [])]
        if len(columns) > MOST_COLUMNS:
            raise _refusal(f"A file has at most {MOST_COLUMNS} columns. Leave some out.")
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_row(line, columns, cells))
            line = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise _refusal(f"A file has at most {MOST_ROWS:,} contacts. Split it.")
    except csv.Error as error:
        raise _refusal(f"Line {reader.line_num} is no CSV: {error}.") from None
    return columns, rows


def _require_distinct(columns: Sequence[str]) -> None:
    twice = [name for name in columns if name and columns.count(name) > 1]
    if twice:
        raise _refusal(f"Two columns are named {twice[0]}. Rename one.")


def _row(line: int, columns: Sequence[str], cells: Sequence[str]) -> FileRow:
    """Return a row; what stands beyond the head goes under an empty name."""
    named = dict(zip(columns, map(_plain, cells), strict=False))
    return FileRow(line, named | {"": "".join(cells[len(columns) :]).strip()})


def _plain(cell: str) -> str:
    """Return a cell as it was before an apostrophe kept it from being a formula."""
    return (cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell).strip()


def write_rows(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as lines of a file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_guarded(cell) for cell in row] for row in rows])
    return text.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def split_labels(cell: str) -> list[str]:
    """Return the names in a cell; one that holds a bar stands in quotes."""
    if not cell:
        return []
    line = " ".join(cell.splitlines())
    names = next(csv.reader([line], delimiter=BETWEEN_LABELS, skipinitialspace=True), [])
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))


def join_labels(names: Iterable[str]) -> str:
    """Return names as one cell."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=BETWEEN_LABELS, lineterminator="").writerow(list(names))
    return text.getvalue()


def _refusal(reason: str) -> InputError:
    return InputError(reason, errors={"file": reason})
