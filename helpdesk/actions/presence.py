"""Presence: which nodes live, and which consoles are open on them."""

from collections.abc import Collection
from uuid import UUID

from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork
from helpdesk.errors import TooMany
from helpdesk.queries import presence


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
    """Count an agent's socket as a console; wakes the queue. Raises TooMany past `most`."""
    if actor.agent_id is None:
        return
    if await presence.count_consoles(work.session, actor.account_id, actor.agent_id) >= most:
        raise TooMany(f"Close another window first: {most} are open.", retry_after=5)
    await presence.insert_console(
        work.session, actor.account_id, console_id, agent_id=actor.agent_id, node_id=node_id
    )
    work.wake("waiting")


async def set_away(work: UnitOfWork, actor: Actor, *, is_away: bool, reason: str = "") -> None:
    """Set the agent away, whatever windows are open or will be, or back."""
    if actor.agent_id:
        await presence.set_away(
            work.session, actor.account_id, actor.agent_id, is_away=is_away, reason=reason
        )
        work.wake("waiting")


async def close_console(work: UnitOfWork, actor: Actor, console_id: UUID) -> None:
    """Remove a console whose socket closed."""
    await presence.remove_console(work.session, actor.account_id, console_id)


async def sweep_nodes(
    work: UnitOfWork, node_id: UUID, open_here: Collection[UUID]
) -> list[tuple[UUID, UUID]]:
    """Remove nodes that died, and consoles that are open nowhere.

    Returns the agents, as (account, id), who are absent now.
    """
    gone = await presence.remove_dead_nodes(work.session)
    gone += await presence.remove_strays(work.session, node_id, open_here)
    return await presence.list_absent(work.session, gone)
