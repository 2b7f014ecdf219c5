"""What a search finds."""

from uuid import UUID

from helpdesk.shapes.conversations import ContactOut
from helpdesk.shapes.history import HistoryContact
from helpdesk.shapes.messages import MessageOut
from helpdesk.shapes.words import ConversationStatus, Shape


class ExcerptOut(Shape, frozen=True):
    """A text in one line, cut around what was looked for: that is `hit`, as it was written."""

    before: str
    hit: str
    after: str


class HitOut(Shape, frozen=True):
    """A message or a note with its other side, and how its conversation stands now."""

    message: MessageOut
    excerpt: ExcerptOut
    contact: HistoryContact
    status: ConversationStatus
    assignee_id: UUID | None


class FoundOut(Shape, frozen=True):
    """One page of hits, newest first; `next` is given back as `after`, None at the end.

    `contacts` are those whose name or number it is.
    """

    contacts: list[ContactOut]
    items: list[HitOut]
    next: str | None
