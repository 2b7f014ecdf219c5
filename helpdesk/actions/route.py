"""Routing: which division a message goes to. Pure, from what `queries.rules` read."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from helpdesk.queries.rules import DeviceRoutes
from helpdesk.shapes.rules import AlwaysCondition, Condition, TextCondition


class Route(Struct, frozen=True):
    """Where a message goes; `division_id` is None when no rule matched and nothing is set."""

    division_id: UUID | None
    rule_id: UUID | None = None


def find_route(routes: DeviceRoutes, text: str) -> Route:
    """Return the first matching rule's division, else the device's default, else the only one.

    The only one: the single division that has an agent of this device.
    """
    folded = text.casefold()
    for rule in routes.rules:
        if _matches(rule.condition, folded):
            return Route(rule.division_id, rule.id)
    return Route(routes.default_division_id or _only(routes.agent_division_ids))


def _matches(condition: Condition, folded: str) -> bool:
    match condition:
        case AlwaysCondition():
            return True
        case TextCondition(words=words):
            return any(word.casefold() in folded for word in words)


def _only(divisions: Sequence[UUID]) -> UUID | None:
    return divisions[0] if len(divisions) == 1 else None
