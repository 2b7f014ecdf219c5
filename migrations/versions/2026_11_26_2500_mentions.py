"""mentions."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "mention",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                ["account_id", f"{other}_id"],
                [f"{other}.account_id", f"{other}.id"],
                name=op.f(f"fk_mention_account_id_{other}_id"),
                ondelete="CASCADE",
            )
            for other in ("message", "agent", "conversation")
        ),
        sa.PrimaryKeyConstraint("account_id", "message_id", "agent_id", name=op.f("pk_mention")),
    )
    op.create_index(
        op.f("ix_mention_account_id_agent_id_conversation_id"),
        "mention",
        ["account_id", "agent_id", "conversation_id"],
    )
    op.create_index(
        op.f("ix_mention_account_id_conversation_id"), "mention", ["account_id", "conversation_id"]
    )
    op.create_index(
        "ix_mention_unseen",
        "mention",
        ["account_id", "agent_id"],
        postgresql_where=sa.text("seen_at IS NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("mention")
