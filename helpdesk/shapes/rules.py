"""Rules: from a message to a division."""

from typing import Literal
from uuid import UUID

from msgspec import field

from helpdesk.shapes.words import Moment, Shape

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class TextCondition(Shape, frozen=True, forbid_unknown_fields=True, tag="text_contains"):
    """Matches when the text contains one of the words, whatever their case."""

    words: list[str]


class PatternCondition(Shape, frozen=True, forbid_unknown_fields=True, tag="text_matches"):
    """Matches when the pattern is found in the first 4,000 characters, whatever their case.

    A pattern is written as RE2 reads it, without look-around and back-references.
    """

    pattern: str


class LabelCondition(Shape, frozen=True, forbid_unknown_fields=True, tag="contact_label"):
    """Matches when the contact has one of the labels."""

    label_ids: list[UUID]


class HoursCondition(Shape, frozen=True, forbid_unknown_fields=True, tag="hours"):
    """Matches from one time of day, as `09:00`, until just before another, on some weekdays.

    Where `to` is not after `from` it ends on the next day. Without `time_zone` the account's
    counts. `is_outside` turns it around.
    """

    days: list[Weekday]
    start: str = field(name="from")
    end: str = field(name="to")
    time_zone: str | None = None
    is_outside: bool = False


class AlwaysCondition(Shape, frozen=True, forbid_unknown_fields=True, tag="always"):
    """Matches every message."""


PlainCondition = (
    TextCondition | PatternCondition | LabelCondition | HoursCondition | AlwaysCondition
)


class AllCondition(Shape, frozen=True, forbid_unknown_fields=True, tag="all_of"):
    """Matches when 2 to 5 others match, all of them."""

    conditions: list[PlainCondition]


class Choice(Shape, frozen=True, forbid_unknown_fields=True):
    """One line of a menu: chosen by its number, its label or one of its words."""

    label: str
    division_id: UUID
    words: list[str] = field(default_factory=list)


class MenuCondition(Shape, frozen=True, forbid_unknown_fields=True, tag="menu"):
    """Asks a person who begins a conversation which of the divisions it is for.

    Who chooses nothing twice, or nothing at all for `wait_minutes`, goes on to the rules after it.
    """

    text: str
    choices: list[Choice]
    wait_minutes: int = 10


Condition = PlainCondition | AllCondition | MenuCondition


class RuleOut(Shape, frozen=True):
    """One step from message to division; rules of a device are tried in the order of `position`.

    A menu has no `division_id`: its choices have.
    """

    id: UUID
    device_id: UUID
    name: str
    position: int
    condition: Condition
    division_id: UUID | None
    enabled: bool
    is_deleted: bool


class MenuOut(Shape, frozen=True):
    """The menu whose answer a conversation waits for, and how often it was asked again."""

    rule_id: UUID
    asked_at: Moment
    repeats: int


Verdict = Literal[
    "matches", "asks", "disabled", "no_word", "no_match", "no_label", "wrong_hours", "no_menu"
]


class TriedRule(Shape, frozen=True):
    """What came of trying a rule; `detail` says why, in a line."""

    rule_id: UUID
    name: str
    verdict: Verdict
    detail: str


class TriedAgent(Shape, frozen=True):
    """An agent of the division, and why it could not have the turn: nothing, if it could."""

    agent_id: UUID
    name: str
    is_eligible: bool
    reason: str


class TriedOut(Shape, frozen=True):
    """Where a message would go: by the rule that ends the list, else by the device's default.

    `division_id` is None where nothing leads anywhere, and where `menu` would be asked first.
    `is_anyway` says that nobody can take it now and that the division assigns it all the same.
    """

    division_id: UUID | None
    rule_id: UUID | None
    menu: MenuCondition | None
    rules: list[TriedRule]
    agents: list[TriedAgent]
    is_anyway: bool
