"""An account: one company, the boundary that no row crosses."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint

from helpdesk.tables.columns import Row, moment, pk, string, strings


class Account(Row, table=True):
    """`token_sealed` is encrypted, because owners may see the token again."""

    __table_args__ = (
        CheckConstraint("push_presence_hours BETWEEN 0 AND 72", name="push_presence_hours"),
    )

    id: UUID = pk()
    name: str = string()
    token_digest: bytes
    token_sealed: bytes
    is_reply_open: bool = False
    """Whether somebody who sees a conversation may answer it without owning it."""
    is_order_open: bool = True
    """Whether a device's token may give its device another package, by `/order`."""
    is_removal_code_waived: bool = False
    """Whether a device's token alone removes its device, by `/delete-device`."""
    code_number: str = string()
    """The WhatsApp number that gets such codes; empty: the owner's e-mail."""
    is_id_text: bool = False
    """Whether `/send` answers `id` as texts, as Fonnte did until August 2025."""
    redirect_origins: list[str] = strings()
    """Where a caller of `GET /send` may be redirected to, as `https://shop.example`."""
    push_presence_hours: int = 8
    """How long a browser that takes notifications counts as there after it was last open."""
    time_zone: str = string("Asia/Jakarta")
    language: str = string("en")
    created_at: datetime = moment()
