"""conversations are snoozed until a time."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "conversation", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_check_constraint(
        op.f("ck_conversation_snoozed_until"),
        "conversation",
        "(status = 'snoozed') = (snoozed_until IS NOT NULL)",
    )
    op.create_index(
        "ix_conversation_snoozed",
        "conversation",
        ["snoozed_until"],
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_conversation_snoozed", table_name="conversation")
    op.drop_constraint(op.f("ck_conversation_snoozed_until"), "conversation", type_="check")
    op.drop_column("conversation", "snoozed_until")
