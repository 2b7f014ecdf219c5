"""Rules: from a message to a division."""

from uuid import UUID

from helpdesk.shapes.words import Shape


class TextCondition(Shape, frozen=True, forbid_unknown_fields=True, tag="text_contains"):
    """Matches when the text contains one of the words, whatever their case."""

    words: list[str]


class AlwaysCondition(Shape, frozen=True, forbid_unknown_fields=True, tag="always"):
    """Matches every message."""


Condition = TextCondition | AlwaysCondition


class RuleOut(Shape, frozen=True):
    """One step from message to division; rules of a device are tried in the order of `position`."""

    id: UUID
    device_id: UUID
    name: str
    position: int
    condition: Condition
    division_id: UUID
    enabled: bool
    is_deleted: bool
