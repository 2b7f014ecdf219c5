"""A note about a contact, apart from those in its conversations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index

from helpdesk.shapes.words import ActorKind
from helpdesk.tables.columns import Row, link, moment, one_of, pk, string


class ContactNote(Row, table=True):
    """Its writer is named as at that time. A merged contact keeps its own notes."""

    __tablename__ = "contact_note"
    __table_args__ = (
        one_of("writer_kind", ActorKind),
        link("contact", "contact_id", on_delete="CASCADE"),
        Index("ix_contact_note_contact", "account_id", "contact_id", "id"),
    )

    account_id: UUID = pk()
    id: UUID = pk()
    contact_id: UUID
    text: str = string()
    writer_kind: str = string()
    writer_id: UUID | None = None
    writer_name: str = string()
    created_at: datetime = moment()
