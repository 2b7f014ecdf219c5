"""Fields: what is written down of contacts, defined by supervisors; and which values fit.

A field is locked before the contacts that get or lose a value of it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.contact_files import RESERVED
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.events import FieldChanged
from helpdesk.queries.fields import (
    count_field_uses,
    find_field,
    insert_field,
    keep_fields,
    list_fields,
    lock_field,
    set_field,
    take_field_off,
)
from helpdesk.render import contact_variable
from helpdesk.shapes.contacts import FieldOut
from helpdesk.shapes.words import FieldKind
from helpdesk.tables.columns import new_id

MOST_FIELDS = 50
MOST_VALUE_CHARS = 1_000
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class NewField(Struct, frozen=True, kw_only=True):
    """A field to be made, after all others."""

    name: str
    kind: FieldKind
    choices: Sequence[str] = ()


async def add_field(work: UnitOfWork, new: NewField, *, now: datetime) -> FieldOut:
    """Add a field. Raises Conflict when another one has its name, or the account has too many."""
    name, choices = _check_name(new.name), _check_choices(new.kind, new.choices)
    others = await list_fields(work.session, work.account_id)
    if len(others) >= MOST_FIELDS:
        raise Conflict(
            f"The account has {MOST_FIELDS} fields. Delete one first.", reason="too_many_fields"
        )
    field_id = new_id()
    await insert_field(
        work.session,
        {
            "account_id": work.account_id,
            "id": field_id,
            "name": name,
            "kind": new.kind,
            "choices": choices,
            "position": max((each.position for each in others), default=0) + 1,
            "created_at": now,
        },
    )
    return await _tell(work, field_id, now)


async def change_field(
    work: UnitOfWork, id_: UUID, changes: Mapping[str, Any], *, now: datetime
) -> FieldOut:
    """Change columns of a field. Contacts keep a value that is no choice any more.

    Raises Conflict when another one has its name, or templates know it by the old one.
    """
    field = await lock_field(work.session, work.account_id, id_)
    if not changes:
        return field
    checked = dict(changes)
    if "name" in changes:
        checked["name"] = _check_name(changes["name"])
        if checked["name"] != field.name:
            await _require_unnamed(work, field)
    if "choices" in changes:
        checked["choices"] = _check_choices(field.kind, changes["choices"])
    await set_field(work.session, work.account_id, id_, checked)
    return await _tell(work, id_, now)


async def remove_field(work: UnitOfWork, id_: UUID, *, now: datetime) -> None:
    """Remove a field with its values. Raises Conflict while templates name it."""
    field = await lock_field(work.session, work.account_id, id_)
    await _require_unnamed(work, field)
    await take_field_off(work.session, work.account_id, id_)
    await set_field(work.session, work.account_id, id_, {"deleted_at": now})
    await _tell(work, id_, now)


async def read_values(work: UnitOfWork, values: Mapping[UUID, str]) -> dict[UUID, str]:
    """Return values as they are kept, by their fields, which stay until the unit of work ends.

    Raises InputError that names each field whose value does not fit, or that is not there.
    """
    fields = {field.id: field for field in await keep_fields(work.session, work.account_id)}
    kept, errors = dict[UUID, str](), dict[str, str]()
    for id_, text in values.items():
        if id_ not in fields:
            errors[f"fields.{id_}"] = "There is no such field."
            continue
        try:
            kept[id_] = read_value(fields[id_], text)
        except ValueError as error:
            errors[f"fields.{id_}"] = str(error)
    if errors:
        raise InputError(f"A value does not fit. {next(iter(errors.values()))}", errors=errors)
    return kept


def read_value(field: FieldOut, text: str) -> str:
    """Return a value as it is kept; empty for none. Raises ValueError that says what would fit."""
    value = text.strip()
    if not value:
        return ""
    if len(value) > MOST_VALUE_CHARS:
        raise ValueError(f"Give at most {MOST_VALUE_CHARS:,} characters.")
    if field.kind == "number" and not NUMBER.fullmatch(value):
        raise ValueError("Give a number such as 12 or 12.5.")
    if field.kind == "date":
        return _read_day(value)
    if field.kind == "choice":
        return _read_choice(field, value)
    return value


def _read_day(value: str) -> str:
    try:
        if DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise ValueError("Give a day such as 2026-01-31.")


def _read_choice(field: FieldOut, value: str) -> str:
    for choice in field.choices:
        if choice.casefold() == value.casefold():
            return choice
    raise ValueError(f"Give one of {', '.join(field.choices)}.")


def _check_name(name: str) -> str:
    trimmed = " ".join(name.split())
    if not trimmed:
        raise InputError(
            "A field has a name.", errors={"name": "Give a name that is more than spaces."}
        )
    if trimmed.casefold() in RESERVED or set(trimmed) & set("{}"):
        raise InputError(
            "A field cannot have this name.",
            errors={"name": "Give one without braces, which is not number, name or labels."},
        )
    return trimmed


def _check_choices(kind: FieldKind, choices: Sequence[str]) -> list[str]:
    trimmed = [" ".join(choice.split()) for choice in choices]
    if kind != "choice":
        if trimmed:
            raise InputError(
                "Only a choice has choices.", errors={"choices": "Give none for this kind."}
            )
        return []
    if not trimmed or not all(trimmed) or len({each.casefold() for each in trimmed}) < len(trimmed):
        raise InputError(
            "A choice needs its choices.",
            errors={"choices": "Give one or more, each with a text of its own."},
        )
    return trimmed


async def _require_unnamed(work: UnitOfWork, field: FieldOut) -> None:
    variable = contact_variable(field.name)
    uses = await count_field_uses(work.session, work.account_id, field, variable)
    if uses.templates:
        raise Conflict(
            f"Quick replies name {{{variable}}}. Change these first.",
            reason="in_use",
            templates=uses.templates,
        )


async def _tell(work: UnitOfWork, id_: UUID, now: datetime) -> FieldOut:
    field = await find_field(work.session, work.account_id, id_)
    if field is None:
        raise RuntimeError("the field vanished within its own unit of work")
    work.collect(FieldChanged(at=now, field=field), Audience.EVERYBODY)
    return field
