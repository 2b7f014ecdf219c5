"""autoreplies, and polls with their votes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    """Go forward."""
    _make_autoreplies()
    _make_polls()


def downgrade() -> None:
    """Go back."""
    op.drop_table("poll_message")
    op.drop_table("poll")
    op.drop_table("autoreply")


def _link(
    table: str, column: str, to: str, on_delete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id", column],
        [f"{to}.account_id", f"{to}.id"],
        name=op.f(f"fk_{table}_account_id_{column}"),
        ondelete=on_delete,
    )


def _make_autoreplies() -> None:
    op.create_table(
        "autoreply",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("hours", JSON, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("media_id", sa.Uuid(), nullable=True),
        sa.Column("poll", JSON, nullable=True),
        sa.Column("rotator_id", sa.Uuid(), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('exact', 'contains', 'starts_with', 'matches', 'default')",
            name=op.f("ck_autoreply_kind"),
        ),
        _link("autoreply", "device_id", "device", "CASCADE"),
        _link("autoreply", "template_id", "template"),
        _link("autoreply", "media_id", "media"),
        _link("autoreply", "rotator_id", "rotator"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_autoreply")),
    )
    op.create_index(
        op.f("ix_autoreply_account_id_device_id_position"),
        "autoreply",
        ["account_id", "device_id", "position"],
    )


def _make_polls() -> None:
    op.create_table(
        "poll",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("is_multiple", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _link("poll", "device_id", "device", "CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_poll")),
    )
    op.create_index(
        op.f("ix_poll_account_id_created_at_id"), "poll", ["account_id", "created_at", "id"]
    )
    op.create_table(
        "poll_message",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        _link("poll_message", "message_id", "message", "CASCADE"),
        _link("poll_message", "poll_id", "poll", "CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "message_id", name=op.f("pk_poll_message")),
    )
    op.create_index(
        op.f("ix_poll_message_account_id_poll_id"), "poll_message", ["account_id", "poll_id"]
    )
