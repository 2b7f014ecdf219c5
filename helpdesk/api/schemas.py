"""The shapes of bodies and parameters as JSON schema, and what a schema asks for, in words.

One source for the API's document, for the page that shows it and for what a refusal says.
"""

import re
from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any

import msgspec
from litestar.datastructures import UploadFile
from msgspec import Struct

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/"
STEP = re.compile(r"\[[^\]]*\]|[^.\[]+")
PAGE_NAME = re.compile(r"Page_(\w+?)(?:Out)?_$")
FORMATS = {
    "uuid": "an id (UUID)",
    "date-time": "a time such as 2026-01-31T09:30:00Z",
    "date": "a day such as 2026-01-31",
    "binary": "a file",
}
KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


class Described(Struct, frozen=True):
    """A type's schema, and by name the shapes that it refers to."""

    schema: Schema
    shapes: Mapping[str, Schema]

    def at(self, path: str) -> list[Schema]:
        """Return what may stand at a path such as `location.latitude`; several for a union."""
        found = self._options(self.schema)
        for step in STEP.findall(path):
            found = [each for schema in found for each in self._below(schema, step)]
        return found

    def _below(self, schema: Schema, step: str) -> list[Schema]:
        if step in schema.get("properties", {}):
            return self._options(schema["properties"][step])
        inner = schema.get("items") or schema.get("additionalProperties")
        return self._options(inner) if step.startswith("[") and inner else []

    def _options(self, schema: Schema) -> list[Schema]:
        """Follow a reference, and take a union apart."""
        if "$ref" in schema:
            return self._options(self.shapes[schema["$ref"].removeprefix(REFERENCE)])
        inner = schema.get("oneOf") or schema.get("anyOf")
        return [each for one in inner for each in self._options(one)] if inner else [schema]


def describe(type_: Any) -> Described:
    """Return the schema of a body or a parameter: as a whole neither is ever null."""
    (schema,), shapes = msgspec.json.schema_components(
        [type_], schema_hook=_upload, ref_template=REFERENCE + "{name}"
    )
    return Described(_given(_tidy(schema)), {_name(each): _tidy(shapes[each]) for each in shapes})


def _upload(type_: type) -> Schema:
    if issubclass(type_, UploadFile):
        return {"type": "string", "format": "binary"}
    raise NotImplementedError


def _name(name: str) -> str:
    """Return a shape's name: `AgentPage` for `Page[AgentOut]`."""
    return PAGE_NAME.sub(r"\1Page", name)


def _tidy(schema: Schema) -> Schema:
    """Say the same with fewer words: no titles, and null as one more type where it can be."""
    tidied = {key: _part(key, value) for key, value in schema.items() if key != "title"}
    if tidied.get("default", ...) is None:
        del tidied["default"]
    if "enum" in tidied:
        tidied["type"] = "string"
    if "discriminator" in tidied:
        tidied["oneOf"] = tidied.pop("anyOf")
    match tidied.get("anyOf"):
        case [{"type": str(kind)} as one, {"type": "null"}]:
            enum = {"enum": [*one["enum"], None]} if "enum" in one else {}
            return {**one, **enum, "type": [kind, "null"]} | _without(tidied, "anyOf")
    return tidied


def _part(key: str, value: Any) -> Any:
    match key, value:
        case "properties", _:
            return {name: _tidy(schema) for name, schema in value.items()}
        case "anyOf", _:
            return [_tidy(schema) for schema in value]
        case "items" | "additionalProperties", dict():
            return _tidy(value)
        case "description", _:
            return cleandoc(value)
        case "$ref", _:
            return REFERENCE + _name(value.removeprefix(REFERENCE))
    return value


def _without(schema: Schema, key: str) -> Schema:
    return {each: value for each, value in schema.items() if each != key}


def _given(schema: Schema) -> Schema:
    """Return the schema without null."""
    match schema:
        case {"type": [kind, "null"]}:
            enum = {"enum": [each for each in schema["enum"] if each]} if "enum" in schema else {}
            return {**schema, **enum, "type": kind}
        case {"anyOf": [one, {"type": "null"}]}:
            return {**one, **_without(schema, "anyOf")}
    return schema


def words(schemas: Iterable[Schema]) -> str:
    """Say what may be given: `a text of 1 to 100 characters`, `one of full, partial`."""
    found, values = list[str](), list[object]()
    for schema in schemas:
        values += schema.get("enum") or []
        found += [] if "enum" in schema else [_words(schema)]
    if values:
        listed = [str(each) for each in dict.fromkeys(values) if each is not None]
        found.append(("one of " if len(listed) > 1 else "") + ", ".join(listed))
        found += ["null"] if None in values else []
    return " or ".join(dict.fromkeys(found))


def _words(schema: Schema) -> str:
    kinds = schema.get("type", "object")
    first, *others = kinds if isinstance(kinds, list) else [kinds]
    named = FORMATS.get(schema.get("format", ""), KINDS[first])
    hint = f" ({schema['description']})" if "pattern" in schema and "description" in schema else ""
    return " or ".join(
        [named + _bounds(schema) + _inner(schema) + hint, *(KINDS[each] for each in others)]
    )


def _inner(schema: Schema) -> str:
    """Say what a list or an object by name is made of."""
    match schema:
        case {"items": {"type": _} as inner}:
            return f", each {words([inner])}"
        case {"additionalProperties": {"type": _} as inner}:
            names = _bounds(schema.get("propertyNames", {}))
            return f" with, by a name{names}, {words([inner])}"
    return ""


def _bounds(schema: Schema) -> str:
    for least, most, lead, unit in (
        ("minLength", "maxLength", " of", " characters"),
        ("minItems", "maxItems", " of", " items"),
        ("minimum", "maximum", "", ""),
    ):
        match schema.get(least), schema.get(most):
            case None, None:
                continue
            case None, high:
                return f"{lead} at most {high:,}{unit}"
            case low, None:
                return f"{lead} at least {low:,}{unit}"
            case low, high:
                return f"{lead or ' from'} {low:,} to {high:,}{unit}"
    return ""
