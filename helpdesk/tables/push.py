"""A push: news of a conversation that is due to go to a browser; and what was looked through."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlmodel import Field

from helpdesk.tables.columns import Row, link, moment, pk


class Push(Row, table=True):
    """At most one of a conversation for a browser: newer news takes its place.

    `seq` is the event that it tells of. `seq` and `attempt` together are the fence: only the try
    that claimed it may settle it. `due_at` of a claimed one is when its lease runs out.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "session_id"],
            ["push_subscription.account_id", "push_subscription.session_id"],
            ondelete="CASCADE",
        ),
        link("conversation", "conversation_id", on_delete="CASCADE"),
        Index(None, "due_at"),
        Index(None, "account_id", "conversation_id"),
    )

    account_id: UUID = pk()
    session_id: UUID = pk()
    conversation_id: UUID = pk()
    seq: int = Field(sa_type=BigInteger)
    attempt: int = 0
    due_at: datetime = moment()


class PushCursor(Row, table=True):
    """The last event of an account of which it was decided who is to be told by push.

    It is there as soon as the account has had a push subscription.
    """

    __tablename__ = "push_cursor"
    __table_args__ = (ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),)

    account_id: UUID = pk()
    seq: int = Field(sa_type=BigInteger)
