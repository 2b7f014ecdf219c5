"""Rotators: named lists of numbers that take turns as the target of a send."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from helpdesk.shapes.words import Rotation, Shape


class RotatorNumber(Shape, frozen=True, forbid_unknown_fields=True):
    """A number, and its chance in proportion to the others' under partial rotation alone."""

    number: Annotated[str, Meta(min_length=1, max_length=40)]
    weight: Annotated[int, Meta(ge=1, le=100)] = 1


class RotatorBrief(Shape, frozen=True):
    """A rotator without its picks, which are never part of an event; `target` is `rotator#N`.

    Numbers are digits with their country code.
    """

    id: UUID
    target: str
    name: str
    rotation: Rotation
    numbers: list[RotatorNumber]
    is_deleted: bool


class RotatorOut(RotatorBrief, frozen=True):
    """A rotator; `picks` maps numbers, also those that left the list, to how often each was it."""

    picks: dict[str, int]
