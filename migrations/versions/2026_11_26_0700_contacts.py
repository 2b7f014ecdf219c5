"""fields, notes, merges and blocking of contacts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
ACTORS = "'agent', 'user', 'token', 'contact', 'system'"


def upgrade() -> None:
    """Go forward."""
    _add_fields()
    _add_to_contact()
    _add_notes()
    _add_merges()


def _add_fields() -> None:
    op.create_table(
        "field",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('text', 'number', 'date', 'choice')", name=op.f("ck_field_kind")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_field_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_field")),
    )
    op.create_index(
        "ix_field_name",
        "field",
        ["account_id", sa.text("lower(btrim(name))")],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def _add_to_contact() -> None:
    op.add_column("contact", sa.Column("fields", JSON, nullable=False, server_default="{}"))
    op.alter_column("contact", "fields", server_default=None)
    op.add_column("contact", sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_contact_account_id_merged_into_id", "contact", "contact",
        ["account_id", "merged_into_id"], ["account_id", "id"],
    )  # fmt: skip
    op.create_index(
        "ix_contact_merged",
        "contact",
        ["account_id", "merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )


def _add_notes() -> None:
    op.create_table(
        "contact_note",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("writer_kind", sa.Text(), nullable=False),
        sa.Column("writer_id", sa.Uuid(), nullable=True),
        sa.Column("writer_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"writer_kind IN ({ACTORS})", name=op.f("ck_contact_note_writer_kind")),
        sa.ForeignKeyConstraint(
            ["account_id", "contact_id"],
            ["contact.account_id", "contact.id"],
            name=op.f("fk_contact_note_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_contact_note")),
    )
    op.create_index("ix_contact_note_contact", "contact_note", ["account_id", "contact_id", "id"])


def _add_merges() -> None:
    op.create_table(
        "contact_merge",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("moved", JSON, nullable=False),
        sa.Column("gained", JSON, nullable=False),
        sa.Column("merger_kind", sa.Text(), nullable=False),
        sa.Column("merger_id", sa.Uuid(), nullable=True),
        sa.Column("merger_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"merger_kind IN ({ACTORS})", name=op.f("ck_contact_merge_merger_kind")),
        sa.ForeignKeyConstraint(
            ["account_id", "contact_id"],
            ["contact.account_id", "contact.id"],
            name=op.f("fk_contact_merge_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "merged_id"],
            ["contact.account_id", "contact.id"],
            name="fk_contact_merge_account_id_merged_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_contact_merge")),
    )
    op.create_index(
        "ix_contact_merge_contact",
        "contact_merge",
        ["account_id", "contact_id"],
        postgresql_where=sa.text("undone_at IS NULL"),
    )


def downgrade() -> None:
    """Go back: what was merged is apart again."""
    op.drop_table("contact_merge")
    op.drop_table("contact_note")
    op.drop_index("ix_contact_merged", table_name="contact")
    op.drop_constraint("fk_contact_account_id_merged_into_id", "contact")
    for column in ("merged_into_id", "blocked_at", "fields"):
        op.drop_column("contact", column)
    op.drop_index("ix_field_name", table_name="field")
    op.drop_table("field")
