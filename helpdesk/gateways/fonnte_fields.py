"""Reads one field of Fonnte's language, however loosely it is typed.

Numbers come as text, text as numbers, booleans as `on`, `1` or `true`, lists as JSON text, repeated
keys or comma text. Nothing here raises: what cannot be read is empty or None.
"""

import json
import math
import re
from datetime import UTC, datetime

from helpdesk.gateways import Location

_TRUE_WORDS = frozenset({"1", "t", "true", "on", "yes", "y"})
_FALSE_WORDS = frozenset({"0", "f", "false", "off", "no", "n"})
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_A_DIGIT = re.compile(r"[^0-9]+")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,9})?")
_DEGREES = re.compile(r"\s*([+-]?[0-9]{1,3}(?:\.[0-9]+)?)\s*,\s*([+-]?[0-9]{1,3}(?:\.[0-9]+)?)\s*")
_GROUP = re.compile(r"[0-9]+(?:-[0-9]+)?")
_ID = re.compile(r"[A-Za-z0-9._:=+/@-]{1,200}")
_LONGEST_NUMBER = 20
_LONGEST_GROUP = 64
_MOST_CHOICES = 64
_LONGEST_CHOICE = 256
_MILLISECONDS_FROM = 1e11
_FIRST_MOMENT = datetime(2009, 1, 1, tzinfo=UTC).timestamp()  # WhatsApp is no older
_LAST_MOMENT = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def clean(text: str) -> str:
    """Return text that PostgreSQL stores and UTF-8 encodes: no NUL, no lone surrogate."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def text_of(value: object) -> str:
    """Return a value as text; of a list the first entry, of an object its JSON."""
    if isinstance(value, str):
        return clean(value) if value else value
    if isinstance(value, list):
        return text_of(value[0]) if value else ""
    return clean(_written_out(value))


def _written_out(value: object) -> str:
    match value:
        case None:
            return ""
        case bool() | dict():
            return json.dumps(value, ensure_ascii=False)
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def flag_of(value: object) -> bool | None:
    """Return a yes or no in any of its spellings; None where it is neither."""
    if isinstance(value, bool):
        return value
    word = text_of(value).strip().lower()
    if word in _TRUE_WORDS:
        return True
    return False if word in _FALSE_WORDS else None


def id_of(value: object) -> str | None:
    """Return the id of a message; None for 0, nothing and what no id looks like."""
    identity = text_of(value).strip()
    return identity if _ID.fullmatch(identity) and identity.strip("0") else None


def moment_of(value: object) -> datetime | None:
    """Return unix seconds, or milliseconds above 1e11, as a moment between 2009 and 2100."""
    number = text_of(value).strip()
    if isinstance(value, float) and math.isfinite(value):
        number = f"{value:.6f}"
    if not _PLAIN_NUMBER.fullmatch(number):
        return None
    seconds = float(number)
    if seconds > _MILLISECONDS_FROM:
        seconds /= 1000
    if not _FIRST_MOMENT <= seconds <= _LAST_MOMENT:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def choices_of(value: object) -> list[str]:
    """Return the choices of a poll from a list, JSON text, repeated keys or comma text."""
    if not value:
        return []
    entries = value if isinstance(value, list) else _split_choices(text_of(value))
    texts = (text_of(entry).strip() for entry in entries)
    return [text[:_LONGEST_CHOICE] for text in texts if text][:_MOST_CHOICES]


def _split_choices(text: str) -> list[object]:
    if text.lstrip().startswith("["):
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError):
            return [text]
        return listed if isinstance(listed, list) else [text]
    return list(text.split(","))


def location_of(text: str) -> Location | None:
    """Return the point that `latitude,longitude` names, or None where it names none."""
    if "," not in text:
        return None
    degrees = _DEGREES.fullmatch(text)
    if degrees is None:
        return None
    latitude, longitude = float(degrees[1]), float(degrees[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Location(latitude=latitude, longitude=longitude)


def digits_of(text: str) -> str:
    """Return the ASCII digits of a text."""
    if text.isascii() and text.isdigit():
        return text
    return _NOT_A_DIGIT.sub("", text)


def address_of(text: str) -> str | None:
    """Return digits, `…@g.us` or `…@lid`; None where the text is no address of a chat."""
    user, _, server = text.strip().lower().partition("@")
    if server == "g.us":
        is_group = len(user) <= _LONGEST_GROUP and _GROUP.fullmatch(user)
        return f"{user}@g.us" if is_group else None
    digits = digits_of(user.partition(":")[0])  # 628…:12 is the twelfth phone of one account
    if not 0 < len(digits) <= _LONGEST_NUMBER:
        return None
    if server == "lid":
        return f"{digits}@lid"
    return digits if server in ("", "s.whatsapp.net", "c.us") else None
