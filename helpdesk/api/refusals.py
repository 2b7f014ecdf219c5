"""What the declared types refuse, told by field: what is wrong with it and what to give instead."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from litestar.exceptions import ValidationException
from litestar.handlers import HTTPRouteHandler
from msgspec import ValidationError

from helpdesk.api.schemas import describe, words

BODY = "data"
"""What handlers call the body."""

FIELD = re.compile(r"(?P<what>missing required|contains unknown) field `(?P<name>.*)`")
PARAMETER = re.compile(r"Missing required \w+ parameter '(?P<name>.*?)'")


def explain(handler: HTTPRouteHandler, error: ValidationException) -> dict[str, str]:
    """Return the reasons by field, under the names that callers know."""
    if missing := PARAMETER.match(error.detail):
        name = missing["name"]
        return {name: f"Missing. Give {_wanted(handler, name)}."}
    entries: Iterable[object] = error.extra if isinstance(error.extra, list) else ()
    return dict(_reason(handler, entry) for entry in entries if isinstance(entry, dict))


def _reason(handler: HTTPRouteHandler, entry: Mapping[str, object]) -> tuple[str, str]:
    key, message = str(entry.get("key", BODY)), str(entry.get("message", ""))
    if entry.get("source") != "body":
        return public_name(handler, key), f"Give {_wanted(handler, key)}."
    path, body = "" if key == BODY else key, handler.signature_model.__annotations__[BODY]
    if message == f"'{BODY}'":
        return "body", f"Missing. Give an object. Known fields: {_fields(body, path)}."
    return _reason_at(body, path, message)


def explain_value(error: ValidationError, type_: Any) -> dict[str, str]:
    """Return the reason by field for a value that is not of the type, as msgspec found it."""
    message, _, path = str(error).partition(" - at `$")
    place, reason = _reason_at(type_, path.rstrip("`").removeprefix("."), message)
    return {place: reason}


def _reason_at(type_: Any, path: str, message: str) -> tuple[str, str]:
    if field := FIELD.search(message):
        place = ".".join(filter(None, (path, field["name"])))
        if field["what"] == "contains unknown":
            return place, f"There is no such field. Known: {_fields(type_, path)}."
        return place, f"Missing. Give {words(describe(type_).at(place))}."
    return path.replace("[...]", "") or "body", f"Give {words(describe(type_).at(path))}."


def public_name(handler: HTTPRouteHandler, parameter: str) -> str:
    """Return what callers call a parameter of a handler."""
    definition = handler.parsed_fn_signature.parameters[parameter].kwarg_definition
    return getattr(definition, "name", None) or parameter


def _wanted(handler: HTTPRouteHandler, parameter: str) -> str:
    return words(describe(handler.signature_model.__annotations__[parameter]).at(""))


def _fields(type_: Any, path: str) -> str:
    schemas = describe(type_).at(path)
    return ", ".join(dict.fromkeys(name for each in schemas for name in each.get("properties", {})))
