"""what a due send shares with others, how it is shown, and pauses of devices."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("device", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("device", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("sequence", sa.BigInteger(), nullable=True))
    op.add_column(
        "outbox", sa.Column("typing_seconds", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "outbox", sa.Column("has_preview", sa.Boolean(), nullable=False, server_default="true")
    )
    op.alter_column("outbox", "typing_seconds", server_default=None)
    op.alter_column("outbox", "has_preview", server_default=None)
    op.create_index(
        "ix_outbox_device", "outbox", ["account_id", "device_id", "due_at", "number"],
        postgresql_where=sa.text("state = 'queued'"),
    )  # fmt: skip
    op.create_index(
        "ix_outbox_sequence", "outbox", ["account_id", "sequence", "number"],
        postgresql_where=sa.text("sequence IS NOT NULL"),
    )  # fmt: skip
    op.add_column("simulated_device", sa.Column("typing_to", sa.Text(), nullable=True))
    op.add_column(
        "simulated_device", sa.Column("typing_until", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column("simulated_device", "typing_until")
    op.drop_column("simulated_device", "typing_to")
    op.drop_index("ix_outbox_sequence", table_name="outbox")
    op.drop_index("ix_outbox_device", table_name="outbox")
    op.drop_column("outbox", "has_preview")
    op.drop_column("outbox", "typing_seconds")
    op.drop_column("outbox", "sequence")
    op.drop_column("outbox", "scheduled_at")
    op.drop_column("device", "paused_until")
    op.drop_column("device", "paused_at")
