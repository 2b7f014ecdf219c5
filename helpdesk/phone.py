"""Numbers in every usual spelling, brought to one."""

HOME = "62"


def normalise(spelling: str) -> str | None:
    """Return the digits with country code, or None when it is no number (8 to 15 digits).

    A leading 0 stands for the home country (Indonesia, +62), as users of Fonnte write it.
    """
    digits = "".join(char for char in spelling if char.isascii() and char.isdigit())
    if digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0") and not spelling.strip().startswith("+"):
        digits = HOME + digits[1:]
    return digits if 8 <= len(digits) <= 15 else None
