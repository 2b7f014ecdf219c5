"""What supervisors set up: devices, divisions, agents, templates."""

from uuid import UUID

from helpdesk.shapes.messages import Location, MediaOut, Poll
from helpdesk.shapes.words import DeviceStatus, Presence, Rotation, Sees, Shape, WhenNobody


class DeviceBrief(Shape, frozen=True):
    """What everybody signed in may know of a device."""

    id: UUID
    name: str
    number: str
    status: DeviceStatus
    status_reason: str
    gateway_kind: str
    default_division_id: UUID | None
    is_deleted: bool


class DivisionOut(Shape, frozen=True):
    """A group of agents and how it takes turns."""

    id: UUID
    name: str
    rotation: Rotation
    when_nobody: WhenNobody
    limit: int | None
    own_device_only: bool
    reopen_window_minutes: int
    answer_target_minutes: int
    is_deleted: bool


class AgentBrief(Shape, frozen=True):
    """An agent's seat without its presence, which is never part of an event with a number."""

    id: UUID
    name: str
    device_id: UUID
    division_id: UUID | None
    user_id: UUID | None
    enabled: bool
    limit: int | None
    sees: Sees
    is_deleted: bool


class AgentOut(AgentBrief, frozen=True):
    """An agent's seat with its presence at the moment of asking, and why it is away."""

    presence: Presence
    away_reason: str


class TemplateOut(Shape, frozen=True):
    """A saved text; an empty `division_ids` means every division."""

    id: UUID
    name: str
    shortcut: str
    text: str
    attachment: MediaOut | None
    location: Location | None
    poll: Poll | None
    division_ids: list[UUID]
    is_deleted: bool
