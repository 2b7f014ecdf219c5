"""An agent: a seat with a device, at most one division, and a token for signing in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy import text as sql

from helpdesk.shapes.words import Sees
from helpdesk.tables.columns import Row, link, moment, one_of, pk, string


class Agent(Row, table=True):
    """`rights_version` grows with every change of what the agent may see.

    `is_away` is what the agent said last, in whichever window; it holds until said otherwise.
    `seen_at` is when its last console opened, closed or was found dead. `reachable_until` is how
    long it counts as there by push; when that runs out it is emptied, and was seen until then.
    """

    __table_args__ = (
        one_of("sees", Sees),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        link("device", "device_id"),
        link("division", "division_id", on_delete="SET NULL"),
        link("user", "user_id", on_delete="SET NULL"),
        Index(None, "account_id", "division_id"),
        Index(None, "reachable_until", postgresql_where=sql("reachable_until IS NOT NULL")),
        Index(
            "uq_agent_token",
            *("account_id", "device_id", "token_digest"),
            unique=True,
            postgresql_where=sql("deleted_at IS NULL"),
        ),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    name: str = string()
    device_id: UUID
    division_id: UUID | None = None
    user_id: UUID | None = None
    token_digest: bytes
    is_enabled: bool = True
    open_limit: int | None = None
    weight: int = 1
    """The chance under partial rotation, in proportion to the others'."""
    sees: str = string("division")
    is_away: bool = False
    away_reason: str = string()
    seen_at: datetime | None = moment(default=None)
    reachable_until: datetime | None = moment(default=None)
    rights_version: int = 1
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)
