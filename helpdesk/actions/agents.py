"""Agents: added, changed, removed; their tokens and what they leave behind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.conversation_owners import return_to_queue
from helpdesk.actions.presence import tell_presence
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError, Unavailable
from helpdesk.events import AgentChanged
from helpdesk.queries.agents import find_agent, find_seat, get_agent, insert_agent, set_agent
from helpdesk.queries.devices import get_device
from helpdesk.queries.divisions import lock_division, lock_division_alive
from helpdesk.queries.owned import list_owned
from helpdesk.queries.sessions import end_sessions
from helpdesk.queries.users import lock_user
from helpdesk.shapes.setup import AgentBrief, AgentOut
from helpdesk.tables.columns import new_id
from helpdesk.vault import Vault, check_existing_token, make_token

AGENT_TOKEN = "hd_agt_"  # noqa: S105 - a prefix
RIGHTS = frozenset({"division_id", "sees", "is_enabled", "device_id"})


class NewAgent(Struct, frozen=True, kw_only=True):
    """A seat to be made; without `token` one is generated."""

    name: str
    device_id: UUID
    division_id: UUID | None = None
    token: str | None = None
    enabled: bool = True
    limit: int | None = None
    weight: int = 1
    sees: str = "division"


class TokenAgent(Struct, frozen=True):
    """An agent and its token, which is shown this once."""

    agent: AgentOut
    token: str


async def add_agent(work: UnitOfWork, vault: Vault, new: NewAgent, *, now: datetime) -> TokenAgent:
    """Add an agent. Raises InputError for an unknown device or division, or a token in use."""
    await _check_links(work, new.device_id, new.division_id)
    token = check_existing_token(new.token) if new.token else make_token(AGENT_TOKEN)
    agent_id = new_id()
    await insert_agent(
        work.session,
        {
            "account_id": work.account_id,
            "id": agent_id,
            "name": new.name,
            "device_id": new.device_id,
            "division_id": new.division_id,
            "user_id": None,
            "token_digest": vault.digest(token),
            "is_enabled": new.enabled,
            "open_limit": new.limit,
            "weight": new.weight,
            "sees": new.sees,
            "is_away": False,
            "away_reason": "",
            "rights_version": 1,
            "created_at": now,
        },
    )
    return TokenAgent(await _tell(work, agent_id, now), token)


async def change_agent(
    work: UnitOfWork, id_: UUID, changes: Mapping[str, Any], *, now: datetime
) -> AgentOut:
    """Change columns of an agent; a change of rights closes its sockets, and disabling signs it
    out and gives its conversations back."""
    agent = await _hold_rotation(work, id_)
    if not changes:
        return agent
    await _check_links(work, changes.get("device_id", agent.device_id), changes.get("division_id"))
    has_new_rights = bool(RIGHTS & changes.keys())
    if changes.get("is_enabled") is False:
        await _retire(work, id_, changes, now)
    else:
        await set_agent(work.session, work.account_id, id_, changes, has_new_rights=has_new_rights)
    if has_new_rights:
        work.wake("rights")
    work.wake("waiting")
    return await _tell(work, id_, now)


async def remove_agent(work: UnitOfWork, id_: UUID, *, now: datetime) -> None:
    """Remove an agent; its name stays in history, its conversations go back to the queue."""
    await _hold_rotation(work, id_)
    await _retire(work, id_, {"deleted_at": now}, now)
    await _tell(work, id_, now)


async def rotate_agent_token(
    work: UnitOfWork, vault: Vault, id_: UUID, *, token: str | None
) -> TokenAgent:
    """Give an agent a new token; whoever signed in with the old one is signed out."""
    agent = await get_agent(work.session, work.account_id, id_)
    fresh = check_existing_token(token) if token else make_token(AGENT_TOKEN)
    await set_agent(
        work.session,
        work.account_id,
        id_,
        {"token_digest": vault.digest(fresh)},
        has_new_rights=False,
    )
    await tell_presence(work, await end_sessions(work.session, work.account_id, agent_id=id_))
    work.wake("rights")
    return TokenAgent(agent, fresh)


async def sign_out_agent(work: UnitOfWork, id_: UUID) -> AgentOut:
    """End an agent's sessions; its token stays. Raises Conflict for a supervisor's own seat."""
    agent = await get_agent(work.session, work.account_id, id_)
    if agent.user_id:
        raise Conflict(
            "This is the seat of a supervisor, who signs in with a password.", reason="own_seat"
        )
    await tell_presence(work, await end_sessions(work.session, work.account_id, agent_id=id_))
    work.wake("rights")
    return agent


async def ensure_own_seat(
    work: UnitOfWork, actor: Actor, device_id: UUID, *, now: datetime
) -> UUID:
    """Return a supervisor's own seat, made on first use: without division and without token."""
    if actor.kind != "user":
        raise InputError("A token cannot own conversations. Transfer to an agent instead.")
    await lock_user(work.session, work.account_id, actor.id)
    known = await find_seat(work.session, work.account_id, actor.id)
    if known:
        return known
    agent_id = new_id()
    await insert_agent(
        work.session,
        {
            "account_id": work.account_id,
            "id": agent_id,
            "name": actor.name,
            "device_id": device_id,
            "division_id": None,
            "user_id": actor.id,
            "token_digest": new_id().bytes,
            "is_enabled": True,
            "open_limit": None,
            "weight": 1,
            "sees": "own",
            "is_away": False,
            "away_reason": "",
            "rights_version": 1,
            "created_at": now,
        },
    )
    work.wake("rights")
    await _tell(work, agent_id, now)
    return agent_id


async def _hold_rotation(work: UnitOfWork, id_: UUID) -> AgentOut:
    """Lock the agent's division: who leaves must not be given anything by a turn meanwhile."""
    agent = await get_agent(work.session, work.account_id, id_)
    if agent.division_id:
        await lock_division(work.session, work.account_id, agent.division_id)
    return agent


async def _check_links(work: UnitOfWork, device_id: UUID, division_id: UUID | None) -> None:
    await get_device(work.session, work.account_id, device_id)
    if division_id:
        await lock_division_alive(work.session, work.account_id, division_id)


async def _retire(work: UnitOfWork, id_: UUID, changes: Mapping[str, Any], now: datetime) -> None:
    """Give the agent's conversations back, change it and end its sessions, in the order of locks.

    Raises Unavailable when it took another conversation in between: then all of it is done again.
    """
    await return_to_queue(work, id_, now=now)
    await set_agent(work.session, work.account_id, id_, changes, has_new_rights=True)
    if await list_owned(work.session, work.account_id, id_):
        raise Unavailable("The agent took a conversation just now. Try again.", retry_after=1)
    await tell_presence(work, await end_sessions(work.session, work.account_id, agent_id=id_))
    work.wake("rights")
    work.wake("waiting")


async def _tell(work: UnitOfWork, id_: UUID, now: datetime) -> AgentOut:
    agent = await find_agent(work.session, work.account_id, id_)
    if agent is None:
        raise RuntimeError("the agent vanished within its own unit of work")
    work.collect(AgentChanged(at=now, agent=_brief(agent)), Audience.EVERYBODY)
    return agent


def _brief(agent: AgentOut) -> AgentBrief:
    return AgentBrief(**{name: getattr(agent, name) for name in AgentBrief.__struct_fields__})
