"""Routing: which division a message goes to. Pure, from what `queries.rules` read."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.conditions import Case, find_obstacle
from helpdesk.queries.rules import DeviceRoutes, RouteRule
from helpdesk.shapes.rules import MenuCondition


class Route(Struct, frozen=True):
    """Where a message goes; `division_id` is None when no rule matched and nothing is set.

    Where `menu` is given, the rule asks first.
    """

    division_id: UUID | None
    rule_id: UUID | None = None
    menu: MenuCondition | None = None


def find_route(routes: DeviceRoutes, case: Case, *, after: UUID | None = None) -> Route:
    """Return the first matching rule's division, else the device's default, else the only one.

    The only one: the single division that has an agent of this device. `after` is the rule behind
    which to begin.
    """
    for rule in _following(routes.rules, after):
        if find_obstacle(rule.condition, case) is None:
            menu = rule.condition if isinstance(rule.condition, MenuCondition) else None
            return Route(rule.division_id, rule.id, menu)
    return Route(routes.default_division_id or _only(routes.agent_division_ids))


def _following(rules: Sequence[RouteRule], after: UUID | None) -> Sequence[RouteRule]:
    places = [place for place, rule in enumerate(rules) if rule.id == after]
    return rules[places[0] + 1 :] if places else rules


def _only(divisions: Sequence[UUID]) -> UUID | None:
    return divisions[0] if len(divisions) == 1 else None
