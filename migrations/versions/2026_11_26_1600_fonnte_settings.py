"""what Fonnte's devices can be told: files passed on, silent reading, a source of answers, expiry."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FLAGS = (("account", "is_id_text"), ("device", "is_read_silent"), ("device", "is_expired"))
TEXTS = {"relay_address": "", "answer_source": "autoreply"}


def upgrade() -> None:
    """Go forward."""
    for table, name in FLAGS:
        op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default="false"))
        op.alter_column(table, name, server_default=None)
    for name, value in TEXTS.items():
        op.add_column("device", sa.Column(name, sa.Text(), nullable=False, server_default=value))
        op.alter_column("device", name, server_default=None)
    op.create_check_constraint(
        op.f("ck_device_answer_source"),
        "device",
        "answer_source IN ('autoreply', 'spreadsheet', 'flow')",
    )
    op.create_index(
        "ix_device_expiring", "device", ["expires_at"], postgresql_where=sa.text("NOT is_expired")
    )
    op.create_table(
        "relay",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "message_id"],
            ["message.account_id", "message.id"],
            name=op.f("fk_relay_account_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "message_id", name=op.f("pk_relay")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("relay")
    op.drop_index("ix_device_expiring", table_name="device")
    for name in TEXTS:
        op.drop_column("device", name)
    for table, name in FLAGS:
        op.drop_column(table, name)
