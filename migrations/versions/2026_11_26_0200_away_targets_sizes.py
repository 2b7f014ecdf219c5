"""agents are away in every window, divisions have an answer target, pictures a size."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("agent", sa.Column("is_away", sa.Boolean(), nullable=False, server_default="f"))
    op.add_column("agent", sa.Column("away_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "division",
        sa.Column("answer_target_minutes", sa.Integer(), nullable=False, server_default="12"),
    )
    for table, columns in (
        ("agent", ("is_away", "away_reason")),
        ("division", ("answer_target_minutes",)),
    ):
        for column in columns:
            op.alter_column(table, column, server_default=None)
    op.drop_column("console", "is_away")
    op.add_column("media", sa.Column("width", sa.Integer(), nullable=True))
    op.add_column("media", sa.Column("height", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("media", "height")
    op.drop_column("media", "width")
    op.add_column("console", sa.Column("is_away", sa.Boolean(), nullable=False, server_default="f"))
    op.alter_column("console", "is_away", server_default=None)
    op.drop_column("division", "answer_target_minutes")
    op.drop_column("agent", "away_reason")
    op.drop_column("agent", "is_away")
