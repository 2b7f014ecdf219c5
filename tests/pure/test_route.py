"""Routing: the first rule that matches, else the default, else the only division."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk import clock
from helpdesk.actions.conditions import Case
from helpdesk.actions.route import Route, find_route
from helpdesk.queries.rules import DeviceRoutes, RouteRule
from helpdesk.shapes.rules import (
    AllCondition,
    AlwaysCondition,
    Choice,
    Condition,
    LabelCondition,
    MenuCondition,
    PatternCondition,
    TextCondition,
)

NOW = clock.now()
SALES, SUPPORT, DEFAULT = (UUID(int=n) for n in range(1, 4))


def case(text: str) -> Case:
    """A text of somebody without labels."""
    return Case(text=text, at=NOW, time_zone="UTC")


def rule(number: int, division: UUID | None, condition: Condition) -> RouteRule:
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
    assert find_route(routes(WORDS, ALWAYS), case(text)) == Route(SALES, UUID(int=1))


def test_the_first_rule_that_matches_decides() -> None:
    assert find_route(routes(ALWAYS, WORDS), case("price")) == Route(SUPPORT, UUID(int=2))
    assert find_route(routes(WORDS, ALWAYS), case("hello")) == Route(SUPPORT, UUID(int=2))


def test_without_a_matching_rule_the_devices_default_decides() -> None:
    found = find_route(routes(WORDS, default=DEFAULT, only=(SUPPORT,)), case("hello"))
    assert found == Route(DEFAULT, None)


def test_without_a_default_the_only_division_of_the_device_decides() -> None:
    assert find_route(routes(only=(SUPPORT,)), case("hello")) == Route(SUPPORT, None)


@pytest.mark.parametrize("divisions", [(), (SALES, SUPPORT)])
def test_none_or_several_divisions_leave_it_unrouted(divisions: tuple[UUID, ...]) -> None:
    assert find_route(routes(only=divisions), case("hello")) == Route(None, None)


def test_a_message_without_text_matches_no_word() -> None:
    assert find_route(routes(WORDS), case("")) == Route(None)


CONDITIONS = st.one_of(
    st.builds(TextCondition, words=st.lists(st.sampled_from("abcA"), min_size=1, max_size=2)),
    st.builds(PatternCondition, pattern=st.sampled_from(["a", "b$", "^c"])),
    st.builds(LabelCondition, label_ids=st.lists(st.sampled_from([SALES, SUPPORT]), min_size=1)),
    st.just(AlwaysCondition()),
)
MENU = MenuCondition(
    text="?", choices=[Choice(label=label, division_id=SALES) for label in ("A", "B")]
)
ANY = st.one_of(
    CONDITIONS,
    st.builds(AllCondition, conditions=st.lists(CONDITIONS, min_size=2, max_size=3)),
    st.just(MENU),
)


def holds(condition: Condition, text: str, labels: frozenset[UUID], *, may_ask: bool) -> bool:
    """What each condition means, said in the plainest way."""
    match condition:
        case TextCondition():
            return any(word.lower() in text.lower() for word in condition.words)
        case PatternCondition():
            return re.search(condition.pattern, text, re.IGNORECASE) is not None
        case LabelCondition():
            return not labels.isdisjoint(condition.label_ids)
        case AllCondition():
            return all(holds(each, text, labels, may_ask=False) for each in condition.conditions)
        case MenuCondition():
            return may_ask
        case _:
            return True


@given(
    st.lists(ANY, max_size=5), st.text("abcABC ", max_size=4),
    st.frozensets(st.sampled_from([SALES, SUPPORT])), st.sampled_from([[], [MENU]]),
    st.sampled_from([None, DEFAULT]), st.integers(0, 6),
)  # fmt: skip
def test_route_is_what_a_plain_reference_finds(
    conditions: list[Condition], text: str, labels: frozenset[UUID],
    asked: list[MenuCondition], default: UUID | None, after: int,
) -> None:  # fmt: skip
    rules = [
        rule(10 + at, None if each is MENU else SUPPORT, each) for at, each in enumerate(conditions)
    ]
    may_ask = bool(asked)
    tried = Case(text=text, at=NOW, time_zone="UTC", labels=labels, may_ask=may_ask)
    found = find_route(routes(*rules, default=default), tried, after=UUID(int=9 + after))
    following = rules[after:] if after <= len(rules) else rules
    first = next((r for r in following if holds(r.condition, text, labels, may_ask=may_ask)), None)
    assert (found.rule_id, found.menu) == (
        first.id if first else None,
        first.condition if first and first.condition is MENU else None,
    )
    assert found.division_id == (first.division_id if first else default)
