"""Partial changes: what a PATCH names, by column."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Struct


def columns_of(patch: Struct, renamed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the fields that were given, under their column's name."""
    names = renamed or {}
    return {
        names.get(field, field): value
        for field in patch.__struct_fields__
        if (value := getattr(patch, field)) is not UNSET
    }


def json_text(value: object) -> str | None:
    """Return a value as the JSON text that a column takes."""
    return None if value is None else msgspec.json.encode(value).decode()
