"""since when a contact waits for an answer, apart from the place in the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "conversation", sa.Column("unanswered_since", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(
        "UPDATE conversation SET unanswered_since = waiting_since WHERE waiting_number IS NOT NULL"
    )
    op.execute(
        "UPDATE conversation SET waiting_since = NULL"
        " WHERE waiting_number IS NULL AND assignee_id IS NOT NULL AND waiting_since IS NOT NULL"
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column("conversation", "unanswered_since")
