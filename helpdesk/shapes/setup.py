"""What supervisors set up: devices, divisions, agents, templates."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from helpdesk.shapes.messages import Location, MediaOut, Poll
from helpdesk.shapes.words import (
    DeviceStatus,
    Moment,
    Presence,
    PresenceBy,
    Rotation,
    Sees,
    Shape,
    WhenNobody,
)


class DeviceBrief(Shape, frozen=True):
    """What everybody signed in may know of a device.

    `is_expired`: its package ran out. `is_used_up`: nothing can be sent until its next month, or
    until it gets a larger package.
    """

    id: UUID
    name: str
    number: str
    status: DeviceStatus
    status_reason: str
    gateway_kind: str
    default_division_id: UUID | None
    is_expired: bool
    is_used_up: bool
    is_deleted: bool


Weekday = Annotated[int, Meta(ge=0, le=6)]
"""Monday is 0."""
TimeOfDay = Annotated[
    str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="such as 08:30")
]


class Window(Shape, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Open on these days (Monday is 0) from one time of day to another.

    Where `to` is not after `from` it runs past midnight, until `to` of the next day.
    """

    days: Annotated[list[Weekday], Meta(min_length=1, max_length=7)]
    from_: TimeOfDay
    to: TimeOfDay


class DivisionOut(Shape, frozen=True):
    """A group of agents, how it takes turns, when it is open, and what customers are told.

    `time_zone` null is the account's; no `hours` mean always open, but for `holidays`. A customer
    gets `greeting`, `busy_text` or `outside_text` by itself; an empty one is not sent.
    """

    id: UUID
    name: str
    rotation: Rotation
    when_nobody: WhenNobody
    limit: int | None
    own_device_only: bool
    reopen_window_minutes: int
    answer_target_minutes: int
    time_zone: str | None
    hours: list[Window]
    holidays: list[date]
    greeting: str
    busy_text: str
    outside_text: str
    no_answer_minutes: int | None
    offline_minutes: int | None
    shows_agent_name: bool
    is_deleted: bool


class AgentBrief(Shape, frozen=True):
    """An agent's seat without its presence, which is never part of an event with a number.

    `weight`, 1 to 100, is the chance in proportion to the others' under partial rotation alone.
    """

    id: UUID
    name: str
    device_id: UUID
    division_id: UUID | None
    user_id: UUID | None
    enabled: bool
    limit: int | None
    weight: int
    sees: Sees
    is_deleted: bool


class AgentOut(AgentBrief, frozen=True):
    """An agent's seat with its presence at the moment of asking, and why it is away.

    `presence_by` is `console` while a window of it is open, `push` while none is but a browser of
    it takes notifications and was open lately, null while it is offline.
    """

    presence: Presence
    presence_by: PresenceBy | None
    away_reason: str


Shortcut = Annotated[
    str,
    Meta(
        max_length=32,
        pattern=r"^[A-Za-z0-9_-]+(?!\n)$",
        description="letters, digits, - and _",
    ),
]
TemplateText = Annotated[str, Meta(max_length=60_000)]


class TemplateBrief(Shape, frozen=True):
    """A saved text without its uses, which are never part of an event; an empty `division_ids`
    means every division."""

    id: UUID
    name: str
    shortcut: str
    text: str
    attachment: MediaOut | None
    location: Location | None
    poll: Poll | None
    division_ids: list[UUID]
    is_deleted: bool


class TemplateOut(TemplateBrief, frozen=True):
    """A saved text; `uses` counts the messages made with it, `last_used_at` is the last time."""

    uses: int
    last_used_at: Moment | None
