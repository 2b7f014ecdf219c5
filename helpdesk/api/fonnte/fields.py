"""Reads one field, however loosely it is typed; the one place that knows what is let pass.

Numbers come as text, text as numbers, booleans as `on` or `1`; PHP sends false as an empty text.
What cannot be read is refused as Fonnte refuses it.
"""

import math
import re

from helpdesk.api.fonnte.answers import EMPTY, refused
from helpdesk.api.fonnte.body import Fields
from helpdesk.gateways.fonnte_fields import clean

TRUE = frozenset({"true", "t", "1", "on"})
FALSE = frozenset({"false", "f", "0", ""})
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


def text(fields: Fields, name: str) -> str:
    """Return a text; a number is taken as it is written."""
    value = fields.get(name)
    if value is None or value is False:
        return ""
    if isinstance(value, str):
        return clean(value)
    return str(_number(value))


def flag(fields: Fields, name: str, *, default: bool) -> bool:
    """Return a yes or no; the default only where nothing is said, for an empty text says no."""
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return default if value is None else value
    word = text(fields, name).strip().lower()
    if word not in TRUE | FALSE:
        raise refused(EMPTY)
    return word in TRUE


def whole(fields: Fields, name: str, *, default: int = 0) -> int:
    """Return a whole number."""
    word = text(fields, name).strip()
    if not word:
        return default
    if not WHOLE.fullmatch(word):
        raise refused(EMPTY)
    return int(word)


def _number(value: object) -> int | float:
    """Return a number, without a fraction of nothing; refuse a list, an object or `true`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refused(EMPTY)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise refused(EMPTY)
        return int(value) if value.is_integer() else value
    return value
