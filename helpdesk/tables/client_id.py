"""A client id: the caller's own name of a reply, so that a reply typed once is stored once."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint

from helpdesk.tables.columns import Row, pk


class ClientId(Row, table=True):
    """Apart from `message`, so that messages may be partitioned; checked before ownership."""

    __tablename__ = "client_id"
    __table_args__ = (ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),)

    account_id: UUID = pk()
    client_id: UUID = pk()
    message_id: UUID
    body_digest: bytes
