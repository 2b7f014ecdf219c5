"""used up."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "device", sa.Column("is_used_up", sa.Boolean(), nullable=False, server_default="f")
    )
    op.alter_column("device", "is_used_up", server_default=None)


def downgrade() -> None:
    """Go back."""
    op.drop_column("device", "is_used_up")
