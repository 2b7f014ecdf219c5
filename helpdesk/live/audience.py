"""Who may see an event: pure."""

from collections.abc import Collection
from typing import Literal
from uuid import UUID

from helpdesk.actors import Actor
from helpdesk.audiences import Audience

Sight = Literal["whole", "removal", "nothing"]


def sight(actor: Actor, audience: Audience) -> Sight:
    """Return what the actor gets of an event: all of it, only that it left, or nothing.

    What counts is both the event's audience and the actor's present rights.
    """
    if actor.is_supervising or audience.is_for_all:
        return "whole"
    if _concerns(actor, audience.agent_ids, audience.division_ids):
        return "whole"
    if _concerns(actor, audience.former_agent_ids, audience.former_division_ids):
        return "removal"
    return "nothing"


def _concerns(actor: Actor, agents: Collection[UUID], divisions: Collection[UUID]) -> bool:
    if actor.agent_id in agents:
        return True
    return actor.sees == "division" and actor.division_id in divisions
