"""What is known of contacts beside their conversations: fields, notes, merges."""

from typing import Literal
from uuid import UUID

from helpdesk.shapes.messages import ActorOut
from helpdesk.shapes.words import FieldKind, Moment, Shape


class FieldOut(Shape, frozen=True):
    """What the account writes down of each contact, in the order of `position`.

    A value is a text: of a `number` digits such as 12.5, of a `date` 2026-01-31, of a `choice` one
    of `choices`.
    """

    id: UUID
    name: str
    kind: FieldKind
    choices: list[str]
    position: int
    is_deleted: bool


class FieldUses(Shape, frozen=True):
    """How many contacts have a value in a field, and how many templates name it."""

    contacts: int
    templates: int


class ContactNoteOut(Shape, frozen=True):
    """A note about a contact, which stays in the house."""

    id: UUID
    text: str
    by: ActorOut
    created_at: Moment


class MergeOut(Shape, frozen=True):
    """A merge that can be undone: the contact `merged_id` became numbers of the one that stayed.

    `name` and `number` are what the merged contact had.
    """

    id: UUID
    contact_id: UUID
    merged_id: UUID
    number: str
    name: str
    by: ActorOut
    at: Moment


FaultCode = Literal[
    "number", "too_long", "too_many_cells", "no_label", "too_many_labels", "no_number", "no_date",
    "no_choice", "no_contact", "repeated", "changed",
]  # fmt: skip


class ImportFault(Shape, frozen=True):
    """What is wrong with a row of a file: the line where it begins, and the column.

    `message` says it in English, `code` for who says it in other words; `about` is what is named in
    it: the label, the choices, the line that came first, or how many are the most.
    """

    line: int
    column: str
    code: FaultCode
    about: str
    message: str


class ImportOut(Shape, frozen=True):
    """What came of a file's rows: `failed` were left out, for reasons of which the first 200 are
    told. `unused_columns` are neither of every contact nor a field. `next_line` is where the rows
    begin that were too many for one request: send the same file again with it as `from_line`; null
    when the file is at its end.
    """

    added: int
    changed: int
    unchanged: int
    failed: int
    faults: list[ImportFault]
    unused_columns: list[str]
    next_line: int | None
