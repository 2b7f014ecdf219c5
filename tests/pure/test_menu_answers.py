"""Answers to a menu: by number, label, word or vote, and nothing that is unclear."""

import unicodedata
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.actions.menu_answers import find_choice, find_clash, numbered, plain, poll_of
from helpdesk.shapes.rules import Choice, MenuCondition

MENU = MenuCondition(
    text="Whom do you want?\n",
    choices=[
        Choice(label="Sales", division_id=UUID(int=1), words=["harga", "price list"]),
        Choice(label=" After sales ", division_id=UUID(int=2), words=["rusak"]),
        Choice(label="Straße", division_id=UUID(int=3)),
    ],
)


def chosen(text: str, *votes: str) -> int | None:
    """The number of the division that was chosen."""
    choice = find_choice(MENU, text, votes)
    return choice.division_id.int if choice else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1), (" 2. ", 2), ("(3)", 3), ("\uff11", 1), ("*2*", 2),
        ("sales", 1), ("SALES!", 1), ("After   Sales", 2), ("STRASSE", 3),
        ("Harga", 1), ("berapa harga?", 1), ("your price\nlist please", 1), ("rusak!!", 2),
        ("0", None), ("4", None), ("12", None), ("1 2", None), ("", None), ("🙂", None),
        ("hargabarang", None), ("price", None), ("harga rusak", None), ("I want 2", None),
        ("to after sales", None),
    ],
)  # fmt: skip
def test_answer_chooses_what_it_points_at_alone(text: str, expected: int | None) -> None:
    assert chosen(text) == expected


def test_one_vote_chooses_and_several_choose_nothing() -> None:
    assert chosen("", "After sales") == 2
    assert chosen("1", "Straße") == 3
    assert chosen("", "Sales", "After sales") is None
    assert chosen("", "Something else") is None


def test_menu_reads_as_text_with_numbers_or_as_a_poll() -> None:
    assert numbered(MENU) == "Whom do you want?\n\n1. Sales\n2. After sales\n3. Straße"
    poll = poll_of(MENU)
    assert poll
    assert poll.choices == ["Sales", "After sales", "Straße"]
    assert poll_of(MenuCondition(text="x" * 256, choices=MENU.choices)) is None


@pytest.mark.parametrize(
    ("names", "clash"),
    [
        ([["A"], ["a!"]], "a"),
        ([["A", "x y"], ["B", "X  Y"]], "x y"),
        ([["A"], ["2"]], "2"),
        ([["A"], ["🙂"]], ""),
        ([["A", "a"], ["B"]], None),
    ],
)
def test_choices_that_cannot_be_told_apart_are_found(
    names: list[list[str]], clash: str | None
) -> None:
    choices = [Choice(label=n[0], words=n[1:], division_id=UUID(int=1)) for n in names]
    assert find_clash(choices) == clash


NAMES = st.lists(
    st.lists(st.text("abß é", min_size=1, max_size=4), min_size=1, max_size=3),
    min_size=2, max_size=4,
)  # fmt: skip
ANSWERS = st.text("abßSsé 12.!", max_size=8)


def letters(text: str) -> list[str]:
    """The words of a text, read letter by letter."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(each if each.isalnum() else " " for each in folded).split()


def by_the_book(names: list[list[str]], answer: str) -> int | None:
    """The place that an answer means: alone by number or name, else the only one it speaks of."""
    words = letters(answer)
    for place, each in enumerate(names):
        if words == [str(place + 1)] or any(words == letters(name) for name in each):
            return place
    spoken = [
        place
        for place, each in enumerate(names)
        if any(
            words[at : at + len(letters(name))] == letters(name)
            for name in each
            for at in range(len(words) - len(letters(name)) + 1)
        )
    ]
    return spoken[0] if len(spoken) == 1 else None


@given(NAMES, ANSWERS)
def test_answers_are_read_as_a_plain_reference_reads_them(
    names: list[list[str]], answer: str
) -> None:
    choices = [
        Choice(label=each[0], words=each[1:], division_id=UUID(int=place))
        for place, each in enumerate(names)
    ]
    if find_clash(choices) is not None:
        return
    choice = find_choice(MenuCondition(text="?", choices=choices), answer)
    assert (choice.division_id.int if choice else None) == by_the_book(names, answer)


@given(st.text(max_size=40))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
