"""Templates are filled once, by name, and nothing in them is evaluated."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.errors import InputError
from helpdesk.render import check_automatic, check_places, find_blanks, greeting, render

KNOWN = ("contact.name", "time.greeting")
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
        "blanks.order": "Missing. Give a text.",
        "blanks.day": "Missing. Give a text.",
    }


def test_a_blank_is_never_filled_from_the_fields() -> None:
    with pytest.raises(InputError):
        render("{?name}", FIELDS, {})


@given(st.text(), st.text(min_size=1).filter(str.strip))
def test_what_is_filled_in_is_not_looked_at_again(name: str, order: str) -> None:
    assert render("{name}|{?order}", {"name": name}, {"order": order}) == f"{name}|{order}"


@pytest.mark.parametrize(
    "text",
    [
        "{contact.name} {time.greeting} {?order number} {?order number}",
        "{} {0} {3.5} {name} { name } { a.b } {{7*7}} {'a': 1.5}",
        "{{contact.name}} {name.__class__} {contact.name {unclosed",
        "{?" + "x" * 100 + "}",
        "",
    ],
)
def test_what_can_be_filled_in_and_plain_braces_are_taken(text: str) -> None:
    check_places(text, KNOWN)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "{contct.name}",
            "There is no variable {contct.name}. Give one of {contact.name}, {time.g",
        ),
        ("Hi {contact.nmae}, {a.b_c.d}", "There is no variable {contact.nmae}, {a.b_c.d}. Give"),
        ("{Contact.Name}", "There is no variable {Contact.Name}."),
        ("{{ contact.name }}", "There is no variable { contact.name }."),
        ("{?order\nnumber}", "Write the name of the blank {?order number} in one line."),
        ("{?}", "Give a blank a name, as in {?order number}."),
        ("{? }", "Give a blank a name, as in {?order number}."),
        ("{?" + "x" * 101 + "}", "Give a blank a name of at most 100 characters."),
        ("{?Order} {?order}", "{?Order} and {?order} are one blank. Write"),
        ("{?order no} {? order  no}", "{?order no} and {? order  no} are one blank"),
    ],
)
def test_what_could_never_be_filled_in_is_refused_beside_the_text(text: str, fault: str) -> None:
    with pytest.raises(InputError) as caught:
        check_places(text, KNOWN)
    assert caught.value.facts["errors"]["text"].startswith(fault)
    assert caught.value.detail.startswith(fault)


@given(st.text(alphabet="{}?.a A"))
def test_every_blank_of_what_is_taken_is_asked_for(text: str) -> None:
    try:
        check_places(text, KNOWN)
    except InputError:
        return
    assert set(re.findall(r"\{\?([^{}]*)\}", text)) == set(find_blanks(text))


@given(st.text())
def test_no_text_makes_it_fail_but_for_blanks(text: str) -> None:
    assert isinstance(render(text, FIELDS, dict.fromkeys(find_blanks(text), "x")), str)


@pytest.mark.parametrize(
    ("hour", "english", "indonesian"),
    [
        (3, "Good evening", "Selamat malam"),
        (4, "Good morning", "Selamat pagi"),
        (10, "Good morning", "Selamat pagi"),
        (11, "Good afternoon", "Selamat siang"),
        (16, "Good afternoon", "Selamat siang"),
        (17, "Good evening", "Selamat sore"),
        (22, "Good evening", "Selamat malam"),
    ],
)
def test_the_greeting_follows_the_hour(hour: int, english: str, indonesian: str) -> None:
    at = datetime(2026, 1, 1, hour, 59)  # noqa: DTZ001 - a wall clock
    assert (greeting(at, "en"), greeting(at, "id")) == (english, indonesian)
    assert greeting(at, "xx") == english


def test_a_text_that_is_sent_by_itself_has_no_blanks_and_no_unknown_variables() -> None:
    check_automatic("Hi {contact.name} {:-)}", KNOWN, field="greeting")
    with pytest.raises(InputError) as caught:
        check_automatic("{agent.name} {?order}", KNOWN, field="greeting")
    assert caught.value.facts["errors"] == {
        "greeting": "There is no variable {agent.name}. Give one of {contact.name}, "
        "{time.greeting}. Nobody fills in {?order}: this text is sent by itself."
    }
