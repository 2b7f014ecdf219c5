"""What some gateways can do beside carrying messages; each ability is a protocol of its own."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from msgspec import Struct

from helpdesk.gateways import Connection

MOST_NUMBERS = 500
"""Of one question which numbers are on WhatsApp."""


class Group(Struct, frozen=True, kw_only=True):
    """A group that a device is in; `members` are numbers, none where the gateway tells none."""

    id: str
    name: str
    members: list[str]


@runtime_checkable
class ShowsTyping(Protocol):
    """A gateway that can show that the device types."""

    async def show_typing(self, connection: Connection, address: str, *, seconds: int) -> None:
        """Show it for so many seconds, none at once. Raises as `send`."""
        ...


@runtime_checkable
class KnowsNumbers(Protocol):
    """A gateway that can tell which numbers are on WhatsApp."""

    async def find_registered(self, connection: Connection, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers, given as digits, that are. Raises as `send`."""
        ...


@runtime_checkable
class KnowsGroups(Protocol):
    """A gateway that can tell which groups a device is in."""

    async def refresh_groups(self, connection: Connection) -> None:
        """Ask WhatsApp anew, which takes its time and should be rare. Raises as `send`."""
        ...

    async def list_groups(self, connection: Connection) -> list[Group]:
        """Return the groups as they were asked for last. Raises as `send`."""
        ...
