"""The simulated customer's phone: where the simulated gateway delivers, or is hindered to."""

import msgspec
from msgspec import structs

from helpdesk import clock
from helpdesk.actions.simulate import meet_trouble, show_on_phone, type_on_phone
from helpdesk.database import Database
from helpdesk.errors import Unavailable, Unreachable
from helpdesk.gateways import Connection, Outgoing
from helpdesk.gateways.abilities import Group
from helpdesk.gateways.simulated import Trouble
from helpdesk.queries.simulated_abilities import list_groups


class DatabasePhone:
    """Keeps what arrives in the database, once for each reference."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def meet_trouble(self, connection: Connection) -> Trouble:
        """Return what goes wrong with this send. Raises Unreachable while the database is away."""
        try:
            async with self._database.unit_of_work(connection.account_id) as work:
                return await meet_trouble(work, connection.device_id)
        except Unavailable as error:
            raise Unreachable(error.detail) from error

    async def deliver(self, connection: Connection, outgoing: Outgoing) -> None:
        """Show the message. Raises Unreachable while the database is away."""
        content = msgspec.json.encode(_shown(outgoing)).decode()
        try:
            async with self._database.unit_of_work(connection.account_id) as work:
                await show_on_phone(
                    work,
                    connection.device_id,
                    reference=outgoing.reference,
                    address=outgoing.address,
                    content=content,
                    now=clock.now(),
                )
        except Unavailable as error:
            raise Unreachable(error.detail) from error

    async def show_typing(self, connection: Connection, address: str, *, seconds: int) -> None:
        """Show that the device types. Raises Unreachable while the database is away."""
        try:
            async with self._database.unit_of_work(connection.account_id) as work:
                await type_on_phone(work, connection.device_id, address, seconds=seconds)
        except Unavailable as error:
            raise Unreachable(error.detail) from error

    async def list_groups(self, connection: Connection) -> list[Group]:
        """Return the phone's groups. Raises Unreachable while the database is away."""
        try:
            async with self._database.reading(connection.account_id) as session:
                return await list_groups(session, connection.account_id, connection.device_id)
        except Unavailable as error:
            raise Unreachable(error.detail) from error


def _shown(outgoing: Outgoing) -> Outgoing:
    """Return the message without its file, which the phone's page fetches by the link."""
    if outgoing.attachment is None:
        return outgoing
    return structs.replace(outgoing, attachment=structs.replace(outgoing.attachment, content=None))
