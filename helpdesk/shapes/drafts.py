"""What somebody began to write, the same on every device of theirs."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from helpdesk.shapes.messages import Location, MediaOut, Poll
from helpdesk.shapes.words import DraftKind, Moment, Shape


class DraftBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a draft holds; `used_template_ids` are the templates that its text was made of."""

    text: Annotated[str, Meta(max_length=60_000)] = ""
    media_ids: Annotated[list[UUID], Meta(max_length=20)] = field(default_factory=list)
    location: Location | None = None
    poll: Poll | None = None
    reply_to: UUID | None = None
    used_template_ids: Annotated[list[UUID], Meta(max_length=50)] = field(default_factory=list)


class DraftOut(Shape, frozen=True):
    """A draft as the server has it. `attachments` are the files of `body` that are still stored."""

    conversation_id: UUID
    kind: DraftKind
    version: int
    changed_at: Moment
    body: DraftBody
    attachments: list[MediaOut]
