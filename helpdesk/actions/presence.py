"""Presence: which nodes live, and which consoles are open on them."""

from collections.abc import Collection, Iterable
from uuid import UUID

from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import Forbidden, TooMany
from helpdesk.queries import presence
from helpdesk.queries.agents import find_agent, get_agent
from helpdesk.queries.push_subscriptions import end_reach, touch_subscription
from helpdesk.shapes.setup import AgentOut
from helpdesk.whispers import presence_of

MOST_REASON = 60


async def renew_node(work: UnitOfWork, node_id: UUID, name: str) -> bool:
    """Say that this process lives; to be said every 5 s, for 20 s of silence mean death.

    True when it was not known (any more): then its consoles are gone, too.
    """
    return await presence.renew_node(work.session, node_id, name)


async def leave_node(work: UnitOfWork, node_id: UUID) -> None:
    """Remove this process and its consoles."""
    await presence.remove_node(work.session, node_id)


async def open_console(
    work: UnitOfWork, actor: Actor, console_id: UUID, node_id: UUID, *, most: int
) -> None:
    """Count an agent's socket as a console, tell, wake the queue. Raises TooMany past `most`."""
    if actor.agent_id is None:
        return
    if await presence.count_consoles(work.session, actor.account_id, actor.agent_id) >= most:
        raise TooMany(f"Close another window first: {most} are open.", retry_after=5)
    await presence.insert_console(
        work.session, actor.account_id, console_id, agent_id=actor.agent_id, node_id=node_id
    )
    await _touch(work, actor)
    await tell_presence(work, [(actor.account_id, actor.agent_id)])
    work.wake("waiting")


async def set_away(
    work: UnitOfWork, agent_id: UUID, *, is_away: bool, reason: str = ""
) -> AgentOut:
    """Set an agent away, whatever windows are open or will be, or back; everybody is told.

    Raises NotFound.
    """
    await presence.set_away(
        work.session, work.account_id, agent_id, is_away=is_away, reason=reason.strip()
    )
    agent = await get_agent(work.session, work.account_id, agent_id)
    await work.whisper(presence_of(work.account_id, agent).body())
    work.wake("waiting")
    return agent


async def set_away_by(
    work: UnitOfWork, actor: Actor, agent_id: UUID, *, is_away: bool, reason: str
) -> AgentOut:
    """Set an agent away or back for somebody: himself, or a supervisor.

    Raises NotFound, and Forbidden when an agent speaks of another one.
    """
    await get_agent(work.session, work.account_id, agent_id)
    if actor.role == "agent" and actor.agent_id != agent_id:
        raise Forbidden("Only a supervisor sets a colleague away or back.", role=actor.role)
    return await set_away(work, agent_id, is_away=is_away, reason=reason)


async def close_console(work: UnitOfWork, actor: Actor, console_id: UUID) -> None:
    """Remove a console whose socket closed; where it was the last one, everybody is told."""
    if actor.agent_id is None:
        return
    await presence.remove_console(work.session, actor.account_id, console_id)
    await _touch(work, actor)
    if not await presence.count_consoles(work.session, actor.account_id, actor.agent_id):
        await tell_presence(work, [(actor.account_id, actor.agent_id)])


async def sweep_nodes(work: UnitOfWork, node_id: UUID, open_here: Collection[UUID]) -> None:
    """Remove nodes that died, consoles that are open nowhere, and what ran out by push.

    Everybody is told of the agents that it is about.
    """
    gone = await presence.remove_dead_nodes(work.session)
    gone += await presence.remove_strays(work.session, node_id, open_here)
    gone += await end_reach(work.session)
    await tell_presence(work, gone)


async def tell_presence(work: UnitOfWork, agents: Iterable[tuple[UUID, UUID]]) -> None:
    """Tell everybody, with the commit, how it stands with agents, given as (account, id)."""
    for account_id, agent_id in sorted(set(agents)):
        agent = await find_agent(work.session, account_id, agent_id)
        if agent:
            await work.whisper(presence_of(account_id, agent).body())


async def _touch(work: UnitOfWork, actor: Actor) -> None:
    """Note that the browser of the actor's session was open until now."""
    if actor.session_id:
        await touch_subscription(work.session, (actor.account_id, actor.session_id))
