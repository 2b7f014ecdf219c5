"""Files of contacts: every usual spelling of CSV is read, and no cell goes out as a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.actions.contact_files import (
    MOST_LINE_CHARS,
    MOST_LINES,
    MOST_ROWS,
    FileRow,
    Names,
    join_labels,
    match_columns,
    read_file,
    split_labels,
    write_rows,
)
from helpdesk.errors import InputError

BUDI = {"number": "08123", "name": "Budi", "": ""}


@pytest.mark.parametrize(
    "content",
    [
        b"number,name\n08123,Budi\n",
        b"number,name\r\n08123,Budi",
        b"\xef\xbb\xbfNumber ; NAME\r\n 08123 ;Budi\r\n\r\n;\r\n",
        b'"number","name"\n"08123","Budi"\n',
    ],
)
def test_usual_spellings_of_a_file_are_one(content: bytes) -> None:
    assert read_file(content).rows == [FileRow(2, BUDI)]


def test_row_is_told_by_the_line_where_it_begins() -> None:
    read = read_file(b'number,name\n1,"two\nlines"\n\n2,x\n')
    assert [(row.line, row.cells["name"]) for row in read.rows] == [(2, "two\nlines"), (5, "x")]


def test_what_stands_beyond_the_head_is_kept_apart_and_what_is_missing_is_absent() -> None:
    long, short = read_file(b"number,name\n1,Budi,Bandung\n2\n").rows
    assert long.cells[""] == "Bandung"
    assert "name" not in short.cells


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column number"),
        (b"name\nBudi\n", "no column number"),
        (b"number\tname\n1\t2\n", "no column number"),
        (b"number,name,Name\n1,2,3\n", "Two columns are named name"),
        (b"number,Size,Size\n1,2,3\n", "Two columns are named Size"),
        ("number\nJos\u00e9".encode("latin-1"), "not UTF-8"),
        (b"number\n\x00\n", "no CSV"),
        (b'number,name\n1,"open\n', "is no CSV"),
        (b"number\n" + b"\n" * MOST_LINES, "at most 1,000,000 lines"),
        (b"number\n" + b"1" * MOST_LINE_CHARS + b"\n", "Line 2 is too long"),
    ],
)
def test_what_is_no_such_file_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        read_file(content)
    assert list(refused.value.facts["errors"]) == ["file"]  # type: ignore[call-overload]


@pytest.mark.parametrize("cell", ["=1+1", "+6281", "-5", "@sum", "\t=1", "'=1", "''+1"])
def test_cell_that_would_be_a_formula_goes_out_as_a_text_and_comes_back(cell: str) -> None:
    text = write_rows([["number"], [cell]])
    [written] = list(csv.reader(io.StringIO(text)))[1]
    assert written == f"'{cell}"
    assert read_file(text.encode()).rows[0].cells["number"] == cell.strip()


@given(cell=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_no_cell_is_changed_on_its_way_out_and_back(cell: str) -> None:
    text = write_rows([["number", "name"], ["1", cell]])
    assert read_file(text.encode()).rows[0].cells["name"] == cell.strip()


@given(names=st.lists(st.text('ab |",;', min_size=1).map(str.strip).filter(bool), unique=True))
def test_labels_of_any_name_stand_in_one_cell(names: list[str]) -> None:
    assert split_labels(join_labels(names)) == names


def test_long_file_is_read_in_pieces_without_a_row_lost_or_twice() -> None:
    count = MOST_ROWS * 2 + 1
    content = ("number,name\n" + "".join(f'{n},"two\nlines"\n\n' for n in range(count))).encode()
    read, next_line = [], 2
    while next_line:
        piece = read_file(content, from_line=next_line)
        assert len(piece.rows) <= MOST_ROWS
        read += [row.cells["number"] for row in piece.rows]
        next_line = piece.next_line or 0
    assert read == [str(n) for n in range(count)]


@pytest.mark.parametrize(
    ("columns", "names", "matched"),
    [
        (["number", "SIZE"], ["Size"], {"Size": "SIZE"}),
        (["Straße", "Strasse"], ["Straße", "Strasse"], {"Straße": "Straße", "Strasse": "Strasse"}),
        (["Strasse"], ["Straße", "Strasse"], {"Strasse": "Strasse"}),
        (["strasse"], ["Straße"], {"Straße": "strasse"}),
        (["number", "", "Email"], ["Size"], {}),
    ],
)
def test_a_column_is_of_the_field_that_is_written_so_else_of_the_only_one_in_any_case(
    columns: list[str], names: list[str], matched: dict[str, str]
) -> None:
    assert match_columns(columns, names) == matched


@pytest.mark.parametrize(
    ("columns", "names", "said"),
    [
        (["STRASSE"], ["Straße", "Strasse"], "STRASSE may be Straße or Strasse"),
        (["Size", "SIZE"], ["Size"], "Two columns are named SIZE"),
        (["size", "SIZE"], ["Size"], "Two columns are named SIZE"),
    ],
)
def test_a_column_that_may_be_of_two_fields_is_refused(
    columns: list[str], names: list[str], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        match_columns(columns, names)


def test_of_names_that_are_alike_in_any_case_each_is_found_as_it_is_written() -> None:
    names = Names({"Straße": 1, "Strasse": 2, "VIP": 3})
    assert [names.find(name) for name in ("Straße", "Strasse", "vip", "STRASSE", "Gold")] == [
        1, 2, 3, None, None,
    ]  # fmt: skip


def test_very_many_columns_are_refused_at_once() -> None:
    head = ",".join(["number", *(f"c{n}" for n in range(50_000))])
    with pytest.raises(InputError, match="at most 200 columns"):
        read_file(f"{head}\n628111000777".encode())


def test_a_line_break_among_labels_is_a_space() -> None:
    assert split_labels("VIP\nfoo|Old\rone") == ["VIP foo", "Old one"]
