"""Numbers in every usual spelling come to one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.phone import normalise


@pytest.mark.parametrize(
    "spelling",
    [
        "6281234567890",
        "081234567890",
        "+62 812-3456-7890",
        "+62 (812) 3456 7890",
        "0062 812 3456 7890",
        " 0812.3456.7890 ",
        "+6281234567890@c.us",
    ],
)
def test_every_spelling_of_a_number_comes_to_one(spelling: str) -> None:
    assert normalise(spelling) == "6281234567890"


@pytest.mark.parametrize("spelling", ["", "abc", "12345", "+", "0", "1" * 16, "٠٨١٢٣٤٥٦٧٨٩"])
def test_what_is_no_number_is_none(spelling: str) -> None:
    assert normalise(spelling) is None


@given(st.text())
def test_what_comes_out_is_8_to_15_digits(spelling: str) -> None:
    digits = normalise(spelling)
    assert digits is None or (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 15)


@given(st.from_regex(r"[1-9][0-9]{7,14}", fullmatch=True))
def test_a_normal_number_stays_as_it_is(digits: str) -> None:
    assert normalise(digits) == digits
