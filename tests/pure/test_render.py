"""Templates are filled once, by name, and nothing in them is evaluated."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.errors import InputError
from helpdesk.render import find_blanks, greeting, render

FIELDS = {"name": "Budi", "greeting": "Good morning"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hi {name}!", "Hi Budi!"),
        ("{greeting}, {name} {name}", "Good morning, Budi Budi"),
        ("{unknown} stays", "{unknown} stays"),
        ("{} {{}} { name }", "{} {{}} { name }"),
        ("{{name}}", "{Budi}"),
        ("{name.__class__}", "{name.__class__}"),
        ("100% {0} %s", "100% {0} %s"),
        ("", ""),
    ],
)
def test_fields_are_filled_by_name_and_other_braces_stay(text: str, filled: str) -> None:
    assert render(text, FIELDS, {}) == filled


def test_blanks_are_filled_from_what_is_given() -> None:
    assert render("Order {?order} for {name}", FIELDS, {"order": "42"}) == "Order 42 for Budi"


def test_blanks_that_were_not_given_are_named_each_once() -> None:
    with pytest.raises(InputError) as caught:
        render("{?order} {?day} {?order}", FIELDS, {"day": "  "})
    assert caught.value.detail == "Fill in the blanks: order, day."
    assert caught.value.facts["errors"] == {
        "blanks.order": "not given",
        "blanks.day": "not given",
    }


def test_a_blank_is_never_filled_from_the_fields() -> None:
    with pytest.raises(InputError):
        render("{?name}", FIELDS, {})


@given(st.text(), st.text(min_size=1).filter(str.strip))
def test_what_is_filled_in_is_not_looked_at_again(name: str, order: str) -> None:
    assert render("{name}|{?order}", {"name": name}, {"order": order}) == f"{name}|{order}"


@given(st.text())
def test_no_text_makes_it_fail_but_for_blanks(text: str) -> None:
    assert isinstance(render(text, FIELDS, dict.fromkeys(find_blanks(text), "x")), str)


@pytest.mark.parametrize(
    ("hour", "english", "indonesian"),
    [
        (3, "Good night", "Selamat malam"),
        (4, "Good morning", "Selamat pagi"),
        (10, "Good morning", "Selamat pagi"),
        (11, "Good afternoon", "Selamat siang"),
        (16, "Good afternoon", "Selamat siang"),
        (17, "Good evening", "Selamat sore"),
        (22, "Good night", "Selamat malam"),
    ],
)
def test_the_greeting_follows_the_hour(hour: int, english: str, indonesian: str) -> None:
    at = datetime(2026, 1, 1, hour, 59)  # noqa: DTZ001 - a wall clock
    assert (greeting(at, "en"), greeting(at, "id")) == (english, indonesian)
    assert greeting(at, "xx") == english
