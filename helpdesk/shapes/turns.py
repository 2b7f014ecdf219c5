"""Turns of the rotation, and why an owner is the owner."""

from uuid import UUID

from helpdesk.shapes.messages import ActorOut
from helpdesk.shapes.words import AssignedHow, Moment, Rotation, Shape


class TurnOut(Shape, frozen=True):
    """One pick of the rotation: who could have had it, and why the others could not.

    `excluded` maps an agent's id to offline, away, full, disabled, other_device or no_answer: who
    let this very conversation wait too long. `weights` maps the ids in `eligible` to their weights,
    where these made their chances uneven; else it is empty. `number` counts the division's turns;
    `cycle` is None under partial rotation.
    """

    id: UUID
    division_id: UUID
    number: int
    rotation: Rotation
    cycle: int | None
    agent_id: UUID
    conversation_id: UUID
    eligible: list[UUID]
    weights: dict[str, int]
    excluded: dict[str, str]
    is_anyway: bool
    at: Moment


class AssignedOut(Shape, frozen=True):
    """How the present owner came by it: `returned` is to the last one, without a turn."""

    how: AssignedHow
    by: ActorOut
    at: Moment


class WhyOut(TurnOut, frozen=True):
    """The last turn for a conversation, and how its present owner came by it.

    Only where `assigned.how` is `turn` did this turn make the owner; None: nobody owns it now.
    """

    assignee_id: UUID | None
    assigned: AssignedOut | None
