"""The directory: what must be found before the account is known."""

from typing import Literal
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint

from helpdesk.tables.columns import Row, one_of, pk

DirectoryKind = Literal["hook", "account_token", "device_token", "device_number", "email"]


class Directory(Row, table=True):
    """`key` is a digest for secrets, else the normalised text; `id` is the thing it names.

    Written only by the action that owns the thing.
    """

    __table_args__ = (
        one_of("kind", DirectoryKind),
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
    )

    kind: str = pk()
    key: str = pk()
    account_id: UUID
    id: UUID
