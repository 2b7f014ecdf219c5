"""Routing: the first rule that matches, else the default, else the only division."""

from uuid import UUID

import pytest

from helpdesk.actions.route import Route, find_route
from helpdesk.queries.rules import DeviceRoutes, RouteRule
from helpdesk.shapes.rules import AlwaysCondition, Condition, TextCondition

SALES, SUPPORT, DEFAULT = (UUID(int=n) for n in range(1, 4))


def rule(number: int, division: UUID, condition: Condition) -> RouteRule:
    """A rule with this number as its id."""
    return RouteRule(UUID(int=number), division, condition)


def routes(
    *rules: RouteRule, default: UUID | None = None, only: tuple[UUID, ...] = ()
) -> DeviceRoutes:
    """What is known of a device."""
    return DeviceRoutes(
        rules=list(rules), default_division_id=default, agent_division_ids=list(only)
    )


WORDS = rule(1, SALES, TextCondition(words=["Price", "harga"]))
ALWAYS = rule(2, SUPPORT, AlwaysCondition())


@pytest.mark.parametrize("text", ["price?", "The PRICE list", "berapa harganya", "HARGA"])
def test_words_are_found_in_whatever_case_and_inside_of_words(text: str) -> None:
    assert find_route(routes(WORDS, ALWAYS), text) == Route(SALES, UUID(int=1))


def test_the_first_rule_that_matches_decides() -> None:
    assert find_route(routes(ALWAYS, WORDS), "price") == Route(SUPPORT, UUID(int=2))
    assert find_route(routes(WORDS, ALWAYS), "hello") == Route(SUPPORT, UUID(int=2))


def test_without_a_matching_rule_the_devices_default_decides() -> None:
    found = find_route(routes(WORDS, default=DEFAULT, only=(SUPPORT,)), "hello")
    assert found == Route(DEFAULT, None)


def test_without_a_default_the_only_division_of_the_device_decides() -> None:
    assert find_route(routes(only=(SUPPORT,)), "hello") == Route(SUPPORT, None)


@pytest.mark.parametrize("divisions", [(), (SALES, SUPPORT)])
def test_none_or_several_divisions_leave_it_unrouted(divisions: tuple[UUID, ...]) -> None:
    assert find_route(routes(only=divisions), "hello") == Route(None, None)


def test_a_message_without_text_matches_no_word() -> None:
    assert find_route(routes(WORDS), "") == Route(None)
