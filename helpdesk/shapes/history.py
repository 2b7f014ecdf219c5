"""One line of the list of all messages."""

from uuid import UUID

from helpdesk.shapes.messages import MessageOut, QueuedOut
from helpdesk.shapes.words import Shape


class HistoryContact(Shape, frozen=True):
    """The other side: the contact, and the number by which it was reached."""

    id: UUID
    name: str
    number: str


class HistoryLine(Shape, frozen=True):
    """A message with its other side; `queued` is its place in the outbox, where it has one."""

    message: MessageOut
    contact: HistoryContact
    queued: QueuedOut | None
