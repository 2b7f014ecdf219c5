"""How many pages a PDF has, how long and how loud a recording is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("media", sa.Column("pages", sa.Integer(), nullable=True))
    op.add_column(
        "media",
        sa.Column(
            "voice", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column("media", "voice")
    op.drop_column("media", "pages")
