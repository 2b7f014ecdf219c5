"""The node's pulse: says that this process lives, and clears away those that died."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from helpdesk.actions.presence import renew_node, sweep_nodes
from helpdesk.database import Database

PULSE_SECONDS = 5.0


class PulseStep:
    """One pulse; `absent` is told of agents whose console died with its node."""

    def __init__(
        self,
        database: Database,
        node_id: UUID,
        name: str,
        absent: Callable[[UUID, UUID], Awaitable[None]],
    ) -> None:
        self._database = database
        self._node_id = node_id
        self._name = name
        self._absent = absent

    async def __call__(self) -> bool:
        """Renew the lease and sweep."""
        async with self._database.unit_of_work() as work:
            await renew_node(work, self._node_id, self._name)
            gone = await sweep_nodes(work)
        for account_id, agent_id in gone:
            await self._absent(account_id, agent_id)
        return False
