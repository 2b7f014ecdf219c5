"""Triggers of autoreplies: which one answers a message, and why another does not. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from helpdesk.actions.conditions import Case, Obstacle, find_obstacle
from helpdesk.gateways import Inbound
from helpdesk.shapes.autoreplies import Trigger
from helpdesk.shapes.rules import PatternCondition, TextCondition
from helpdesk.shapes.words import AutoreplyKind

AnyTrigger = TypeVar("AnyTrigger", bound=Trigger)


class Said(Struct, frozen=True, kw_only=True):
    """What autoreplies are tried on: a text, when it came, and whether the default may take it.

    `time_zone` counts where an autoreply's hours name none.
    """

    text: str
    at: datetime
    time_zone: str
    is_for_default: bool = True


def said_by(inbound: Inbound, *, at: datetime, time_zone: str) -> Said:
    """Return what is tried of a message: the text, or what was voted for.

    The default answers neither votes nor what people write to each other in a group.
    """
    is_vote = inbound.kind == "poll_vote"
    text = next(iter(inbound.choices), "") if is_vote else inbound.text
    is_for_default = not (is_vote or inbound.is_group)
    return Said(text=text, at=at, time_zone=time_zone, is_for_default=is_for_default)


def find_answer(triggers: Sequence[AnyTrigger], said: Said) -> AnyTrigger | None:
    """Return the first that answers: by what is said, else one for everything else."""
    able = [each for each in triggers if find_hindrance(each, said) is None]
    named = (each for each in able if each.kind != "default")
    others = (each for each in able if each.kind == "default" and said.is_for_default)
    return next(named, next(others, None))


def find_hindrance(trigger: Trigger, said: Said) -> Obstacle | None:
    """Return why a trigger does not fit what is said, alone; None where it does."""
    case = Case(text=said.text, at=said.at, time_zone=said.time_zone)
    if trigger.hours and (closed := find_obstacle(trigger.hours, case)):
        return closed
    if trigger.kind == "default":
        return None
    if trigger.kind == "matches":
        return find_obstacle(PatternCondition(pattern=trigger.pattern), case)
    if trigger.kind == "contains":
        return find_obstacle(TextCondition(words=trigger.words), case)
    text, compare = tidy(said.text), _COMPARED[trigger.kind]
    if any(compare(text, tidy(word)) for word in trigger.words):
        return None
    return Obstacle("no_word", f"The text {_TOLD[trigger.kind]} none of the words.")


def tidy(text: str) -> str:
    """Return a text as it is compared: in one case, its words one space apart."""
    return " ".join(text.split()).casefold()


_COMPARED: dict[AutoreplyKind, Callable[[str, str], bool]] = {
    "exact": str.__eq__,
    "starts_with": str.startswith,
}
_TOLD: dict[AutoreplyKind, str] = {"exact": "is", "starts_with": "begins with"}
