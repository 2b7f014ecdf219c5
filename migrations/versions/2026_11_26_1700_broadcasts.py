"""broadcasts, and what the list of all messages is read by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    _make_broadcasts()
    for table in ("message", "outbox"):
        op.add_column(table, sa.Column("broadcast_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_account_id_broadcast_id"), table, "broadcast",
            ["account_id", "broadcast_id"], ["account_id", "id"],
        )  # fmt: skip
    op.create_index(
        "ix_outbox_broadcast",
        "outbox",
        ["account_id", "broadcast_id", "message_id"],
        postgresql_where=sa.text("broadcast_id IS NOT NULL"),
    )
    newest = [sa.text("sort_at DESC"), sa.text("number DESC")]
    for name, columns, where in (
        ("ix_message_history", ["account_id"], "direction <> 'note'"),
        ("ix_message_unsettled", ["account_id"],
         "status IN ('queued', 'sending', 'failed', 'unknown')"),
        ("ix_message_broadcast", ["account_id", "broadcast_id"], "broadcast_id IS NOT NULL"),
    ):  # fmt: skip
        op.create_index(name, "message", [*columns, *newest], postgresql_where=sa.text(where))
    _allow_states("'queued', 'paused', 'sending', 'unknown'")


def downgrade() -> None:
    """Go back."""
    op.execute("UPDATE outbox SET state = 'queued' WHERE state = 'paused'")
    _allow_states("'queued', 'sending', 'unknown'")
    for name in ("ix_message_broadcast", "ix_message_unsettled", "ix_message_history"):
        op.drop_index(name, table_name="message")
    op.drop_index("ix_outbox_broadcast", table_name="outbox")
    for table in ("outbox", "message"):
        op.drop_column(table, "broadcast_id")
    op.drop_table("broadcast")


def _allow_states(states: str) -> None:
    op.drop_constraint(op.f("ck_outbox_state"), "outbox")
    op.create_check_constraint(op.f("ck_outbox_state"), "outbox", f"state IN ({states})")


def _make_broadcasts() -> None:
    op.create_table(
        "broadcast",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=True),
        sa.Column("label_ids", JSON, nullable=False),
        sa.Column("delay_min", sa.Integer(), nullable=False),
        sa.Column("delay_max", sa.Integer(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("targets", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("blocked", sa.Integer(), nullable=False),
        sa.Column("bad_lines", sa.Integer(), nullable=False),
        sa.Column("by_kind", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("progress", JSON, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("count_due_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'done', 'cancelled')", name=op.f("ck_broadcast_state")
        ),
        sa.CheckConstraint(
            "by_kind IN ('agent', 'user', 'token', 'contact', 'system')",
            name=op.f("ck_broadcast_by_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_broadcast_account_id"), ondelete="CASCADE"
        ),
        _link("device_id", "device"),
        _link("media_id", "media"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_broadcast")),
    )
    op.create_index(
        "ix_broadcast_made",
        "broadcast",
        ["account_id", sa.text("created_at DESC"), sa.text("id DESC")],
    )
    op.create_index(
        "ix_broadcast_due",
        "broadcast",
        ["count_due_at"],
        postgresql_where=sa.text("count_due_at IS NOT NULL"),
    )


def _link(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id", column],
        [f"{to}.account_id", f"{to}.id"],
        name=op.f(f"fk_broadcast_account_id_{column}"),
    )
