"""What an archive of templates holds, and what became of each when it was imported."""

from typing import Annotated, Literal

from msgspec import Meta, field

from helpdesk.shapes.messages import Location, Poll
from helpdesk.shapes.setup import Shortcut, TemplateText
from helpdesk.shapes.words import Name, Shape

Outcome = Literal["added", "changed", "unchanged", "refused", "left"]


class TemplateItem(Shape, frozen=True, forbid_unknown_fields=True):
    """A template in an archive: divisions by their names, none meaning every one; `attachment` is
    the path of a file in the archive."""

    name: Name
    shortcut: Shortcut
    text: TemplateText = ""
    location: Location | None = None
    poll: Poll | None = None
    divisions: Annotated[list[str], Meta(max_length=200)] = field(default_factory=list)
    attachment: str | None = None


class ImportedOut(Shape, frozen=True):
    """What became of one template of an archive; `errors` by field where it was refused.

    One that is `left` was not come to, for the time of a request was over, or for the reason in
    `errors`: import the same archive once more.
    """

    name: str
    shortcut: str
    outcome: Outcome
    errors: dict[str, str]


class TemplateImportOut(Shape, frozen=True):
    """What became of each template of an archive, in its order."""

    items: list[ImportedOut]
