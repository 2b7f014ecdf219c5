"""push subscriptions, and presence by push."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "push_subscription",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("auth_secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_open_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "session_id"],
            ["session.account_id", "session.id"],
            name=op.f("fk_push_subscription_account_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "session_id", name=op.f("pk_push_subscription")),
    )
    op.create_index(op.f("ix_push_subscription_endpoint"), "push_subscription", ["endpoint"])
    op.create_table(
        "push",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "conversation_id"],
            ["conversation.account_id", "conversation.id"],
            name=op.f("fk_push_account_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "session_id"],
            ["push_subscription.account_id", "push_subscription.session_id"],
            name=op.f("fk_push_account_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "session_id", "conversation_id", name=op.f("pk_push")
        ),
    )
    op.create_index(op.f("ix_push_due_at"), "push", ["due_at"])
    op.create_index(
        op.f("ix_push_account_id_conversation_id"), "push", ["account_id", "conversation_id"]
    )
    op.create_table(
        "push_cursor",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_push_cursor_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_push_cursor")),
    )
    op.add_column(
        "account",
        sa.Column("push_presence_hours", sa.Integer(), nullable=False, server_default="8"),
    )
    op.alter_column("account", "push_presence_hours", server_default=None)
    op.create_check_constraint(
        op.f("ck_account_push_presence_hours"), "account", "push_presence_hours BETWEEN 0 AND 72"
    )
    op.add_column("agent", sa.Column("reachable_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        op.f("ix_agent_reachable_until"),
        "agent",
        ["reachable_until"],
        postgresql_where=sa.text("reachable_until IS NOT NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_agent_reachable_until"), table_name="agent")
    op.drop_column("agent", "reachable_until")
    op.drop_constraint(op.f("ck_account_push_presence_hours"), "account", type_="check")
    op.drop_column("account", "push_presence_hours")
    op.drop_table("push_cursor")
    op.drop_table("push")
    op.drop_table("push_subscription")
