"""Files of contacts: CSV as spreadsheets write and read it (RFC 4180). Pure.

A cell that a spreadsheet would take for a formula goes out with an apostrophe before it, which is
taken off again when the file comes back.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from helpdesk.errors import InputError

if TYPE_CHECKING:
    from _csv import Reader

MOST_ROWS = 5_000
"""How many rows are read at once; where a file has more, it is said at which line to go on."""

MOST_LINES = 1_000_000
MOST_LINE_CHARS = 512 * 1024
MOST_COLUMNS = 200
RESERVED = {"number", "name", "labels"}
"""What every contact has; the columns of these names in a file are no fields."""

DELIMITERS = ",;"
BETWEEN_LABELS = "|"
FORMULA = re.compile(r"'*[=+\-@\t\r]")

T = TypeVar("T")


class FileRow(Struct, frozen=True):
    """One row of a file: the line where it begins, and its cells by the column's name."""

    line: int
    cells: dict[str, str]


class ContactFile(Struct, frozen=True):
    """A file that was read: the columns as they are written, and its rows.

    `next_line` is where the rows begin that were too many for once; None where these are the last.
    """

    columns: list[str]
    rows: list[FileRow]
    next_line: int | None


class Names(Generic[T]):
    """What is found by a name: as it is written, else in any case where only one is meant.

    Names that are distinct may be alike in any case: Straße and Strasse.
    """

    def __init__(self, named: Mapping[str, T]) -> None:
        self._named = named
        self._uses = Counter(name.casefold() for name in named)
        self._folded = {name.casefold(): found for name, found in named.items()}

    def find(self, name: str) -> T | None:
        """Return what has the name, or None; also where it may be one or the other."""
        folded = name.casefold()
        found = self._folded.get(folded) if self._uses[folded] == 1 else None
        return self._named.get(name, found)


def read_file(content: bytes, *, from_line: int = 2) -> ContactFile:
    """Read a file with a head, in which one column is `number`; cells are without spaces around.

    Rows are read from a line on. The columns that every contact has are in lower case. Raises
    InputError for what is no such file.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refusal("The file is not UTF-8. Save it as CSV UTF-8.") from None
    if "\0" in text:
        raise _refusal("This is no CSV file.")
    for delimiter in DELIMITERS:
        reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
        try:
            columns = _read_head(reader)
            if "number" in columns:
                return ContactFile(columns, *_read_rows(reader, columns, from_line))
        except csv.Error as error:
            raise _refusal(f"Line {reader.line_num} is no CSV: {error}.") from None
    raise _refusal("There is no column number. Name the columns in the first line.")


def _lines(text: str) -> Iterator[str]:
    """Yield the lines, and refuse what no file of contacts has."""
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > MOST_LINE_CHARS:
            raise _refusal(f"Line {number} is too long for a contact.")
        if number > MOST_LINES:
            raise _refusal(f"A file has at most {MOST_LINES:,} lines. Split it.")
        yield line


def _read_head(reader: Iterator[list[str]]) -> list[str]:
    columns = [_plain(cell) for cell in next(reader, [])]
    if len(columns) > MOST_COLUMNS:
        raise _refusal(f"A file has at most {MOST_COLUMNS} columns. Leave some out.")
    columns = [name.casefold() if name.casefold() in RESERVED else name for name in columns]
    for name in columns:
        if name and columns.count(name) > 1:
            raise _twice(name)
    return columns


def _read_rows(
    reader: "Reader", columns: Sequence[str], from_line: int
) -> tuple[list[FileRow], int | None]:
    rows: list[FileRow] = []
    line = reader.line_num + 1
    for cells in reader:
        if line >= from_line and any(cell.strip() for cell in cells):
            if len(rows) == MOST_ROWS:
                return rows, line
            rows.append(_row(line, columns, cells))
        line = reader.line_num + 1
    return rows, None


def match_columns(columns: Sequence[str], names: Iterable[str]) -> dict[str, str]:
    """Return which column is of which of the names, by the name.

    Raises InputError where two columns are of one, or a column may be of two.
    """
    known = list(names)
    spelled = Names({name: name for name in known})
    matched = {name: name for name in known if name in columns}
    for column in columns:
        folded = [name for name in known if name.casefold() == column.casefold()]
        if column in RESERVED or column in matched or not folded:
            continue
        name = spelled.find(column)
        if name is None:
            raise _refusal(f"The column {column} may be {' or '.join(folded)}. Write it so.")
        if name in matched:
            raise _twice(column)
        matched[name] = column
    return matched


def _twice(column: str) -> InputError:
    return _refusal(f"Two columns are named {column}. Rename one.")


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
