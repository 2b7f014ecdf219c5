"""The variables of a text to many numbers: `{name}` is the first value, `{var1}` the second."""

import re
from collections.abc import Sequence

PLACE = re.compile(r"\{(name|var[1-9][0-9]*)\}")


def fill_variables(text: str, values: Sequence[str]) -> str:
    """Put values into a text; a variable that was not given stays as it is."""
    if not values:
        return text

    def fill(match: re.Match[str]) -> str:
        value = _value(match[1], values)
        return match[0] if value is None else value

    return PLACE.sub(fill, text)


def find_variables(text: str) -> list[str]:
    """Return the names of a text's variables, each once."""
    return list(dict.fromkeys(PLACE.findall(text)))


def lacks_value(names: Sequence[str], values: Sequence[str]) -> bool:
    """Whether a variable has no value, or an empty one."""
    return not all(_value(name, values) for name in names)


def _value(name: str, values: Sequence[str]) -> str | None:
    index = 0 if name == "name" else int(name.removeprefix("var")[:6])
    return values[index] if index < len(values) else None
