"""Polls that were asked, and how people voted."""

from uuid import UUID

from helpdesk.shapes.words import Moment, Shape


class ChoiceResult(Shape, frozen=True):
    """One choice of a poll, and how many people chose it last."""

    choice: str
    votes: int


class PollOut(Shape, frozen=True):
    """A question that a device asked, in `asked` messages; `voters` people have a vote in it.

    Each person's last vote counts, and replaces those before; `asked_at` is the first time.
    """

    id: UUID
    device_id: UUID
    name: str
    is_multiple: bool
    results: list[ChoiceResult]
    asked: int
    voters: int
    asked_at: Moment


class VoteOut(Shape, frozen=True):
    """A person's last vote: who, what, when, and the message that brought it."""

    contact_id: UUID
    contact_name: str
    number: str
    choices: list[str]
    voted_at: Moment
    message_id: UUID
    conversation_id: UUID | None
