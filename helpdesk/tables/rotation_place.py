"""An agent's place in a division's rotation, kept when the agent leaves."""

from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field

from helpdesk.tables.columns import Row, link, pk


class RotationPlace(Row, table=True):
    """`last_turn` is the number of the agent's last turn under full rotation."""

    __tablename__ = "rotation_place"
    __table_args__ = (
        link("division", "division_id", on_delete="CASCADE"),
        link("agent", "agent_id", on_delete="CASCADE"),
    )

    account_id: UUID = pk()
    division_id: UUID = pk()
    agent_id: UUID = pk()
    last_turn: int = Field(sa_type=BigInteger)
