"""Templates: pure substitution of named fields; nothing is evaluated, nothing nests."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from helpdesk.errors import InputError

MOST_BLANK_CHARS = 100
PLACE = re.compile(rf"\{{(\??)([^{{}}]{{1,{MOST_BLANK_CHARS}}})\}}")
BRACES = re.compile(r"\{([^{}]*)\}")
OF_CONTACT = "contact."
"""Stands before what is known of the contact."""
DOTTED = re.compile(r"[^\W\d_]\w*(\.[^\W\d_]\w*)+")
"""Words joined by dots, as every variable is written."""

GREETINGS = {
    "en": ("Good evening", "Good morning", "Good afternoon", "Good evening"),
    "id": ("Selamat malam", "Selamat pagi", "Selamat siang", "Selamat sore"),
}


def render(text: str, fields: Mapping[str, str], blanks: Mapping[str, str]) -> str:
    """Fill `{name}` from fields and `{?blank}` from blanks; braces that name nothing stay.

    Raises InputError that names the blanks which were not given.
    """
    missing = [name for name in find_blanks(text) if not blanks.get(name, "").strip()]
    if missing:
        raise InputError(
            "Fill in the blanks: " + ", ".join(missing) + ".",
            errors={f"blanks.{name}": "Missing. Give a text." for name in missing},
        )

    def fill(match: re.Match[str]) -> str:
        is_blank, name = match.groups()
        return blanks[name] if is_blank else fields.get(name, match.group())

    return PLACE.sub(fill, text)


def contact_variable(field: str) -> str:
    """Return the name by which a template has the value of a contact's field."""
    return f"{OF_CONTACT}{field}"


def find_blanks(text: str) -> list[str]:
    """Return the names of the blanks, each once, in order."""
    return list(dict.fromkeys(name for is_blank, name in PLACE.findall(text) if is_blank))


def check_places(text: str, variables: Collection[str]) -> None:
    """Raise InputError for what looks like a variable and is none, and for unusable blanks.

    Other braces are plain text: those around anything but words joined by dots.
    """
    inners = dict.fromkeys(BRACES.findall(text))
    _refuse([*_variable_faults(inners, variables), *_blank_faults(inners)], "text")


def check_automatic(text: str, variables: Collection[str], *, field: str) -> None:
    """Raise InputError like `check_places`, and for any blank: nobody is there to fill it in."""
    faults = [*_variable_faults(dict.fromkeys(BRACES.findall(text)), variables)]
    if blanks := find_blanks(text):
        faults.append(f"Nobody fills in {{?{blanks[0]}}}: this text is sent by itself.")
    _refuse(faults, field)


def _refuse(faults: Sequence[str], field: str) -> None:
    if faults:
        raise InputError(faults[0], errors={field: " ".join(faults)})


def _variable_faults(inners: Collection[str], variables: Collection[str]) -> Iterator[str]:
    unknown = [
        f"{{{inner}}}"
        for inner in inners
        if inner not in variables
        and (DOTTED.fullmatch(inner) or inner.strip().casefold() in variables)
    ]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in variables)
        yield f"There is no variable {', '.join(unknown)}. Give one of {known}."


def _blank_faults(inners: Collection[str]) -> Iterator[str]:
    """Say which blanks nobody could fill: without a name, too long, one in several spellings."""
    spellings: dict[str, str] = {}
    for name in (inner[1:] for inner in inners if inner.startswith("?")):
        first = spellings.setdefault(" ".join(name.split()).casefold(), name)
        if not name.strip():
            yield "Give a blank a name, as in {?order number}."
        elif not name.isprintable():
            yield f"Write the name of the blank {{?{' '.join(name.split())}}} in one line."
        elif len(name) > MOST_BLANK_CHARS:
            yield f"Give a blank a name of at most {MOST_BLANK_CHARS} characters."
        elif first != name:
            yield f"{{?{first}}} and {{?{name}}} are one blank. Write it in one way."


def greeting(local: datetime, language: str) -> str:
    """Return the greeting of that time of day, in the account's language (English else)."""
    night, morning, noon, evening = GREETINGS.get(language, GREETINGS["en"])
    hour = local.hour
    if hour < 4 or hour >= 22:
        return night
    if hour < 11:
        return morning
    return noon if hour < 17 else evening
