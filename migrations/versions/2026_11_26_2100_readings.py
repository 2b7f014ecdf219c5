"""up to where each person has read a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: what the owner has not read so far, nobody has."""
    op.add_column(
        "conversation", sa.Column("received", sa.Integer(), nullable=False, server_default="0")
    )
    op.alter_column("conversation", "received", server_default=None)
    op.execute("update conversation set received = unread where unread > 0")
    op.create_table(
        "reading",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("read_number", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "conversation_id"],
            ["conversation.account_id", "conversation.id"],
            name=op.f("fk_reading_account_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "reader_id", "conversation_id", name=op.f("pk_reading")
        ),
    )
    op.create_index(
        op.f("ix_reading_account_id_conversation_id"), "reading", ["account_id", "conversation_id"]
    )
    op.create_index("ix_reading_newest", "reading", ["account_id", "reader_id", "read_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("reading")
    op.drop_column("conversation", "received")
