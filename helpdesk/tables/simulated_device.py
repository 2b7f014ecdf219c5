"""What goes wrong on a simulated device, as people switched it on the phone."""

from datetime import datetime
from uuid import UUID

from helpdesk.tables.columns import Row, link, maybe_string, moment, pk


class SimulatedDevice(Row, table=True):
    """One row for each device whose switches were ever touched. `is_next_refused` is used up.

    Until `typing_until` the phone of `typing_to` shows that the device types.
    """

    __tablename__ = "simulated_device"
    __table_args__ = (link("device", "device_id", on_delete="CASCADE"),)

    account_id: UUID = pk()
    device_id: UUID = pk()
    slow_seconds: int = 0
    is_answer_lost: bool = False
    is_next_refused: bool = False
    typing_to: str | None = maybe_string()
    typing_until: datetime | None = moment(default=None)
