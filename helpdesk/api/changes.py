"""Partial changes: what a PATCH names, by column."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, Struct


def columns_of(patch: Struct, renamed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the fields that were given, under their column's name."""
    names = renamed or {}
    return {
        names.get(field, field): value
        for field in patch.__struct_fields__
        if (value := getattr(patch, field)) is not UNSET
    }
