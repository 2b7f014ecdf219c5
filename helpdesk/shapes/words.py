"""Closed sets of words, which columns, gateways and doors share, and the base of all shapes."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

ActorKind = Literal["agent", "user", "token", "contact", "system"]
AnswerSource = Literal["autoreply", "spreadsheet", "flow"]
AssignedHow = Literal["turn", "returned", "taken", "transferred", "reopened", "started"]
AttachmentState = Literal["due", "stored", "expired", "refused"]
AutoreplyKind = Literal["exact", "contains", "starts_with", "matches", "default"]
ContactKind = Literal["person", "group"]
ConversationStatus = Literal["unrouted", "waiting", "assigned", "snoozed", "resolved"]
DeviceStatus = Literal["connect", "disconnect"]
Direction = Literal["in", "out", "note"]
DraftKind = Literal["reply", "note"]
FieldKind = Literal["text", "number", "date", "choice"]
MessageKind = Literal[
    "text", "image", "video", "audio", "document", "sticker", "location", "contact", "poll",
    "poll_vote", "other",
]  # fmt: skip
MessageStatus = Literal["queued", "sending", "sent", "delivered", "read", "failed", "unknown"]
OutboxState = Literal["queued", "paused", "sending", "unknown"]
Presence = Literal["online", "away", "offline"]
PresenceBy = Literal["console", "push"]
Rotation = Literal["full", "partial"]
Sees = Literal["own", "division"]
UndoneDeed = Literal["resolve", "transfer", "snooze", "label", "release"]
UserRole = Literal["owner", "supervisor"]
WhenNobody = Literal["wait", "assign_anyway"]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Moment = Annotated[datetime, Meta(tz=True)]
"""A time with its zone, which is UTC."""


class Shape(Struct, frozen=True, kw_only=True):
    """Base of everything below: immutable, built by keyword."""
