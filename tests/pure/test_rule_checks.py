"""What a rule's condition may hold is checked by field, with words."""

from uuid import UUID

import pytest

from helpdesk.actions.rule_checks import check_condition
from helpdesk.errors import InputError
from helpdesk.shapes.rules import (
    AllCondition,
    AlwaysCondition,
    Choice,
    Condition,
    HoursCondition,
    LabelCondition,
    MenuCondition,
    PatternCondition,
    TextCondition,
)

D = UUID(int=1)
A, B = Choice(label="A", division_id=D), Choice(label="B", division_id=D)
OPEN = HoursCondition(days=["mon"], start="09:00", end="17:00")


@pytest.mark.parametrize(
    "condition",
    [
        TextCondition(words=["price"]),
        PatternCondition(pattern="^a"),
        LabelCondition(label_ids=[D]),
        OPEN,
        AlwaysCondition(),
        AllCondition(conditions=[OPEN, TextCondition(words=["x"])]),
        MenuCondition(text="?", choices=[A, B], wait_minutes=1440),
    ],
    ids=lambda condition: type(condition).__name__,
)
def test_sound_condition_is_taken(condition: Condition) -> None:
    check_condition(condition)


def hours(**fields: object) -> HoursCondition:
    return HoursCondition(**{"days": ["mon"], "start": "09:00", "end": "17:00"} | fields)  # type: ignore[arg-type]


BAD: list[tuple[Condition, str]] = [
    (TextCondition(words=[]), "words"),
    (TextCondition(words=["a"] * 51), "words"),
    (PatternCondition(pattern=""), "pattern"),
    (PatternCondition(pattern="a" * 201), "pattern"),
    (PatternCondition(pattern="(a"), "pattern"),
    (LabelCondition(label_ids=[]), "label_ids"),
    (LabelCondition(label_ids=[D] * 21), "label_ids"),
    (hours(days=[]), "days"),
    (hours(start="9:00"), "from"),
    (hours(end="24:00"), "to"),
    (hours(end="12:60"), "to"),
    (hours(time_zone="Mars/Base"), "time_zone"),
    (AllCondition(conditions=[OPEN]), "conditions"),
    (AllCondition(conditions=[OPEN] * 6), "conditions"),
    (AllCondition(conditions=[OPEN, PatternCondition(pattern="(a")]), "conditions[1].pattern"),
    (MenuCondition(text=" ", choices=[A, B]), "text"),
    (MenuCondition(text="?", choices=[A]), "choices"),
    (MenuCondition(text="?", choices=[A, A]), "choices"),
    (MenuCondition(text="?", choices=[A, B] * 6), "choices"),
    (MenuCondition(text="?", choices=[A, B], wait_minutes=0), "wait_minutes"),
    (MenuCondition(text="?", choices=[A, Choice(label=" ", division_id=D)]), "choices[1].label"),
    (
        MenuCondition(text="?", choices=[A, Choice(label="B", division_id=D, words=[" "])]),
        "choices[1].words",
    ),
]


@pytest.mark.parametrize(
    ("condition", "field"), BAD, ids=[f"{n}-{f}" for n, (_, f) in enumerate(BAD)]
)
def test_condition_that_could_not_be_tried_is_refused_by_field(
    condition: Condition, field: str
) -> None:
    with pytest.raises(InputError) as refused:
        check_condition(condition)
    assert list(refused.value.facts["errors"]) == [f"condition.{field}"]  # type: ignore[call-overload]


def test_pattern_is_refused_with_the_reason_of_the_engine() -> None:
    with pytest.raises(InputError, match="missing"):
        check_condition(PatternCondition(pattern="(price"))
