"""An autoreply: what a device answers by itself, and to which messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index

from helpdesk.shapes.words import AutoreplyKind
from helpdesk.tables.columns import Row, document, link, moment, one_of, pk, string, strings


class Autoreply(Row, table=True):
    """It answers with its own text, file and poll, or as its template; a rotator fills the text.

    Autoreplies are tried in the order of `(position, id)`, those for everything else at last.
    `hours` is a `helpdesk.shapes.rules.HoursCondition`.
    """

    __table_args__ = (
        one_of("kind", AutoreplyKind),
        link("device", "device_id", on_delete="CASCADE"),
        link("template", "template_id"),
        link("media", "media_id"),
        link("rotator", "rotator_id"),
        Index(None, "account_id", "device_id", "position"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    device_id: UUID
    name: str = string()
    position: int
    kind: str = string()
    words: list[str] = strings()
    pattern: str = string()
    hours: dict[str, Any] | None = document()
    text: str = string()
    template_id: UUID | None = None
    media_id: UUID | None = None
    poll: dict[str, Any] | None = document()
    rotator_id: UUID | None = None
    is_enabled: bool = True
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(default=None)
