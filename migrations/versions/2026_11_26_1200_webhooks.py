"""webhooks, and which messages a device's are told of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SWITCHES = {
    "is_autoread": "true",
    "is_personal_told": "true",
    "is_own_told": "false",
    "is_inbox_told": "false",
}


def upgrade() -> None:
    """Go forward."""
    for name, default in SWITCHES.items():
        op.add_column(
            "device", sa.Column(name, sa.Boolean(), nullable=False, server_default=default)
        )
        op.alter_column("device", name, server_default=None)
    op.add_column("device", sa.Column("webhook_secret_sealed", sa.LargeBinary(), nullable=True))
    _create_webhook()
    _create_delivery()


def _create_webhook() -> None:
    op.create_table(
        "webhook",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("event_types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("device_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('events', 'webhook', 'webhookconnect', 'webhookstatus', 'webhookchaining')",
            name=op.f("ck_webhook_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_webhook_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_webhook_account_id_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_webhook")),
    )
    op.create_index(
        "ix_webhook_device",
        "webhook",
        ["account_id", "device_id", "kind"],
        unique=True,
        postgresql_where=sa.text("device_id IS NOT NULL"),
    )


def _create_delivery() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("retries_left", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('due', 'delivered', 'dead')", name=op.f("ck_webhook_delivery_state")
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "webhook_id"],
            ["webhook.account_id", "webhook.id"],
            name=op.f("fk_webhook_delivery_account_id_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "seq"],
            ["event.account_id", "event.seq"],
            name=op.f("fk_webhook_delivery_account_id_seq"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_webhook_delivery")),
    )
    is_due, is_tried = sa.text("state = 'due'"), sa.text("tried_at IS NOT NULL")
    for name, columns, where in (
        ("ix_webhook_delivery_due", ["due_at"], is_due),
        ("ix_webhook_delivery_order", ["account_id", "webhook_id", "subject_id", "seq"], is_due),
        ("ix_webhook_delivery_tried", ["account_id", "webhook_id", "tried_at"], is_tried),
    ):
        op.create_index(name, "webhook_delivery", columns, postgresql_where=where)
    for columns in (
        ["account_id", "webhook_id", "created_at", "id"],
        ["account_id", "seq"],
        ["created_at"],
    ):
        name = op.f(f"ix_webhook_delivery_{'_'.join(columns)}")
        op.create_index(name, "webhook_delivery", columns)


def downgrade() -> None:
    """Go back."""
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    op.drop_column("device", "webhook_secret_sealed")
    for name in SWITCHES:
        op.drop_column("device", name)
