"""what notes are searched by, newest first."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index(
        "ix_message_notes",
        "message",
        ["account_id", sa.text("sort_at DESC"), sa.text("number DESC")],
        postgresql_where=sa.text("direction = 'note'"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_message_notes", table_name="message")
