"""How a row of the golden table is asked, in every way to write a request, and compared."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

Fields = Mapping[str, Any]
Token = Literal["device", "account", "nobody"]
DEVICE, TOKEN, ID, NEW = "<device>", "<token>", "<id>", "<new>"
"""Stand for the device's number and token, the message at hand, and a number that nobody has."""


@dataclass(frozen=True)
class Like:
    """A value that is another one each time: of exactly this type, a text of this pattern."""

    type: type
    pattern: str = ""


NUMBER = Like(int)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fact: what is asked, and the whole answer with its keys in their order.

    `given` is SQL that is run before, with the account as `$1`; with `is_queued` a message waits,
    whose id is `<id>`. `texts` are what was to be sent. What `has_get` is asked by its query too;
    what is true but once of a device, `is_once`, is asked of another one in each way.
    """

    path: str
    fields: Fields = field(default_factory=dict)
    answer: Fields
    token: Token = "device"
    given: str = ""
    is_queued: bool = False
    texts: tuple[str, ...] = ()
    has_get: bool = False
    is_once: bool = False

    @property
    def changes_nothing(self) -> bool:
        """Whether it can be asked of an account that others are asked of, too."""
        return not (self.answer["status"] or self.given or self.is_queued)

    @property
    def ways(self) -> list[str]:
        """How it is asked."""
        posts = list(WAYS) if self.answer["status"] else list(FEWER)
        return [*posts, "GET"] if self.has_get else posts

    def __str__(self) -> str:
        asked = ", ".join(f"{name}={str(value)[:24]}" for name, value in self.fields.items())
        told = next(str(self.answer[each]) for each in ("reason", "detail", "status")
                    if each in self.answer)  # fmt: skip
        return f"{self.path} {asked} {self.token if self.token != 'device' else ''} → {told}"


Request = dict[str, Any]
Way = Callable[[Fields], Request]


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _php(value: Any) -> str:
    return ("1" if value else "") if isinstance(value, bool) else str(value)


def _form(fields: Fields) -> Request:
    return {"data": {name: _word(value) for name, value in fields.items()}}


def _php_form(fields: Fields) -> Request:
    """What `http_build_query` writes: false is 0; a body even where there are no fields."""
    values = {k: int(v) if isinstance(v, bool) else v for k, v in fields.items()}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return {"content": urlencode(values), "headers": headers}


def _multipart(fields: Fields) -> Request:
    return _parts({name: _word(value) for name, value in fields.items()})


def _php_multipart(fields: Fields) -> Request:
    """What PHP's curl makes of an array: false is an empty text."""
    return _parts({name: _php(value) for name, value in fields.items()})


def _parts(texts: Mapping[str, str]) -> Request:
    if not texts:
        return {"headers": {"Content-Type": "multipart/form-data; boundary=x"}}
    return {"files": {name: (None, text) for name, text in texts.items()}}


def _json(fields: Fields) -> Request:
    return {"json": dict(fields)}


def _json_texts(fields: Fields) -> Request:
    return {"json": {name: _word(value) for name, value in fields.items()}}


def _laravel(fields: Fields) -> Request:
    """What Laravel's client sends: an array where there are no fields, and what nobody knows."""
    return {"json": {**fields, "domain": "toko.example", "nostyle": [1]} if fields else []}


def _mislabelled(fields: Fields) -> Request:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return {"content": json.dumps(dict(fields)), "headers": headers}


WAYS: Mapping[str, tuple[Way, str]] = {
    "urlencoded": (_form, ""),
    "urlencoded by PHP": (_php_form, "/"),
    "multipart": (_multipart, ""),
    "multipart by PHP": (_php_multipart, "/"),
    "JSON": (_json, ""),
    "JSON of texts": (_json_texts, "/"),
    "JSON by Laravel": (_laravel, ""),
    "JSON that says it is a form": (_mislabelled, "/"),
}
"""How a body is written, and what stands behind the path; every body type has both."""
FEWER = ("urlencoded", "multipart by PHP", "JSON", "JSON of texts")
"""One way and more for each body type: how a refusal is asked, which reads the same fields."""


def find_difference(told: Any, wanted: Any, at: str = "answer") -> str:
    """Return where an answer is not what is wanted, in value, type or order; empty if nowhere."""
    if isinstance(wanted, Like):
        is_it = type(told) is wanted.type and re.fullmatch(wanted.pattern or ".*", str(told), re.S)
        return "" if is_it else f"{at}: {told!r} is not {wanted}"
    if type(told) is not type(wanted):
        return f"{at}: {told!r} is no {type(wanted).__name__}"
    if isinstance(wanted, dict):
        if list(told) != list(wanted):
            return f"{at}: keys {list(told)}, wanted {list(wanted)}"
        pairs = [(f"{at}.{name}", told[name], wanted[name]) for name in wanted]
    elif isinstance(wanted, list):
        if len(told) != len(wanted):
            return f"{at}: {told!r}, wanted {wanted!r}"
        pairs = [(f"{at}[{n}]", *each) for n, each in enumerate(zip(told, wanted, strict=True))]
    else:
        return "" if told == wanted else f"{at}: {told!r}, wanted {wanted!r}"
    return next((found for at, *two in pairs if (found := find_difference(*two, at))), "")


def put_in(value: Any, places: Mapping[str, str | int]) -> Any:
    """Return a value of the table with what its places stand for."""
    match value:
        case dict():
            return {put_in(name, places): put_in(each, places) for name, each in value.items()}
        case list():
            return [put_in(each, places) for each in value]
        case str() if value in places:
            return places[value]
        case str():
            for place, stands_for in places.items():
                value = value.replace(place, str(stands_for))
    return value
