"""How turns fell over a time: who had how many, who was passed over, and what else could be."""

from uuid import UUID

from helpdesk.shapes.words import Moment, Rotation, Shape


class ShareOut(Shape, frozen=True):
    """One agent's part: turns had, turns in which it could have been, and why it was passed over.

    `passed_over` maps offline, away, full, disabled or other_device to how often.
    """

    agent_id: UUID
    turns: int
    eligible: int
    passed_over: dict[str, int]


class FairnessOut(Shape, frozen=True):
    """A division's turns from `since` to `until`.

    `spread` is the largest difference of turns between two agents who could have had every one of
    them: under full rotation at most 2, whatever the time chosen (1 where it begins with a cycle).
    None where fewer than two were always there.
    """

    since: Moment
    until: Moment
    turns: int
    spread: int | None
    shares: list[ShareOut]


class RehearsedShareOut(Shape, frozen=True):
    """One agent's turns as they fell and as they would have fallen."""

    agent_id: UUID
    turns: int
    rehearsed: int


class RehearsalOut(Shape, frozen=True):
    """Another setting over past arrivals; nothing was changed.

    `waiting` counts the arrivals for which nobody would have been eligible.
    """

    since: Moment
    until: Moment
    rotation: Rotation
    own_device_only: bool
    arrivals: int
    waiting: int
    spread: int | None
    shares: list[RehearsedShareOut]
