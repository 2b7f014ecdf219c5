"""A throttle: how often something failed lately, shared by all nodes."""

from datetime import datetime

from helpdesk.tables.columns import Row, moment, pk


class Throttle(Row, table=True):
    """`key` is a digest of an address or a device number, never the thing itself."""

    kind: str = pk()
    key: str = pk()
    failures: int = 0
    window_started_at: datetime = moment()
    blocked_until: datetime | None = moment(default=None)
