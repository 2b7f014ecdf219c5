"""Conditions of rules: whether one holds for a message, and if not, why not. Pure."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import re2
from msgspec import Struct

from helpdesk.hours import is_within
from helpdesk.shapes.rules import (
    AllCondition,
    AlwaysCondition,
    HoursCondition,
    LabelCondition,
    MenuCondition,
    PatternCondition,
    PlainCondition,
    TextCondition,
    Verdict,
    Weekday,
)
from helpdesk.shapes.setup import Window

MOST_MATCHED_CHARS = 4_000
SHOWN_CHARS = 60
DAYS: tuple[Weekday, ...] = get_args(Weekday)


class Case(Struct, frozen=True, kw_only=True):
    """What rules are tried on: a message, its contact and the moment.

    `may_ask` says whether a menu may be asked now.
    """

    text: str
    at: datetime
    time_zone: str
    labels: frozenset[UUID] = frozenset()
    may_ask: bool = False


class Obstacle(Struct, frozen=True):
    """Why a condition does not hold, as a word and as a line."""

    verdict: Verdict
    detail: str


class PatternError(ValueError):
    """A pattern that the engine refuses; the text is its reason."""


def find_obstacle(
    condition: PlainCondition | AllCondition | MenuCondition, case: Case
) -> Obstacle | None:
    """Return why the condition does not hold for the case; None where it holds."""
    match condition:
        case AllCondition(conditions=parts):
            return next(filter(None, (_plain(part, case) for part in parts)), None)
        case MenuCondition():
            told = "The menu is asked when a person begins a conversation, once."
            return None if case.may_ask else Obstacle("no_menu", told)
        case _:
            return _plain(condition, case)


def _plain(condition: PlainCondition, case: Case) -> Obstacle | None:
    match condition:
        case AlwaysCondition():
            return None
        case TextCondition(words=words):
            return _find_words(words, case.text)
        case PatternCondition(pattern=pattern):
            is_found = compiled(pattern).search(case.text[:MOST_MATCHED_CHARS])
            told = f"The text does not match {_short(pattern)}."
            return None if is_found else Obstacle("no_match", told)
        case LabelCondition(label_ids=label_ids):
            told = "The contact has none of the labels."
            return None if case.labels & set(label_ids) else Obstacle("no_label", told)
        case HoursCondition():
            return _compare_hours(condition, case)


def _find_words(words: Sequence[str], text: str) -> Obstacle | None:
    folded = text.casefold()
    if any(word.casefold() in folded for word in words):
        return None
    return Obstacle("no_word", f"The text has none of the words {_short(', '.join(words))}.")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"


@lru_cache(maxsize=1_000)
def compiled(pattern: str) -> Any:
    """Return the pattern, ready to search in linear time. Raises PatternError with the reason."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        raise PatternError(
            reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        ) from None


def _compare_hours(hours: HoursCondition, case: Case) -> Obstacle | None:
    zone = hours.time_zone or case.time_zone
    local = case.at.astimezone(ZoneInfo(zone))
    if is_within(window_of(hours), local) is not hours.is_outside:
        return None
    side = "within" if hours.is_outside else "outside"
    days = ", ".join(day for day in DAYS if day in hours.days)
    told = (
        f"It is {DAYS[local.weekday()]} {local:%H:%M} in {zone}, {side} {days} "
        f"{hours.start}-{hours.end}."
    )
    return Obstacle("wrong_hours", told)


def window_of(hours: HoursCondition) -> Window:
    """Return the hours as divisions keep theirs."""
    days = [DAYS.index(day) for day in hours.days]
    return Window(days=days, from_=hours.start, to=hours.end)
