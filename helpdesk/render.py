"""Templates: pure substitution of named fields; nothing is evaluated, nothing nests."""

import re
from collections.abc import Mapping
from datetime import datetime

from helpdesk.errors import InputError

PLACE = re.compile(r"\{(\??)([^{}]{1,100})\}")

GREETINGS = {
    "en": ("Good night", "Good morning", "Good afternoon", "Good evening"),
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
            errors={f"blanks.{name}": "not given" for name in missing},
        )

    def fill(match: re.Match[str]) -> str:
        is_blank, name = match.groups()
        return blanks[name] if is_blank else fields.get(name, match.group())

    return PLACE.sub(fill, text)


def find_blanks(text: str) -> list[str]:
    """Return the names of the blanks, each once, in order."""
    return list(dict.fromkeys(name for is_blank, name in PLACE.findall(text) if is_blank))


def greeting(local: datetime, language: str) -> str:
    """Return the greeting of that time of day, in the account's language (English else)."""
    night, morning, noon, evening = GREETINGS.get(language, GREETINGS["en"])
    hour = local.hour
    if hour < 4 or hour >= 22:
        return night
    if hour < 11:
        return morning
    return noon if hour < 17 else evening
