"""An agent's day over REST: away and back, signed out, what he owns handed over."""

from typing import Annotated
from uuid import UUID

from litestar import Router, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from helpdesk.actions.agents import sign_out_agent
from helpdesk.actions.hand_over import HandedOver, Target, hand_over
from helpdesk.actions.presence import MOST_REASON, set_away_by
from helpdesk.api.access import MANAGING, STAFF, allow
from helpdesk.api.deps import Acting, Now, Work
from helpdesk.errors import InputError
from helpdesk.shapes.setup import AgentOut


class ToIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """An agent or a division, not both."""

    agent_id: UUID | None = None
    division_id: UUID | None = None


class HandOverIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Whom to: an agent or a division; null is each conversation's own division."""

    to: ToIn | None = None


class PresenceIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Away, for a reason that colleagues see, or back."""

    away: bool
    reason: Annotated[str, Meta(max_length=MOST_REASON)] = ""


@post(
    "/agents/{agent_id:uuid}/hand-over",
    opt=allow(STAFF),
    status_code=200,
    operation_id="hand_over",
)
async def give(
    agent_id: FromPath[UUID], data: JSONBody[HandOverIn], work: Work, actor: Acting, now: Now
) -> HandedOver:
    """Move at most 200 of an agent's open conversations; call again while some are `left`.

    In a division each takes a turn, or waits at its original time. Agents do this for themselves.
    """
    to = data.to or ToIn()
    if to.agent_id and to.division_id:
        raise InputError(
            "Name an agent or a division.",
            errors={"to.agent_id": "Give this or division_id, not both."},
        )
    target = Target(agent_id=to.agent_id, division_id=to.division_id)
    return await hand_over(work, actor, agent_id, target, now=now)


@post(
    "/agents/{agent_id:uuid}/sign-out",
    opt=allow(MANAGING),
    status_code=200,
    operation_id="sign_out_agent",
)
async def sign_out(agent_id: FromPath[UUID], work: Work) -> AgentOut:
    """End an agent's sessions within a second, wherever it is signed in."""
    return await sign_out_agent(work, agent_id)


@post(
    "/agents/{agent_id:uuid}/presence",
    opt=allow(STAFF),
    status_code=200,
    operation_id="set_presence",
)
async def set_presence(
    agent_id: FromPath[UUID], data: JSONBody[PresenceIn], work: Work, actor: Acting
) -> AgentOut:
    """Set an agent away, so that it gets no turn, or back. Agents do this for themselves."""
    return await set_away_by(work, actor, agent_id, is_away=data.away, reason=data.reason)


router = Router("/", route_handlers=[give, sign_out, set_presence])
