"""Agents over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions.agents import (
    NewAgent,
    add_agent,
    change_agent,
    remove_agent,
    rotate_agent_token,
)
from helpdesk.api.access import MANAGING, STAFF, allow
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, After, Limit, Now, OpenParts, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page, page, read_after
from helpdesk.errors import NotFound
from helpdesk.queries.agents import get_agent, list_agents
from helpdesk.shapes.setup import AgentOut
from helpdesk.shapes.words import Name, Sees

OpenLimit = Annotated[int, Meta(ge=0, le=10_000)]
Weight = Annotated[int, Meta(ge=1, le=100)]


class AgentIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new agent; `token` brings an existing one along, else one is made.

    `weight` is the chance of a turn in proportion to the others', under partial rotation alone.
    """

    name: Name
    device_id: UUID
    division_id: UUID | None = None
    token: str | None = None
    enabled: bool = True
    limit: OpenLimit | None = None
    weight: Weight = 1
    sees: Sees = "division"


class AgentPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of an agent; what is absent stays."""

    name: Name | UnsetType = UNSET
    device_id: UUID | UnsetType = UNSET
    division_id: UUID | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET
    limit: OpenLimit | UnsetType | None = UNSET
    weight: Weight | UnsetType = UNSET
    sees: Sees | UnsetType = UNSET


class TokenIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A token to bring along; without it one is made."""

    token: str | None = None


class AgentWithToken(AgentOut, frozen=True):
    """An agent and its token, which is shown this once."""

    token: str


COLUMNS = {"enabled": "is_enabled", "limit": "open_limit"}


@get("/agents", opt=allow(STAFF), operation_id="list_agents")
async def list_all(
    reading: Reading,
    actor: Acting,
    division_id: FromQuery[UUID | None] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[AgentOut]:
    """List agents with their presence."""
    agents = await list_agents(
        reading,
        actor.account_id,
        division_id=division_id,
        after=read_after(after, UUID),
        limit=limit,
    )
    return page(agents, limit, lambda agent: agent.id)


@post("/agents", opt=allow(MANAGING) | faults(NotFound), operation_id="add_agent")
async def add(data: JSONBody[AgentIn], work: Work, parts: OpenParts, now: Now) -> AgentWithToken:
    """Add an agent. The token is in this answer and never again."""
    new = NewAgent(**{name: getattr(data, name) for name in data.__struct_fields__})
    made = await add_agent(work, parts.vault, new, now=now)
    return _with_token(made.agent, made.token)


@get("/agents/{agent_id:uuid}", opt=allow(STAFF), operation_id="get_agent")
async def read(agent_id: FromPath[UUID], reading: Reading, actor: Acting) -> AgentOut:
    """Read an agent."""
    return await get_agent(reading, actor.account_id, agent_id)


@patch("/agents/{agent_id:uuid}", opt=allow(MANAGING), operation_id="change_agent")
async def change(
    agent_id: FromPath[UUID], data: JSONBody[AgentPatch], work: Work, now: Now
) -> AgentOut:
    """Change an agent. A change of what it sees closes its sockets; disabling signs it out."""
    return await change_agent(work, agent_id, columns_of(data, COLUMNS), now=now)


@delete("/agents/{agent_id:uuid}", opt=allow(MANAGING), operation_id="remove_agent")
async def remove(agent_id: FromPath[UUID], work: Work, now: Now) -> None:
    """Remove an agent; its open conversations go back to their queues."""
    await remove_agent(work, agent_id, now=now)


@post(
    "/agents/{agent_id:uuid}/token",
    opt=allow(MANAGING),
    operation_id="rotate_agent_token",
)
async def rotate_token(
    agent_id: FromPath[UUID], work: Work, parts: OpenParts, data: JSONBody[TokenIn | None] = None
) -> AgentWithToken:
    """Give an agent a new token. The old one and its sessions end at once."""
    token = data.token if data else None
    made = await rotate_agent_token(work, parts.vault, agent_id, token=token)
    return _with_token(made.agent, made.token)


def _with_token(agent: AgentOut, token: str) -> AgentWithToken:
    fields = {name: getattr(agent, name) for name in AgentOut.__struct_fields__}
    return AgentWithToken(**fields, token=token)


router = Router("/", route_handlers=[list_all, add, read, change, remove, rotate_token])
