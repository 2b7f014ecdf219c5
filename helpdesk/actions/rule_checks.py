"""What the condition of a rule may hold: checked when it is saved, refused by field."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import available_timezones

from helpdesk.actions.conditions import PatternError, compiled
from helpdesk.actions.menu_answers import find_clash
from helpdesk.errors import InputError
from helpdesk.shapes.rules import (
    AllCondition,
    Choice,
    Condition,
    HoursCondition,
    LabelCondition,
    MenuCondition,
    PatternCondition,
    TextCondition,
)

MOST_WORDS = 50
MOST_CHARS = 100
MOST_PATTERN_CHARS = 200
MOST_LABELS = 20
MOST_PARTS = 5
MOST_MENU_CHARS = 1_000
MOST_CHOICES = 10
MOST_CHOICE_WORDS = 20
MOST_WAIT_MINUTES = 24 * 60
CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def check_condition(condition: Condition) -> None:
    """Raise InputError, by field, for a condition that could not be tried."""
    _check(condition, "condition")


def _check(condition: Condition, at: str) -> None:
    check = _CHECKS.get(type(condition))
    if check:
        check(condition, at)


def check_words(words: Sequence[str], field: str) -> None:
    """Raise InputError, for the field, unless there are words that a text may have."""
    if not 1 <= len(words) <= MOST_WORDS:
        _refuse(f"Give 1 to {MOST_WORDS} words.", field)
    if not all(word.strip() and len(word) <= MOST_CHARS for word in words):
        _refuse(f"Give words of 1 to {MOST_CHARS} characters, not only spaces.", field)


def check_pattern(pattern: str, field: str) -> None:
    """Raise InputError, for the field, unless the pattern can be searched."""
    if not 1 <= len(pattern) <= MOST_PATTERN_CHARS:
        _refuse(f"Give a pattern of 1 to {MOST_PATTERN_CHARS} characters.", field)
    try:
        compiled(pattern)
    except PatternError as error:
        _refuse(f"This pattern cannot be used: {error}.", field)


def _check_words(condition: TextCondition, at: str) -> None:
    check_words(condition.words, f"{at}.words")


def _check_pattern(condition: PatternCondition, at: str) -> None:
    check_pattern(condition.pattern, f"{at}.pattern")


def _check_labels(condition: LabelCondition, at: str) -> None:
    if not 1 <= len(condition.label_ids) <= MOST_LABELS:
        _refuse(f"Give 1 to {MOST_LABELS} labels.", f"{at}.label_ids")


def check_hours(condition: HoursCondition, at: str) -> None:
    """Raise InputError, by field below `at`, for hours that no clock shows."""
    if not condition.days:
        _refuse("Give one weekday at least.", f"{at}.days")
    for name, clock in (("from", condition.start), ("to", condition.end)):
        if not CLOCK.fullmatch(clock):
            _refuse("Give a time such as 09:30.", f"{at}.{name}")
    zone = condition.time_zone
    if zone is not None and zone not in available_timezones():
        _refuse("Give a name of the IANA list, such as Asia/Jakarta.", f"{at}.time_zone")


def _check_all(condition: AllCondition, at: str) -> None:
    if not 2 <= len(condition.conditions) <= MOST_PARTS:
        _refuse(f"Give 2 to {MOST_PARTS} conditions.", f"{at}.conditions")
    for place, part in enumerate(condition.conditions):
        _check(part, f"{at}.conditions[{place}]")


def _check_menu(condition: MenuCondition, at: str) -> None:
    if not (condition.text.strip() and len(condition.text) <= MOST_MENU_CHARS):
        _refuse(f"Give a text of 1 to {MOST_MENU_CHARS:,} characters.", f"{at}.text")
    if not 1 <= condition.wait_minutes <= MOST_WAIT_MINUTES:
        _refuse(f"Give 1 to {MOST_WAIT_MINUTES:,} minutes.", f"{at}.wait_minutes")
    _check_choices(condition.choices, f"{at}.choices")


def _check_choices(choices: Sequence[Choice], at: str) -> None:
    if not 2 <= len(choices) <= MOST_CHOICES:
        _refuse(f"Give 2 to {MOST_CHOICES} choices.", at)
    for place, choice in enumerate(choices):
        if not (choice.label.strip() and len(choice.label) <= MOST_CHARS):
            _refuse(f"Give a label of 1 to {MOST_CHARS} characters.", f"{at}[{place}].label")
        if len(choice.words) > MOST_CHOICE_WORDS:
            _refuse(f"Give at most {MOST_CHOICE_WORDS} words.", f"{at}[{place}].words")
        if not all(word.strip() and len(word) <= MOST_CHARS for word in choice.words):
            _refuse(f"Give words of 1 to {MOST_CHARS} characters.", f"{at}[{place}].words")
    clash = find_clash(choices)
    if clash is not None:
        _refuse(
            f'"{clash}" does not tell the choices apart. Labels and words have letters, are no'
            " numbers, and each stands once.",
            at,
        )


def _refuse(reason: str, field: str) -> None:
    raise InputError(reason, errors={field: reason})


_CHECKS: dict[type, Callable[[Any, str], None]] = {
    TextCondition: _check_words,
    PatternCondition: _check_pattern,
    LabelCondition: _check_labels,
    HoursCondition: check_hours,
    AllCondition: _check_all,
    MenuCondition: _check_menu,
}
