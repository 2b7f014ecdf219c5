"""The node's pulse: says that this process lives, and clears away those that died."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from helpdesk.actions.presence import renew_node, sweep_nodes
from helpdesk.database import Database

PULSE_SECONDS = 5.0
RESTART = 1012  # the close code: connect again


class Consoles(Protocol):
    """The sockets of this process."""

    @property
    def consoles(self) -> Collection[UUID]:
        """The consoles that are open here."""
        ...

    def close_all(self, code: int) -> None:
        """Close every socket."""
        ...


class PulseStep:
    """One pulse; everybody is told of agents who lost their last console, or their time by push.

    A process that was silent for too long was taken for dead, and its consoles are gone: it closes
    its sockets, so that they come back.
    """

    def __init__(
        self,
        database: Database,
        node_id: UUID,
        name: str,
        *,
        consoles: Consoles,
    ) -> None:
        self._database = database
        self._node_id = node_id
        self._name = name
        self._consoles = consoles

    async def __call__(self) -> bool:
        """Renew the lease and sweep."""
        async with self._database.unit_of_work() as work:
            was_gone = await renew_node(work, self._node_id, self._name)
            await sweep_nodes(work, self._node_id, self._consoles.consoles)
        if was_gone:
            self._consoles.close_all(RESTART)
        return False
