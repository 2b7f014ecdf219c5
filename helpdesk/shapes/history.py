"""One line of the list of all messages."""

from typing import Literal
from uuid import UUID

from helpdesk.shapes.messages import MessageOut, QueuedOut
from helpdesk.shapes.words import Shape

HistoryStatus = Literal[
    "queued", "sending", "sent", "delivered", "read", "failed", "unknown", "cancelled"
]
"""What one looks for: `failed` is what was not taken back, which is `cancelled`."""


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
