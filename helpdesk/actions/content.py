"""What a message or a template may hold: the limits of polls and locations."""

import unicodedata

from helpdesk.errors import InputError
from helpdesk.shapes.messages import Location, Poll


def is_visible(text: str) -> bool:
    """Whether there is anything to see in it: neither spaces only, nor what has no width."""
    return any(unicodedata.category(char)[0] not in "CZ" for char in text)


def check_poll(poll: Poll) -> None:
    """Raise InputError unless it has a question and 2 to 12 choices, none of them empty."""
    if not 2 <= len(poll.choices) <= 12:
        raise InputError(
            "A poll has 2 to 12 choices.", errors={"poll.choices": "Give 2 to 12 choices."}
        )
    if not (poll.name.strip() and all(choice.strip() for choice in poll.choices)):
        raise InputError(
            "A poll's question or choice is empty.",
            errors={"poll": "Give a question, and choices that are more than spaces."},
        )


def check_location(location: Location) -> None:
    """Raise InputError unless it is a place on Earth."""
    if not (-90 <= location.latitude <= 90 and -180 <= location.longitude <= 180):
        raise InputError(
            "A location has a latitude within 90 and a longitude within 180 degrees.",
            errors={"location": "Give degrees: latitude -90 to 90, longitude -180 to 180."},
        )
