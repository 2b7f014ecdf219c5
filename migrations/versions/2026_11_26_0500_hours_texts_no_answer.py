"""divisions have office hours, texts to customers and limits of patience."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ADDED = {
    "division": {
        "time_zone": (sa.Text(), None),
        "hours": (postgresql.JSONB(none_as_null=True), "[]"),
        "holidays": (postgresql.JSONB(), "[]"),
        "greeting": (sa.Text(), ""),
        "busy_text": (sa.Text(), ""),
        "outside_text": (sa.Text(), ""),
        "no_answer_minutes": (sa.Integer(), None),
        "offline_minutes": (sa.Integer(), None),
        "shows_agent_name": (sa.Boolean(), "f"),
    },
    "conversation": {
        "avoided_id": (sa.Uuid(), None),
        "assigned_at": (sa.DateTime(timezone=True), None),
        "is_answered": (sa.Boolean(), "f"),
        "is_busy_due": (sa.Boolean(), "f"),
        "greeted_at": (sa.DateTime(timezone=True), None),
        "told_busy_at": (sa.DateTime(timezone=True), None),
        "told_outside_at": (sa.DateTime(timezone=True), None),
    },
    "agent": {"seen_at": (sa.DateTime(timezone=True), None)},
}
"""By table: each column with its type and what the rows of today get, where it may not be NULL."""


def upgrade() -> None:
    """Go forward."""
    for table, columns in ADDED.items():
        for name, (kind, filling) in columns.items():
            column = sa.Column(name, kind, nullable=filling is None, server_default=filling)
            op.add_column(table, column)
            if filling is not None:
                op.alter_column(table, name, server_default=None)
    op.execute("UPDATE division SET offline_minutes = 5")
    # Who owns a conversation today keeps it: whether it was answered nobody knows any more.
    op.execute("UPDATE conversation SET is_answered = true WHERE status = 'assigned'")
    op.execute("UPDATE agent SET seen_at = now()")
    op.create_foreign_key(
        "fk_conversation_account_id_avoided_id", "conversation", "agent",
        ["account_id", "avoided_id"], ["account_id", "id"],
    )  # fmt: skip
    op.create_index(
        "ix_conversation_untold", "conversation", ["account_id", "division_id"],
        postgresql_where=sa.text("status = 'waiting' AND is_busy_due"),
    )  # fmt: skip
    op.create_index(
        "ix_conversation_unanswered", "conversation", ["assigned_at"],
        postgresql_where=sa.text(
            "status = 'assigned' AND NOT is_answered AND waiting_since IS NOT NULL"
        ),
    )  # fmt: skip


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_conversation_unanswered", table_name="conversation")
    op.drop_index("ix_conversation_untold", table_name="conversation")
    op.drop_constraint("fk_conversation_account_id_avoided_id", "conversation")
    for table, columns in reversed(ADDED.items()):
        for name in reversed(columns):
            op.drop_column(table, name)
