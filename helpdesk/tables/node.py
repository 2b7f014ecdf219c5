"""A node: one running process, known to be alive by a lease."""

from datetime import datetime
from uuid import UUID

from helpdesk.tables.columns import Row, moment, pk, string


class Node(Row, table=True):
    """`seen_at` is renewed every 5 s by the database's clock; older than 20 s means dead."""

    id: UUID = pk()
    name: str = string()
    started_at: datetime = moment()
    seen_at: datetime = moment()
