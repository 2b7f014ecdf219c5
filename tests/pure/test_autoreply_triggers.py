"""Triggers of autoreplies: which of a device's list answers a text."""

from datetime import UTC, datetime
from typing import Any

import pytest

from helpdesk.actions.autoreply_triggers import Said, find_answer, find_hindrance, said_by
from helpdesk.gateways import Inbound
from helpdesk.shapes.autoreplies import Trigger
from helpdesk.shapes.rules import HoursCondition

MONDAY = datetime(2026, 3, 2, 5, tzinfo=UTC)
"""Noon in Jakarta."""
OFFICE = HoursCondition(days=["mon"], start="08:00", end="17:00")
CLOSED = HoursCondition(days=["mon"], start="08:00", end="17:00", is_outside=True)


def trigger(kind: Any = "default", *words: str, **fields: Any) -> Trigger:
    return Trigger(**{"kind": kind, "words": list(words), "pattern": "", "hours": None} | fields)


def said(text: str, **fields: Any) -> Said:
    return Said(**{"text": text, "at": MONDAY, "time_zone": "Asia/Jakarta"} | fields)


@pytest.mark.parametrize(
    ("kind", "text", "verdict"),
    [
        ("exact", "Price  List", "fits"),
        ("exact", " PRICE LIST\n", "fits"),
        ("exact", "the price list", "no_word"),
        ("starts_with", "Price list, please", "fits"),
        ("starts_with", "My price list", "no_word"),
        ("contains", "Send me the PRICE LIST now", "fits"),
        ("contains", "Send me a price", "no_word"),
    ],
)
def test_words_are_compared_by_the_kind_whatever_their_case(
    kind: str, text: str, verdict: str
) -> None:
    hindrance = find_hindrance(trigger(kind, "nothing", "price list"), said(text))
    assert (hindrance.verdict if hindrance else "fits") == verdict


def test_a_pattern_is_searched_whatever_its_case() -> None:
    order = trigger("matches", pattern=r"^order \d+$")
    assert find_hindrance(order, said("ORDER 12")) is None
    hindrance = find_hindrance(order, said("order twelve"))
    assert hindrance is not None
    assert hindrance.verdict == "no_match"


def test_the_first_that_fits_answers_and_the_default_only_when_none_does() -> None:
    default, first, second = trigger(), trigger("contains", "a"), trigger("contains", "ab")
    assert find_answer([default, first, second], said("abc")) is first
    assert find_answer([default, first, second], said("xyz")) is default
    assert find_answer([first, second], said("xyz")) is None


def test_hours_keep_an_autoreply_for_its_time() -> None:
    by_day, by_night = trigger(hours=OFFICE), trigger(hours=CLOSED)
    assert find_answer([by_night, by_day], said("Hi")) is by_day
    late = datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert find_answer([by_day, by_night], said("Hi", at=late)) is by_night
    assert find_answer([by_day], said("Hi", at=late)) is None


def test_a_vote_is_answered_by_what_was_chosen_and_never_by_the_default() -> None:
    word, default = trigger("exact", "red"), trigger()
    for choices, expected in ((["Red"], word), (["Blue"], None), ([], None)):
        vote = Inbound(address="6281", kind="poll_vote", text="", choices=choices)
        heard = said_by(vote, at=MONDAY, time_zone="UTC")
        assert find_answer([word, default], heard) is expected


def test_in_a_group_the_default_says_nothing() -> None:
    word, default = trigger("exact", "price"), trigger()
    for text, expected in (("Price", word), ("Lunch?", None)):
        line = Inbound(address="1@g.us", text=text, is_group=True)
        assert find_answer([word, default], said_by(line, at=MONDAY, time_zone="UTC")) is expected
