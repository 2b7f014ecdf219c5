"""A relay: a file that came in and is still to be passed on to another number."""

from uuid import UUID

from helpdesk.tables.columns import Row, link, pk, string


class Relay(Row, table=True):
    """Removed when the file is on its way to `address`, or will never be here."""

    __table_args__ = (link("message", "message_id", on_delete="CASCADE"),)

    account_id: UUID = pk()
    message_id: UUID = pk()
    address: str = string()
