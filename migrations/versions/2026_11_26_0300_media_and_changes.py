"""media are fetched; messages are reacted to, edited, deleted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

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
    op.add_column(
        "message", sa.Column("is_deleted", sa.Boolean(), nullable=False, server_default="f")
    )
    op.add_column("message", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("message", sa.Column("reactions", JSONB(), nullable=False, server_default="[]"))
    op.alter_column("message", "is_deleted", server_default=None)
    op.alter_column("message", "reactions", server_default=None)


def downgrade() -> None:
    """Go back."""
    op.drop_column("message", "reactions")
    op.drop_column("message", "edited_at")
    op.drop_column("message", "is_deleted")
    op.execute("update media set state = 'expired' where state = 'refused'")
    op.drop_constraint(op.f("ck_media_state"), "media", type_="check")
    op.create_check_constraint(op.f("ck_media_state"), "media", STATES)
    op.drop_index("ix_media_due", table_name="media")
    op.drop_column("media", "due_at")
    op.drop_column("media", "attempt")
    op.drop_column("media", "message_id")
