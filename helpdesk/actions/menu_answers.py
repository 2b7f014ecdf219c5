"""Menus: how one reads, and which choice an answer means. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from helpdesk.shapes.messages import Poll
from helpdesk.shapes.rules import Choice, MenuCondition

LONGEST_QUESTION = 255
"""Of a poll; a longer text goes out with numbers."""


def numbered(menu: MenuCondition) -> str:
    """Return the menu as a text with a number before each choice."""
    return list_choices(menu.text, [each.label for each in menu.choices])


def list_choices(text: str, choices: Iterable[str]) -> str:
    """Return a text with choices below it, each with its number."""
    lines = (f"{number}. {each.strip()}" for number, each in enumerate(choices, 1))
    return "\n".join((text.strip(), "", *lines))


def poll_of(menu: MenuCondition) -> Poll | None:
    """Return the menu as a poll, or None where the text is too long for a question."""
    question = menu.text.strip()
    if len(question) > LONGEST_QUESTION:
        return None
    return Poll(name=question, choices=[each.label.strip() for each in menu.choices])


def find_choice(menu: MenuCondition, text: str, votes: Sequence[str] = ()) -> Choice | None:
    """Return what an answer chooses: by a vote, a number, a label or a word; None where unclear.

    A number or label alone counts before what stands within a sentence, and there only what points
    at one choice.
    """
    if len(votes) > 1:
        return None
    answer = plain(votes[0] if votes else text)
    for number, choice in enumerate(menu.choices, 1):
        if answer == str(number) or answer in names_of(choice):
            return choice
    said = {place for place, each in enumerate(menu.choices) if _is_said(names_of(each), answer)}
    return menu.choices[said.pop()] if len(said) == 1 else None


def names_of(choice: Choice) -> set[str]:
    """Return what a choice answers to, plain."""
    return {plain(choice.label), *map(plain, choice.words)}


def find_clash(choices: Sequence[Choice]) -> str | None:
    """Return an answer that would choose two, or that is a number; None where all is clear."""
    return next(_clashes(choices), None)


def _clashes(choices: Iterable[Choice]) -> Iterator[str]:
    seen: set[str] = set()
    for choice in choices:
        names = names_of(choice)
        yield from sorted(name for name in names if name in seen or not name or name.isdigit())
        seen |= names


def _is_said(names: Iterable[str], answer: str) -> bool:
    return any(f" {name} " in f" {answer} " for name in names)


def plain(text: str) -> str:
    """Return a text in one case and one spelling of its letters, its words apart by one space."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(re.findall(r"[^\W_]+", folded))
