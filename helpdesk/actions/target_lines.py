"""Pasted targets of a broadcast: a number a line, or a number and its values. Pure."""

import csv
import re
from collections.abc import Sequence

from msgspec import Struct

from helpdesk.actions.variables import find_variables, lacks_value
from helpdesk.gateways.fonnte_fields import address_of
from helpdesk.phone import normalise
from helpdesk.shapes.broadcasts import BadLine, LineReason

MOST_VALUE_CHARS = 2_000
MOST_SHOWN_CHARS = 200
LINE_END = re.compile(r"\r\n|\r|\n")
"""No other: names may have what only Unicode takes for the end of a line."""
CHATS = ("@g.us", "@lid")


class Target(Struct, frozen=True):
    """Whom one message goes to; `values` are what `{name}`, `{var1}`, `{var2}` … stand for."""

    address: str
    values: tuple[str, ...] = ()


class Targets(Struct, frozen=True):
    """Targets in their order, each once, how many were repeated, and lines that cannot be used."""

    targets: list[Target]
    duplicates: int
    bad: list[BadLine]


def read_lines(pasted: str, text: str) -> Targets:
    """Read `number` or `number,name,var1,…` of each line, with commas or tabs; empty ones are none.

    A line is bad that has no number in any spelling, too long a value, or none for a variable of
    the text. Of a repeated number the first line counts.
    """
    names = find_variables(text)
    found: dict[str, Target] = {}
    bad: list[BadLine] = []
    count = 0
    for place, line in enumerate(LINE_END.split(pasted), start=1):
        if not line.strip():
            continue
        target, reason = _read(line, names)
        if reason:
            bad.append(BadLine(line=place, text=line.strip()[:MOST_SHOWN_CHARS], reason=reason))
        else:
            found.setdefault(target.address, target)
            count += 1
    return Targets(list(found.values()), count - len(found), bad)


def _read(line: str, names: Sequence[str]) -> tuple[Target, LineReason | None]:
    fields = _split(line)
    target = Target(_address(fields[0]) or "", tuple(fields[1:]))
    if not target.address:
        return target, "bad_number"
    if any(len(value) > MOST_VALUE_CHARS for value in target.values):
        return target, "too_long"
    return target, "no_value" if lacks_value(names, target.values) else None


def _split(line: str) -> list[str]:
    """Return a line's fields; what cannot be read as a table's line is one field."""
    separator = "\t" if "\t" in line else ","
    try:
        [fields] = csv.reader([line], delimiter=separator, skipinitialspace=True)
    except (csv.Error, ValueError):
        return [line]
    return [field.strip() for field in fields]


def _address(spelling: str) -> str | None:
    """Return digits with the country code, or the id of a group or a lid as it is."""
    if spelling.endswith(CHATS):
        return address_of(spelling)
    if any(char.isalpha() for char in spelling):
        return None
    return normalise(spelling)
