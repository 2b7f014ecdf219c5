"""Autoreplies: what a device answers by itself."""

from typing import Literal
from uuid import UUID

from helpdesk.shapes.messages import MediaOut, Poll
from helpdesk.shapes.rules import HoursCondition
from helpdesk.shapes.words import AutoreplyKind, Shape


class Trigger(Shape, frozen=True):
    """Which messages an autoreply answers, and when: at all hours where `hours` is null.

    `exact`, `contains` and `starts_with` compare with each of `words`, whatever their case;
    `matches` searches `pattern`, written as RE2 reads it, in the first 4,000 characters; `default`
    takes what none of the others answers.
    """

    kind: AutoreplyKind
    words: list[str]
    pattern: str
    hours: HoursCondition | None


class AutoreplyOut(Trigger, frozen=True):
    """What a device answers by itself; those of a device are tried in the order of `position`.

    The answer is that of a template, or a text with a file, a poll or a rotator, whose picked
    number stands at `{rotator.number}`. One whose template or rotator was deleted says nothing.
    """

    id: UUID
    device_id: UUID
    name: str
    position: int
    text: str
    template_id: UUID | None
    attachment: MediaOut | None
    poll: Poll | None
    rotator_id: UUID | None
    enabled: bool
    is_deleted: bool


AutoreplyVerdict = Literal[
    "answers", "disabled", "no_word", "no_match", "wrong_hours", "not_needed"
]


AutoreplySilencer = Literal["webhook", "autoread", "personal", "source"]
"""The setting of a device that keeps its autoreplies silent."""


class TriedAutoreply(Shape, frozen=True):
    """What came of trying an autoreply; `detail` says why, in a line."""

    autoreply_id: UUID
    name: str
    verdict: AutoreplyVerdict
    detail: str


class AutoreplyTriedOut(Shape, frozen=True):
    """Which autoreply would answer a message, if any, and what came of each.

    `silenced_by` is the setting of the device for which none of them answers now: a webhook that is
    told of messages, `autoread` or `personal` that is off, or another `source` of answers.
    """

    autoreply_id: UUID | None
    silenced_by: AutoreplySilencer | None
    autoreplies: list[TriedAutoreply]
