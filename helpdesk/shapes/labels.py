"""Labels: what people mark contacts and conversations with."""

from uuid import UUID

from helpdesk.shapes.words import Shape


class LabelOut(Shape, frozen=True):
    """A label; `color` is 1 to 8, which the console's palette names."""

    id: UUID
    name: str
    color: int
    is_deleted: bool


class LabelUses(Shape, frozen=True):
    """How many contacts, conversations (open or not) and rules name a label."""

    contacts: int
    conversations: int
    rules: int
