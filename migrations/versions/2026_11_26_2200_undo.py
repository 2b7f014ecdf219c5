"""ways back from what was done with a conversation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "undo",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("before", json, nullable=False),
        sa.Column("after", json, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "deed IN ('resolve', 'transfer', 'snooze', 'label', 'release')",
            name=op.f("ck_undo_deed"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "conversation_id"],
            ["conversation.account_id", "conversation.id"],
            name=op.f("fk_undo_account_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_undo")),
    )
    op.create_index(
        op.f("ix_undo_account_id_conversation_id"), "undo", ["account_id", "conversation_id"]
    )
    op.create_index(op.f("ix_undo_expires_at"), "undo", ["expires_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("undo")
