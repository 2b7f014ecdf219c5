"""media are fetched: what is due, whose it is, and what was refused."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATES = "state IN ('due', 'stored', 'expired')"
STATES_NOW = "state IN ('due', 'stored', 'expired', 'refused')"


def upgrade() -> None:
    """Go forward."""
    op.add_column("media", sa.Column("message_id", sa.Uuid(), nullable=True))
    op.add_column("media", sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("media", "attempt", server_default=None)
    op.add_column("media", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_media_due", "media", ["due_at"], postgresql_where=sa.text("state = 'due'"))
    op.drop_constraint(op.f("ck_media_state"), "media", type_="check")
    op.create_check_constraint(op.f("ck_media_state"), "media", STATES_NOW)
    op.execute("update media set state = 'expired' where state = 'due'")


def downgrade() -> None:
    """Go back."""
    op.execute("update media set state = 'expired' where state = 'refused'")
    op.drop_constraint(op.f("ck_media_state"), "media", type_="check")
    op.create_check_constraint(op.f("ck_media_state"), "media", STATES)
    op.drop_index("ix_media_due", table_name="media")
    op.drop_column("media", "due_at")
    op.drop_column("media", "attempt")
    op.drop_column("media", "message_id")
