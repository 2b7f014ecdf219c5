"""Conditions: when each holds, and what is said where it does not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.actions.conditions import DAYS, Case, PatternError, compiled, find_obstacle, window_of
from helpdesk.hours import is_within
from helpdesk.shapes.rules import (
    AllCondition,
    AlwaysCondition,
    Choice,
    HoursCondition,
    LabelCondition,
    MenuCondition,
    PatternCondition,
    TextCondition,
)

VIP, OTHER = UUID(int=1), UUID(int=2)
SATURDAY = datetime(2026, 1, 31, 2, 30, tzinfo=UTC)  # 09:30 in Jakarta


def case(text: str = "", *, at: datetime = SATURDAY, labels: frozenset[UUID] = frozenset()) -> Case:
    return Case(text=text, at=at, time_zone="Asia/Jakarta", labels=labels)


def hours(start: str, end: str, *days: str, **fields: object) -> HoursCondition:
    return HoursCondition(days=list(days), start=start, end=end, **fields)  # type: ignore[arg-type]


def holds(condition: object, tried: Case) -> bool:
    return find_obstacle(condition, tried) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["order 66", "My ORDER  123 please", "x\norder 9"])
def test_pattern_is_found_anywhere_in_whatever_case(text: str) -> None:
    assert holds(PatternCondition(pattern=r"order\s+\d+"), case(text))
    assert not holds(PatternCondition(pattern=r"^order\s+\d+$"), case("no order 6 here"))


def test_pattern_reads_the_first_characters_only() -> None:
    condition = PatternCondition(pattern="price")
    assert holds(condition, case("x" * 3_995 + "price"))
    assert not holds(condition, case("x" * 3_996 + "price"))


def test_pattern_that_makes_other_engines_hang_is_answered_in_linear_time() -> None:
    assert not holds(PatternCondition(pattern=r"(a+)+(a+)+(a+)+$"), case("a" * 3_999 + "b"))


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("(abc", "missing )"), (r"(a)\1", "invalid escape sequence"), ("(?=x)", "operator")],
)
def test_engine_says_why_it_refuses_a_pattern(pattern: str, reason: str) -> None:
    with pytest.raises(PatternError, match=r".+") as refused:
        compiled(pattern)
    assert reason in str(refused.value)


def test_one_of_the_labels_is_enough() -> None:
    condition = LabelCondition(label_ids=[VIP, OTHER])
    assert holds(condition, case(labels=frozenset({OTHER})))
    assert not holds(condition, case(labels=frozenset({UUID(int=3)})))
    assert not holds(condition, case())


@pytest.mark.parametrize(
    ("start", "end", "days", "expected"),
    [
        ("09:00", "17:00", ("sat",), True),
        ("09:30", "09:31", ("sat",), True),
        ("09:00", "09:30", ("sat",), False),
        ("09:00", "17:00", ("sun",), False),
        ("22:00", "10:00", ("fri",), True),
        ("22:00", "10:00", ("sat",), False),
        ("22:00", "09:30", ("fri",), False),
        ("09:30", "09:30", ("sat",), True),
        ("10:00", "10:00", ("fri",), True),
    ],
)
def test_hours_are_of_the_weekday_on_which_they_begin(
    start: str, end: str, days: tuple[str, ...], *, expected: bool
) -> None:
    assert holds(hours(start, end, *days), case()) is expected
    assert holds(hours(start, end, *days, is_outside=True), case()) is not expected


def test_hours_are_those_of_their_own_time_zone_where_one_is_given() -> None:
    night = hours("02:00", "03:00", "sat", time_zone="UTC")
    assert holds(night, case())
    assert not holds(hours("02:00", "03:00", "sat"), case())


MINUTES = st.integers(0, 24 * 60 - 1)


@given(MINUTES, MINUTES, st.sets(st.sampled_from(DAYS)), st.integers(0, 7 * 24 * 60 - 1))
def test_hours_are_the_minutes_that_a_walk_through_the_week_finds(
    start: int, end: int, days: set[str], minute: int
) -> None:
    length = (end - start) % 1440 or 1440
    walked = {
        (DAYS.index(day) * 1440 + start + step) % (7 * 1440)  # type: ignore[arg-type]
        for day in days
        for step in range(length)
    }
    clocks = [f"{each // 60:02}:{each % 60:02}" for each in (start, end)]
    local = datetime(2026, 1, 26, tzinfo=UTC) + timedelta(minutes=minute)  # a Monday
    assert is_within(window_of(hours(*clocks, *days)), local) is (minute in walked)


def test_all_of_the_parts_must_hold_and_the_first_that_does_not_is_named() -> None:
    saturday, price = hours("00:00", "00:00", "sat"), TextCondition(words=["price"])
    both = AllCondition(conditions=[saturday, price, AlwaysCondition()])
    assert holds(both, case("Price?"))
    obstacle = find_obstacle(both, case("Hello"))
    assert obstacle
    assert (obstacle.verdict, "price" in obstacle.detail) == ("no_word", True)


def test_menu_is_asked_only_where_it_may_be() -> None:
    menu = MenuCondition(text="?", choices=[Choice(label=n, division_id=VIP) for n in "AB"])
    assert not holds(menu, case())
    assert holds(menu, Case(text="", at=SATURDAY, time_zone="UTC", may_ask=True))


def test_what_is_said_of_the_hours_names_the_local_time() -> None:
    obstacle = find_obstacle(hours("10:00", "17:00", "sat", "mon"), case())
    assert obstacle
    told = "It is sat 09:30 in Asia/Jakarta, outside mon, sat 10:00-17:00."
    assert obstacle.detail == told
