"""A template: a saved text, with attachment, location or poll."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint
from sqlmodel import Field

from helpdesk.tables.columns import Row, document, link, moment, pk, string


class Template(Row, table=True):
    """Offered in every division, unless `template_division` names some.

    `uses` counts the messages that were made with it.
    """

    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        link("media", "media_id"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    name: str = string()
    shortcut: str = string()
    text: str = string()
    media_id: UUID | None = None
    location: dict[str, Any] | None = document()
    poll: dict[str, Any] | None = document()
    uses: int = Field(0, sa_type=BigInteger)
    last_used_at: datetime | None = moment(default=None)
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)


class TemplateDivision(Row, table=True):
    """One division in which a template is offered."""

    __tablename__ = "template_division"
    __table_args__ = (
        link("template", "template_id", on_delete="CASCADE"),
        link("division", "division_id", on_delete="CASCADE"),
    )

    account_id: UUID = pk()
    template_id: UUID = pk()
    division_id: UUID = pk()
