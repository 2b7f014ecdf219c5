"""What is shown of a text in which something was found."""

import pytest

from helpdesk.queries.search import LETTERS_AFTER, LETTERS_BEFORE, cut_around

CASES = [
    ("Is the ORDER there?", "order", ("Is the ", "ORDER", " there?")),
    ("order", "order", ("", "order", "")),
    ("100% wool (red)", "% wool (", ("100", "% wool (", "red)")),
    ("two\n\nlines  here", "lines", ("two ", "lines", " here")),
    ("nothing of it", "absent", ("", "", "nothing of it")),
    ("one one", "one", ("", "one", " one")),
]


@pytest.mark.parametrize(("text", "part", "expected"), CASES)
def test_the_first_place_is_marked_as_it_was_written(
    text: str, part: str, expected: tuple[str, str, str]
) -> None:
    cut = cut_around(text, part)
    assert (cut.before, cut.hit, cut.after) == expected


def test_a_long_text_is_cut_on_both_sides() -> None:
    cut = cut_around(f"{'a' * 500}hit{'b' * 500}", "hit")
    assert cut.before == f"…{'a' * LETTERS_BEFORE}"
    assert cut.after == f"{'b' * LETTERS_AFTER}…"
