"""packages of devices, and what they use of them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STANDARD = """
insert into package
  (account_id, code, position, name, messages_per_month, has_attachments, watermark)
select a.id, v.code, v.position, v.name, v.messages, v.files, v.mark
from account a cross join (values
  ('free', 0, 'Free', 1000, false, '> sent with helpdesk'),
  ('lite', 1, 'Lite', 1000, false, ''),
  ('regular', 2, 'Regular', 10000, false, ''),
  ('regular-pro', 3, 'Regular Pro', 25000, false, ''),
  ('master', 4, 'Master', null, false, ''),
  ('super', 5, 'Super', 10000, true, ''),
  ('advanced', 6, 'Advanced', 25000, true, ''),
  ('ultra', 7, 'Ultra', null, true, '')) v(code, position, name, messages, files, mark)
"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "package",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("messages_per_month", sa.Integer(), nullable=True),
        sa.Column("has_attachments", sa.Boolean(), nullable=False),
        sa.Column("watermark", sa.Text(), nullable=False),
        sa.CheckConstraint("messages_per_month >= 0", name=op.f("ck_package_messages_per_month")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_package_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "code", name=op.f("pk_package")),
    )
    op.execute(STANDARD)
    op.execute("update device set package = null where package is not null")
    op.create_foreign_key(
        op.f("fk_device_account_id_package"),
        "device",
        "package",
        ["account_id", "package"],
        ["account_id", "code"],
    )
    op.add_column(
        "account", sa.Column("is_order_open", sa.Boolean(), nullable=False, server_default="true")
    )
    op.alter_column("account", "is_order_open", server_default=None)
    op.create_table(
        "device_usage",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_device_usage_account_id_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "device_id", "month", name=op.f("pk_device_usage")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("device_usage")
    op.drop_column("account", "is_order_open")
    op.drop_constraint(op.f("fk_device_account_id_package"), "device", type_="foreignkey")
    op.drop_table("package")
